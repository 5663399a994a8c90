/* The map of the address space on amd64: 47 bits for the program, the rest for the kernel. */
#pragma once

/* Linux's TASK_SIZE_MAX: the last page of the lower half stays empty, because a `syscall` instruction
 * at its very end would return to a non-canonical address (Intel SDM, SYSRET). */
#define USER_TOP 0x00007ffffffff000ul

#define PHYSMAP_BASE 0xffff888000000000ull /* all RAM, writable, never executable */
#define PHYSMAP_SIZE 0x0000400000000000ull
#define PHYSMAP_LEVELS 4
#define KSTACK_BASE 0xffffc90000000000ull  /* kernel stacks, each above an unmapped page */
#define KSTACK_END (KSTACK_BASE + (1ull << 39))
#define KERNEL_BASE 0xffffffff80000000ull  /* the kernel image: -mcmodel=kernel */

/* What uname(2) and AT_PLATFORM call the machine. */
#define UTSNAME_MACHINE "x86_64"

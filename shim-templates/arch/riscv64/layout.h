/* The map of the address space on riscv64: the lower half for the program, the upper one for the
 * kernel.
 *
 * How large the halves are is the hart's to say: 2^47 bytes with Sv48, 2^38 with Sv39. The kernel
 * lives in the topmost 256 GiB, which both have, so that its addresses are the same under either.
 * Sv57 is not used, and a hart that has it has Sv48, too (privileged specification 1.12, 4.6): it
 * costs a level in every walk, and Linux keeps programs below 2^47 there unless they ask for more,
 * which Go does not. Under Sv39 Go's hints for its heap, from 0xc000000000 on, lie too high: it
 * takes what it gets instead. */
#pragma once

extern unsigned long user_top; /* physmap.c */
#define USER_TOP user_top

#define PHYSMAP_BASE 0xffffffc000000000ul /* RAM and devices, writable, never executable */
#define PHYSMAP_SIZE 0x2000000000ul       /* 128 GiB: what lies above is not used */
#define PHYSMAP_LEVELS 3                  /* its topmost table is in Sv48 as in Sv39 */
#define KSTACK_BASE 0xffffffe000000000ul  /* kernel stacks, each above an unmapped page */
#define KSTACK_END (KSTACK_BASE + (1ul << 36))
#define KERNEL_BASE 0xffffffff80000000ul  /* the kernel image */

/* What uname(2) and AT_PLATFORM call the machine. */
#define UTSNAME_MACHINE "riscv64"

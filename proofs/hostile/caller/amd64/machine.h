/* What of amd64 the program must know: its frames and the kernel's halves (shim-templates/arch/amd64/layout.h). */
#pragma once
#define CONTEXT_PC(c) ((c)->uc_mcontext.rip)
#define CONTEXT_SP(c) ((c)->uc_mcontext.rsp)
/* call_with(): rbx rbp r12-r15, then the arguments' registers as they stand in the kernel's order, rcx, r11. */
#define SEEN_ARGUMENTS 6
#define SEEN_REGISTERS 14
#define IS_KEPT(i) ((i) < 12)
static inline u64 argument_in(u32 i, long nr, const u64 *a, u64 other) { return (void)nr, i < 12 ? a[i - 6] : other; }
/* Of probe_load's instruction; of a frame with its vector state, at least. */
#define FAULTING_SIZE 3
#define FRAME_SIZE 4096
/* No single steps, no alignment checks. */
#define CONTEXT_CLEAN(c) ((c)->uc_mcontext.eflags = 0x202)
#define SET_RESTORER(action) ((action).sa_flags |= SA_RESTORER, (action).sa_restorer = (uptr)signal_entry)
#define INSTRUCTIONS_CHANGED(from, to) ((void)0)
#define USER_END 0x00007ffffffff000ul

/* 4 GiB of memory, 1 GiB of stacks, 2 MiB of the kernel. No such address is ever in a register of ours, which a frame
 * could show. */
static inline bool is_kernel_address(u64 word) {
    return above(word, 32) == 0xffff8880 || above(word, 30) == 0x3ffff2400 || above(word, 21) == 0x7fffffffc00;
}

/* Intel SDM volume 2: what is privileged, changes modes or flags, or has been wrong in some kernel. */
#define GARBAGE_LISTED \
    "\x0f\x05", "\x0f\x34", "\x0f\x35", "\x0f\x07", "\xcd\x80", "\xcd\x02", "\xcd\x0e", "\xcd\x20", "\xcc", "\xf1", "\xf4", "\xfa", "\xfb", \
    "\xcf", "\x48\xcf", "\xcb", "\x48\xcb", "\xca\x10\x10", "\xec", "\xee", "\xe6\xf4", "\x6c", "\x6e", "\x0f\x01\xf8", "\x0f\x01\xca", \
    "\x0f\x01\xcb", "\x0f\x01\xd0", "\x0f\x01\xd1", "\x0f\x01\xc1", "\x0f\x01\x10", "\x0f\x01\x18", "\x0f\x01\x38", "\x0f\x00\xd8", \
    "\x0f\x00\xd0", "\x0f\x20\xc0", "\x0f\x22\xc0", "\x0f\x22\xd8", "\x0f\x22\xe0", "\x0f\x23\xf8", "\x0f\x30", "\x0f\x32", "\x0f\x33", \
    "\x0f\x08", "\x0f\x09", "\x0f\x06", "\x0f\x0b", "\x0f\x31", "\x0f\xa2", "\x9d", "\x9c", "\x58", "\x50", "\xc3", "\xfd", "\xfc", \
    "\x8e\xd0", "\x8e\xd8", "\x8e\xe0", "\x8e\xe8", "\x0f\xb2\x20", "\x0f\xae\x28", "\x0f\xae\x20", "\x0f\xae\x08", "\x0f\xae\x10", \
    "\xf3\x0f\xae\xd0", "\xf3\x48\x0f\xae\xd0", "\xf3\x48\x0f\xae\xd8", "\x0f\x01\xee", "\x0f\x01\xef", "\xdb\xe3", "\xd9\xe8", "\xdb\xe2", \
    "\x0f\x77", "\xf3\xa4", "\xf3\x48\xa5", "\xf0\x48\x0f\xb1\x0f", "\x48\xc7\xc0\x01\x00\x00\x00", "\xff\xe0", "\xff\xd0", "\xeb\xfe", "\x0f\x0d\x08"

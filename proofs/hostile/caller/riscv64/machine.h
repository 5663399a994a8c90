/* What of riscv64 the program must know: its frames and the kernel's half (shim-templates/arch/riscv64/layout.h). */
#pragma once
#define CONTEXT_PC(c) ((c)->uc_mcontext.sc_regs.pc)
#define CONTEXT_SP(c) ((c)->uc_mcontext.sc_regs.sp)
/* call_with(): s0-s11, t0-t6, then a1-a7. */
#define SEEN_ARGUMENTS 19
#define SEEN_REGISTERS 26
#define IS_KEPT(i) true
static inline u64 argument_in(u32 i, long nr, const u64 *a, u64 other) { return i < 24 ? a[i - 18] : i == 25 ? (u64)nr : other; }
/* Of probe_load's instruction; of a frame with its vector state, at least. */
#define FAULTING_SIZE 4
#define FRAME_SIZE 2048
#define CONTEXT_CLEAN(c) ((void)0)
#define SET_RESTORER(action) ((void)0)
#define INSTRUCTIONS_CHANGED(from, to) __asm__ volatile("fence.i" ::: "memory")
/* With Sv39; with Sv48 more lies above. */
#define USER_END 0x3ffffff000ul

/* 8 GiB of memory, 1 GiB of stacks, 2 MiB of the kernel. No such address is ever in a register of ours, which a frame
 * could show. */
static inline bool is_kernel_address(u64 word) {
    return above(word, 33) == 0x7fffffe0 || above(word, 30) == 0x3ffffff80 || above(word, 21) == 0x7fffffffc00;
}

/* RISC-V privileged specification 1.12, 3.3 and the unprivileged one, 2.6 to 2.8. */
#define GARBAGE_LISTED \
    0x00000073, 0x00100073, 0x10200073, 0x30200073, 0x10500073, 0x12000073, 0x7b200073, 0x0000100f, 0x0ff0000f, 0x00008067, 0x00050067, \
    0x22000073, 0x62000073, 0x00053503, 0x00a53023, 0x1005252f, 0x18a5252f, 0x00a5252f, 0x0000006f, 0x00058103, 0x01051013, 0x00007057, \
    0x0005f007, 0x02057007

/* For a panic: registers, and the return addresses along the frame pointers. */
#include "arch.h"
#include "kernel-image.h"
#include "log.h"
#include "mem.h"

#define MAX_DEPTH 16

/* A frame's two words: the caller's frame, and where it goes on. */
static const u64 *words_of(u64 frame) { return (const u64 *)frame - FRAME_WORDS_BELOW; }

/* A stack that overflowed must not fault again: only frames on the boot stack or a kernel stack. */
static bool is_stack(u64 frame) {
    u64 words = (u64)words_of(frame);
    return frame % sizeof frame == 0 &&
           (in_kernel_image((void *)words) || (words >= KSTACK_BASE && words < KSTACK_END));
}

void backtrace(const struct regs *regs) {
    if (regs) arch_show_registers(regs);
    u64 frame = regs ? regs_frame(regs) : (u64)__builtin_frame_address(0);
    for (u32 depth = 0; depth < MAX_DEPTH && is_stack(frame); depth++) {
        const u64 *words = words_of(frame);
        if (!words[1]) break;
        log_without_lock("  at %016lx", words[1]);
        // callers lie higher; a chain that turns back is broken
        if (words[0] <= frame || words[0] - frame > KSTACK_SIZE) break;
        frame = words[0];
    }
}

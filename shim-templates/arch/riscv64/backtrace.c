/* For a panic: registers, and the return addresses along the frame pointers. */
#include "arch.h"
#include "cpu.h"
#include "early.h"
#include "log.h"
#include "mem.h"

void log_without_lock(const char *format, __builtin_va_list args);

static void PRINTF(1, 2) say(const char *format, ...) {
    __builtin_va_list args;
    __builtin_va_start(args, format);
    log_without_lock(format, args);
    __builtin_va_end(args);
}

static void registers(const struct regs *r) {
    say("  pc  %016lx ra  %016lx sp  %016lx status %lx", r->pc, r->ra, r->sp, r->status);
    say("  gp  %016lx tp  %016lx t0  %016lx t1  %016lx", r->gp, r->tp, r->t0, r->t1);
    say("  t2  %016lx s0  %016lx s1  %016lx a0  %016lx", r->t2, r->s0, r->s1, r->a0);
    say("  a1  %016lx a2  %016lx a3  %016lx a4  %016lx", r->a1, r->a2, r->a3, r->a4);
    say("  a5  %016lx a6  %016lx a7  %016lx s2  %016lx", r->a5, r->a6, r->a7, r->s2);
    say("  s3  %016lx s4  %016lx s5  %016lx s6  %016lx", r->s3, r->s4, r->s5, r->s6);
    say("  s7  %016lx s8  %016lx s9  %016lx s10 %016lx", r->s7, r->s8, r->s9, r->s10);
    say("  s11 %016lx t3  %016lx t4  %016lx t5  %016lx", r->s11, r->t3, r->t4, r->t5);
    say("  t6  %016lx cause %lx value %016lx", r->t6, r->cause, r->value);
}

/* A stack that overflowed must not fault again: only frames on the boot stack or a kernel stack.
 * The two words of a frame lie below where s0 points (psABI, frame pointer convention). */
static bool is_stack(u64 frame) {
    u64 words = frame - 16;
    return frame % 16 == 0 && (in_kernel_image((void *)words) ||
                               (words >= KSTACK_BASE && words < KSTACK_BASE + (1ull << 36)));
}

void arch_backtrace(const struct regs *regs) {
    u64 frame;
    if (regs) {
        registers(regs);
        frame = regs->s0;
    } else {
        __asm__ volatile("mv %0, s0" : "=r"(frame));
    }
    for (u32 depth = 0; depth < 16 && is_stack(frame); depth++) {
        const u64 *words = (const u64 *)(frame - 16);
        if (!words[1]) break;
        say("  at %016lx", words[1]);
        // callers lie higher; a chain that turns back is broken
        if (words[0] <= frame || words[0] - frame > KSTACK_SIZE) break;
        frame = words[0];
    }
}

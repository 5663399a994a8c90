/* For a panic: registers, and the return addresses along the frame pointers. */
#include "arch.h"
#include "cpu.h"
#include "early.h"
#include "insn.h"
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
    say("  rip %016lx rsp %016lx rbp %016lx rflags %08lx", r->rip, r->rsp, r->rbp, r->rflags);
    say("  rax %016lx rbx %016lx rcx %016lx rdx %016lx", r->rax, r->rbx, r->rcx, r->rdx);
    say("  rsi %016lx rdi %016lx r8  %016lx r9  %016lx", r->rsi, r->rdi, r->r8, r->r9);
    say("  r10 %016lx r11 %016lx r12 %016lx r13 %016lx", r->r10, r->r11, r->r12, r->r13);
    say("  r14 %016lx r15 %016lx cr2 %016lx code %lx", r->r14, r->r15, read_cr2(), r->code);
}

/* A stack that overflowed must not fault again: only frames on the boot stack or a kernel stack. */
static bool is_stack(u64 frame) {
    return frame % 8 == 0 && (in_kernel_image((void *)frame) ||
                              (frame >= KSTACK_BASE && frame < KSTACK_BASE + (1ull << 39)));
}

void arch_backtrace(const struct regs *regs) {
    u64 frame;
    if (regs) {
        registers(regs);
        frame = regs->rbp;
    } else {
        __asm__ volatile("movq %%rbp, %0" : "=r"(frame));
    }
    for (u32 depth = 0; depth < 16 && is_stack(frame); depth++) {
        const u64 *words = (const u64 *)frame;
        if (!words[1]) break;
        say("  at %016lx", words[1]);
        // callers lie higher; a chain that turns back is broken
        if (words[0] <= frame || words[0] - frame > KSTACK_SIZE) break;
        frame = words[0];
    }
}

/* What a panic shows of the registers. */
#include "arch.h"
#include "log.h"

void arch_show_registers(const struct regs *r) {
    log_without_lock("  pc  %016lx ra  %016lx sp  %016lx status %lx", r->pc, r->ra, r->sp, r->status);
    log_without_lock("  gp  %016lx tp  %016lx t0  %016lx t1  %016lx", r->gp, r->tp, r->t0, r->t1);
    log_without_lock("  t2  %016lx s0  %016lx s1  %016lx a0  %016lx", r->t2, r->s0, r->s1, r->a0);
    log_without_lock("  a1  %016lx a2  %016lx a3  %016lx a4  %016lx", r->a1, r->a2, r->a3, r->a4);
    log_without_lock("  a5  %016lx a6  %016lx a7  %016lx s2  %016lx", r->a5, r->a6, r->a7, r->s2);
    log_without_lock("  s3  %016lx s4  %016lx s5  %016lx s6  %016lx", r->s3, r->s4, r->s5, r->s6);
    log_without_lock("  s7  %016lx s8  %016lx s9  %016lx s10 %016lx", r->s7, r->s8, r->s9, r->s10);
    log_without_lock("  s11 %016lx t3  %016lx t4  %016lx t5  %016lx", r->s11, r->t3, r->t4, r->t5);
    log_without_lock("  t6  %016lx cause %lx value %016lx", r->t6, r->cause, r->value);
}

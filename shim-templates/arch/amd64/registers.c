/* What a panic shows of the registers. */
#include "arch.h"
#include "insn.h"
#include "log.h"

void arch_show_registers(const struct regs *r) {
    log_without_lock("  rip %016lx rsp %016lx rbp %016lx rflags %08lx", r->rip, r->rsp, r->rbp, r->rflags);
    log_without_lock("  rax %016lx rbx %016lx rcx %016lx rdx %016lx", r->rax, r->rbx, r->rcx, r->rdx);
    log_without_lock("  rsi %016lx rdi %016lx r8  %016lx r9  %016lx", r->rsi, r->rdi, r->r8, r->r9);
    log_without_lock("  r10 %016lx r11 %016lx r12 %016lx r13 %016lx", r->r10, r->r11, r->r12, r->r13);
    log_without_lock("  r14 %016lx r15 %016lx cr2 %016lx code %lx", r->r14, r->r15, read_cr2(), r->code);
}

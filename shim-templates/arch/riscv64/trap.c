/* Exceptions and interrupts, after entry.S has made the frame.
 *
 * A fault of the program becomes a signal, with the number and si_code that Linux gives on RISC-V
 * (arch/riscv/kernel/traps.c; causes: privileged specification 1.12, table 4.2). A trap that the
 * kernel takes is a bug of ours, but for two: the interrupt that ends a wait, and the first touch
 * of a kernel stack by a hart that remembers there was nothing. */
#include "abi.h"
#include "arch.h"
#include "cpu.h"
#include "debug/checks.h"
#include "early.h"
#include "insn.h"
#include "log.h"
#include "mem.h"
#include "mem/pagetable.h"
#include "platform/plic.h"
#include "smp.h"
#include "vector.h"

_Static_assert(offsetof(struct regs, pc) == REGS_PC && offsetof(struct regs, ra) == REGS_X(1), "entry.S");
_Static_assert(offsetof(struct regs, t6) == REGS_X(31), "entry.S");
_Static_assert(offsetof(struct regs, status) == REGS_STATUS && offsetof(struct regs, cause) == REGS_CAUSE, "entry.S");
_Static_assert(offsetof(struct regs, value) == REGS_VALUE, "entry.S");
_Static_assert(offsetof(struct regs, first_argument) == REGS_FIRST_ARGUMENT, "entry.S");
_Static_assert(offsetof(struct cpu, kernel_stack_top) == CPU_STACK_TOP, "entry.S");
_Static_assert(offsetof(struct cpu, scratch) == CPU_SCRATCH, "entry.S");
_Static_assert(offsetof(struct cpu, arch.emergency_top) == CPU_EMERGENCY_TOP, "entry.S");

#define CAUSE_IS_INTERRUPT (1ull << 63)

static const char *const names[] = {
    "misaligned fetch", "fetch access fault", "illegal instruction", "breakpoint", "misaligned load",
    "load access fault", "misaligned store", "store access fault", "system call", "", "", "",
    "page fault of a fetch", "page fault of a load", "", "page fault of a store",
};

static void page_fault_trap(struct regs *regs, enum fault_access access) {
    page_fault(regs, regs->value, access, true);
}

static void user_exception(struct regs *regs) {
    switch (regs->cause) {
    case CAUSE_FETCH_PAGE: page_fault_trap(regs, FAULT_EXECUTE); break;
    case CAUSE_LOAD_PAGE: page_fault_trap(regs, FAULT_READ); break;
    case CAUSE_STORE_PAGE: page_fault_trap(regs, FAULT_WRITE); break;
    case CAUSE_ILLEGAL:
        if (!v_first_use(regs)) user_fault(regs, SIGILL, ILL_ILLOPC, regs->pc);
        break;
    case CAUSE_BREAKPOINT: user_fault(regs, SIGTRAP, TRAP_BRKPT, regs->pc); break;
    case CAUSE_FETCH_MISALIGNED:
    case CAUSE_LOAD_MISALIGNED:
    case CAUSE_STORE_MISALIGNED: user_fault(regs, SIGBUS, BUS_ADRALN, regs->pc); break;
    default: user_fault(regs, SIGSEGV, SEGV_ACCERR, regs->pc); break;
    }
}

static void interrupt(u64 number) {
    switch (number) {
    case INTERRUPT_SOFTWARE:
        csr_clear(sip, 1 << INTERRUPT_SOFTWARE);
        if (stopping) arch_halt();
        __asm__ volatile("fence.i" : : : "memory"); // flush-icache.c and protect.c rely on it
        break;
    case INTERRUPT_TIMER:
        arch_timer_set(UINT64_MAX); // acknowledged: it stays pending until a later time is set
        timer_interrupt();
        break;
    case INTERRUPT_EXTERNAL: external_interrupt(); break;
    }
    cpu_serve_requests();
}

static enum entry_path path_of(const struct regs *regs) {
    if (regs->cause & CAUSE_IS_INTERRUPT) {
        u64 number = regs->cause & ~CAUSE_IS_INTERRUPT;
        return number == INTERRUPT_TIMER ? PATH_TIMER : number == INTERRUPT_SOFTWARE ? PATH_IPI : PATH_DEVICE;
    }
    bool fault = regs->cause == CAUSE_FETCH_PAGE || regs->cause == CAUSE_LOAD_PAGE || regs->cause == CAUSE_STORE_PAGE;
    return fault ? PATH_PAGE_FAULT : PATH_EXCEPTION;
}

void trap_handler(struct regs *regs) {
    enum entry_path path = path_of(regs);
    if (regs->cause & CAUSE_IS_INTERRUPT) interrupt(regs->cause & ~CAUSE_IS_INTERRUPT);
    else user_exception(regs);
    return_to_user(regs);
    stack_left(path);
}

/* A kernel stack is mapped without telling other harts, which may remember the empty entry. */
static bool was_stale(const struct regs *regs) {
    if (regs->cause != CAUSE_LOAD_PAGE && regs->cause != CAUSE_STORE_PAGE) return false;
    if (regs->value < KSTACK_BASE || regs->value >= KERNEL_BASE) return false;
    u32 level;
    if (!pte_present(*pt_find(regs->value, &level))) return false;
    arch_tlb_flush_all();
    return true;
}

void kernel_trap_handler(struct regs *regs) {
    if (regs->cause & CAUSE_IS_INTERRUPT) {
        interrupt(regs->cause & ~CAUSE_IS_INTERRUPT);
        stack_measure(this_cpu()->arch.emergency_top, KSTACK_SIZE, PATH_IDLE_INTERRUPT);
        return;
    }
    if (was_stale(regs)) return;
    backtrace(regs);
    bool near_sp = regs->value - (regs->sp - PAGE_SIZE) < 2 * PAGE_SIZE;
    if (regs->cause == CAUSE_STORE_PAGE && near_sp) panic("kernel stack overflow at %#lx", regs->value);
    const char *name = regs->cause < COUNT(names) ? names[regs->cause] : "unknown trap";
    panic("%s in the kernel, address %#lx", name, regs->value);
}

/* Exceptions and interrupts, after entry.S has made the frame.
 *
 * A fault of the program becomes a signal, with the number and si_code that Linux gives on x86
 * (signal(7) and the ABI of each vector, Intel SDM volume 3A, chapter 6). A fault of the kernel
 * is a bug, unless it is a page fault of user.S. */
#include "abi.h"
#include "arch.h"
#include "cpu.h"
#include "debug/checks.h"
#include "early.h"
#include "insn.h"
#include "log.h"
#include "mem.h"
#include "platform/apic.h"
#include "serial.h"

_Static_assert(offsetof(struct regs, r11) == REGS_R11 && offsetof(struct regs, rcx) == REGS_RCX, "entry.S");
_Static_assert(offsetof(struct regs, rbp) == REGS_RBP && offsetof(struct regs, rbx) == REGS_RBX, "entry.S");
_Static_assert(offsetof(struct regs, r12) == REGS_R12 && offsetof(struct regs, rax) == REGS_RAX, "entry.S");
_Static_assert(offsetof(struct regs, rdi) == REGS_ARGS && offsetof(struct regs, r9) == REGS_ARGS + 40, "entry.S");
_Static_assert(offsetof(struct regs, rip) == REGS_RIP && offsetof(struct regs, rsp) == REGS_RSP, "entry.S");
_Static_assert(USER_TOP < 1ull << 47, "entry.S: no SYSCALL returns to a non-canonical address");
_Static_assert(offsetof(struct cpu, kernel_stack_top) == 8, "entry.S");
_Static_assert(offsetof(struct cpu, scratch) == 16, "entry.S");

enum vector {
    DIVIDE_ERROR = 0, DEBUG = 1, NMI = 2, BREAKPOINT = 3, OVERFLOW = 4, BOUND_RANGE = 5,
    INVALID_OPCODE = 6, NO_VECTOR_UNIT = 7, DOUBLE_FAULT = 8, INVALID_TSS = 10,
    SEGMENT_NOT_PRESENT = 11, STACK_SEGMENT = 12, GENERAL_PROTECTION = 13, PAGE_FAULT = 14,
    X87_ERROR = 16, ALIGNMENT_CHECK = 17, MACHINE_CHECK = 18, SIMD_ERROR = 19,
};

static const char *const names[] = {
    "division error", "debug trap", "non-maskable interrupt", "breakpoint", "overflow",
    "bound range", "invalid opcode", "vector unit missing", "double fault (kernel stack overflow?)",
    "", "invalid task state segment", "segment not present", "stack segment", "general protection",
    "page fault", "", "x87 error", "misaligned access", "machine check", "SIMD error",
};

struct fixup {
    u64 at, to;
};
extern const struct fixup fixups_start[], fixups_end[];

static bool fix_up(struct regs *regs) {
    for (const struct fixup *f = fixups_start; f < fixups_end; f++) {
        if (f->at != regs->rip) continue;
        regs->rip = f->to;
        return true;
    }
    return false;
}

static NORETURN void kernel_fault(struct regs *regs) {
    const char *name = regs->kind < COUNT(names) ? names[regs->kind] : "unknown exception";
    backtrace(regs);
    if (regs->kind == PAGE_FAULT) panic("page fault in the kernel at address %#lx", read_cr2());
    panic("%s in the kernel", name);
}

/* Page-fault error code: 1 present, 2 write, 4 user access, 8 reserved bit, 16 instruction
 * fetch. */
static void page_fault_trap(struct regs *regs) {
    uptr address = read_cr2();
    bool user = regs_from_user(regs);
    enum fault_access access = regs->code & 16 ? FAULT_EXECUTE
                               : regs->code & 2 ? FAULT_WRITE : FAULT_READ;
    if (regs->code & 8) panic("page table entry for %#lx is malformed", address);
    if (user && (regs->code & 5) == 1) {
        // An access that the CPU made with the kernel's rights for an instruction of the program:
        // to be refused, since repeating it would fail again. (QEMU does this for far returns,
        // under SMAP.)
        user_fault(regs, SIGSEGV, SEGV_ACCERR, address);
        return;
    }
    if (user) {
        page_fault(regs, address, access, true);
        return;
    }
    // In the kernel: only user.S may, and only user addresses.
    struct regs resumed = *regs;
    if (address >= USER_TOP || !fix_up(&resumed)) kernel_fault(regs);
    if (!page_fault(regs, address, access, false)) regs->rip = resumed.rip;
}

/* Which of several raised floating-point exceptions Linux reports; the bits are the same in the x87
 * status word and in MXCSR. */
static int float_code(u32 raised) {
    if (raised & 1) return FPE_FLTINV;
    if (raised & 4) return FPE_FLTDIV;
    if (raised & 8) return FPE_FLTOVF;
    if (raised & (16 | 2)) return FPE_FLTUND;
    if (raised & 32) return FPE_FLTRES;
    return 0;
}

static u32 x87_raised(void) {
    u16 status, control;
    __asm__ volatile("fnstsw %0; fnstcw %1; fnclex" : "=m"(status), "=m"(control));
    return status & ~control & 0x3f;
}

static u32 simd_raised(void) {
    u32 mxcsr;
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    return mxcsr & ~(mxcsr >> 7) & 0x3f;
}

static void user_exception(struct regs *regs) {
    switch (regs->kind) {
    case DIVIDE_ERROR: user_fault(regs, SIGFPE, FPE_INTDIV, regs->rip); break;
    case DEBUG: user_fault(regs, SIGTRAP, TRAP_TRACE, regs->rip); break;
    case BREAKPOINT: user_fault(regs, SIGTRAP, SI_KERNEL, 0); break;
    case INVALID_OPCODE: user_fault(regs, SIGILL, ILL_ILLOPN, regs->rip); break;
    case SEGMENT_NOT_PRESENT:
    case STACK_SEGMENT: user_fault(regs, SIGBUS, SI_KERNEL, 0); break;
    case X87_ERROR: user_fault(regs, SIGFPE, float_code(x87_raised()), regs->rip); break;
    case SIMD_ERROR: user_fault(regs, SIGFPE, float_code(simd_raised()), regs->rip); break;
    case ALIGNMENT_CHECK: user_fault(regs, SIGBUS, BUS_ADRALN, 0); break;
    default: user_fault(regs, SIGSEGV, SI_KERNEL, 0); break;
    }
}

static void interrupt(u32 vector) {
    // Acknowledged first: the handler may switch to another thread. Interrupts stay off all the
    // same.
    if (vector != VECTOR_SPURIOUS) apic_end_of_interrupt();
    switch (vector) {
    case VECTOR_TIMER: timer_interrupt(); break;
    case VECTOR_IPI: break;
    case VECTOR_SERIAL: serial_interrupt(); break;
    }
    cpu_serve_requests();
}

static enum entry_path path_of(const struct regs *regs) {
    if (regs->kind < 32) return regs->kind == PAGE_FAULT ? PATH_PAGE_FAULT : PATH_EXCEPTION;
    return regs->kind == VECTOR_TIMER ? PATH_TIMER : regs->kind == VECTOR_IPI ? PATH_IPI : PATH_DEVICE;
}

void trap_handler(struct regs *regs) {
    if (regs->kind == PAGE_FAULT) page_fault_trap(regs);
    else if (regs->kind >= 32) interrupt(regs->kind);
    else if (regs_from_user(regs)) user_exception(regs);
    // vector state of the program's making that the CPU refuses: user.S
    else if (regs->kind != GENERAL_PROTECTION || !fix_up(regs)) kernel_fault(regs);
    if (!regs_from_user(regs)) return;
    enum entry_path path = path_of(regs); // a signal handler's frame replaces it
    return_to_user(regs);
    stack_left(path);
}

/* On a stack of its own, perhaps in the middle of a door: nothing here may take a lock that
 * waits. */
void paranoid_trap_handler(struct regs *regs) {
    if (regs->kind == NMI && stopping) arch_halt();
    kernel_fault(regs);
}

/* Into the kernel and out of it: system calls, faults, requests of other CPUs, and the last look
 * around before the program runs again.
 *
 * Most calls need none of the program's registers but the arguments, and change none but the result. So a
 * call comes in with a frame that holds only what C does not keep; if there is more to do afterwards than
 * to go back, the door saves the rest, which is unchanged by then, and comes in again.
 *
 * Interrupts are off from the entry to the exit. So whatever another CPU wants while the last
 * look is taken arrives as an interrupt at the first instruction in user mode: nothing is
 * missed. */
#include "arch.h"
#include "boot.h"
#include "call.h"
#include "clock.h"
#include "cpu.h"
#include "log.h"
#include "mem.h"
#include "signal.h"
#include "thread.h"

/* What a body may answer that is not for the program: the call goes on here. */
static bool is_internal(long result) { return (u64)(result + EWHOLEFRAME) <= EWHOLEFRAME - ERESTARTSYS; }

struct call_end kernel_syscall(struct regs *regs) {
    u64 nr = regs_syscall_nr(regs);
    current()->syscall = (u32)nr;
    const struct shim_action *action = call_action(nr);
    bool direct = action->kind == ACTION_DIRECT && likely(!options.trace);
    long result = CHECKED_CALL(nr, direct ? action->body(regs_args(regs)) : shim_dispatch(regs, action, false));
    // the thread may have moved to another CPU
    struct cpu *cpu = this_cpu();
    bool more = is_internal(result) || cpu_attention(cpu) || signal_work(cpu->current);
    if (!more) {
        assert_no_locks("the program goes on");
        stack_left(cpu->current->syscall);
    }
    return (struct call_end){result, more};
}

void kernel_syscall_rest(struct regs *regs, long result) {
    struct thread *t = current();
    if (result == -EWHOLEFRAME) result = CHECKED_CALL(t->syscall, shim_dispatch(regs, call_action(t->syscall), true));

    // After rt_sigreturn the registers are those of the interrupted code: they have no result to
    // get.
    if (regs_in_syscall(regs)) {
        regs_set_result(regs, result);
        t->signals.restart = result == -ERESTARTSYS      ? RESTART_BY_ACTION
                             : result == -ERESTARTNOHAND ? RESTART_NO_HANDLER
                                                         : RESTART_NONE;
    }
    return_to_user(regs);
    stack_left(current()->syscall);
}

void return_to_user(struct regs *regs) {
    poison_stack();
    // Each thing done may have taken long, and the thread may have moved to another CPU: look
    // again.
    for (;;) {
        if (unlikely(cpu_attention(this_cpu()))) {
            cpu_serve_requests();
            if (this_cpu()->need_reschedule) sched_preempt();
        } else if (signal_work(current())) {
            signal_deliver(regs);
        } else {
            break;
        }
    }
    assert_no_locks("the program goes on");
}

void user_fault(struct regs *regs, int signo, int code, uptr address) {
    signal_force(&(struct signal_info){.signo = signo, .code = code, .value = address});
}

bool page_fault(struct regs *regs, uptr address, enum fault_access access, bool from_user) {
    // The kernel's half is not the program's, whatever is mapped there.
    int result = address < USER_TOP ? mem_fault(address, access) : SEGV_MAPERR << 8 | SIGSEGV;
    if (result == 0) return true;
    // Inside user.h the access ends with EFAULT. The signal is for accesses of the program itself.
    if (from_user) user_fault(regs, result & 0xff, result >> 8, address);
    return from_user;
}

void cpu_request(struct cpu *cpu, enum cpu_request request) {
    // A bit that is set already has an interrupt on its way.
    u32 before = __atomic_fetch_or(&cpu->requests, request, __ATOMIC_SEQ_CST);
    if (!(before & request)) arch_ipi(cpu);
}

void cpu_serve_requests(void) {
    struct cpu *cpu = this_cpu();
    if (likely(!__atomic_load_n(&cpu->requests, __ATOMIC_RELAXED))) return;
    // Called with locks held: nothing here may take one.
    u32 requests = __atomic_exchange_n(&cpu->requests, 0, __ATOMIC_SEQ_CST);
    if (requests & CPU_REQUEST_STOP) arch_halt();
    if (requests & CPU_REQUEST_FLUSH) tlb_serve_flush();
    if (requests & CPU_REQUEST_RESCHEDULE) cpu->need_reschedule = true;
}

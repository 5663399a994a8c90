/* The end: of one thread, and of the program.
 *
 * There is nothing after the program, so its end is the machine's: nothing is torn down. The exit
 * status travels to whoever started the machine as far as the machine can carry it. */
#include "thread.h"
#include "clock.h"
#include "futex.h"
#include "log.h"
#include "posix-timer.h"
#include "record.h"
#include "user.h"

static NORETURN void power_off(int status, int signo) {
    // The first of several CPUs decides; the others wait to be stopped.
    spin_lock(&process.lock);
    bool first = !process.exiting;
    process.exiting = true;
    spin_unlock(&process.lock);
    if (!first) arch_halt();

    process.exit_status = status;
    record_line("{\"exit\":{\"status\":%d,\"signal\":%d,\"us\":%lu}}", status, signo, clock_now() / 1000);
    record_summary();
    stack_left(current()->syscall);
    stack_report();
    // Linux ends every thread before exit_group returns to the parent: no output comes later.
    if (cpu_count > 1) arch_ipi_stop_all();
    arch_power_off(status);
}

void process_exit(int status) { power_off(status & 0xff, 0); }
void process_killed(int signo) { power_off(128 + signo, signo); }

void thread_exit(void) {
    struct thread *t = current();
    // pthreads: the joiner sleeps on this word. Go sets none, and frees the stack before it calls
    // exit: without the address no user memory is touched from here on.
    if (t->clear_child_tid) {
        u32 zero = 0;
        int error = user_write(t->clear_child_tid, &zero, sizeof zero);
        if (!error) futex_wake(t->clear_child_tid, 1);
    }
    posix_timers_thread_exit(t);

    // Off the list: nobody can find it any more, so nobody will wake or signal it.
    spin_lock(&process.lock);
    list_remove(&t->all_link);
    bool last = --process.thread_count == 0;
    spin_unlock(&process.lock);
    if (last) process_exit(process.exit_status);
    signals_leave(t);

    // Under the queue's lock like every change of state; the next thread here frees it.
    t->state = THREAD_DEAD;
    sched_switch();
    panic("a dead thread runs");
}

long sys_exit(int status) {
    // Linux reports the status of the last thread to leave when no exit_group came before.
    process.exit_status = status & 0xff;
    thread_exit();
}

long sys_exit_group(int status) { process_exit(status); }

long sys_set_tid_address(uptr tidptr) {
    current()->clear_child_tid = tidptr;
    return current()->tid;
}

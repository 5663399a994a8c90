/* Timers on CPU time: of one thread, or of the whole process. time/cpu-timer.c
 *
 * They can only expire while their thread (or any thread) runs, so they are looked at by the CPU
 * that runs it: nothing ticks while all sleep. All state is under LOCK_SIGNAL. */
#pragma once
#include "thread.h"

struct cpu_timer {
    struct list link;    /* thread->cpu_timers or the process's list; alone when not armed */
    u64 expires_ns;      /* CPU time */
    struct thread *on;   /* NULL: process */
    /* Off its list; LOCK_PROCESS and LOCK_SIGNAL held. May arm itself again. */
    void (*fire)(struct cpu_timer *timer, u64 cpu_now);
};

void cpu_timers_init(void);
void cpu_timer_arm(struct cpu_timer *timer, struct thread *on, u64 expires_ns);
void cpu_timer_disarm(struct cpu_timer *timer);
void cpu_timers_tick(void);       /* from the timer interrupt */
/* Would one of them expire because `t` runs? */
extern u64 process_cpu_time_next; /* CPU time of the process at which the first expires, FOREVER if none */
static inline bool cpu_timers_run_with(const struct thread *t) {
    return (t->cpu_timer_next & __atomic_load_n(&process_cpu_time_next, __ATOMIC_RELAXED)) != FOREVER;
}
u64 cpu_timers_next_event(void);  /* for timer_reprogram(): monotonic ns, FOREVER if none */

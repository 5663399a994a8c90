/* CPU-time timers, tickless: while a thread with such a timer runs, its CPU's hardware timer is
 * set to the moment at which its CPU time reaches the first one.
 *
 * For the process, CPU time advances as fast as CPUs run threads. Every running CPU looks when
 * the rest could be used up if all of them ran on, but not more often than CHECK_NS: so a
 * process timer is late by little, and never early. */
#include "cpu-timer.h"
#include "clock.h"

#define CHECK_NS 500000ull

static struct list process_timers;
u64 process_cpu_time_next = FOREVER;

void cpu_timers_init(void) { list_init(&process_timers); }

static u64 first_of(struct list *timers) {
    u64 first = FOREVER;
    list_each(link, timers) first = MIN(first, CONTAINER(link, struct cpu_timer, link)->expires_ns);
    return first;
}

static void update(struct thread *on) {
    u64 *next = on ? &on->cpu_timer_next : &process_cpu_time_next;
    __atomic_store_n(next, first_of(on ? &on->cpu_timers : &process_timers), __ATOMIC_RELAXED);
}

void cpu_timer_arm(struct cpu_timer *timer, struct thread *on, u64 expires_ns) {
    timer->on = on;
    timer->expires_ns = expires_ns;
    list_push_back(on ? &on->cpu_timers : &process_timers, &timer->link);
    update(on);
    // Whoever runs it now must set its hardware timer.
    if (on && on != current()) sched_kick(on);
    else if (on) this_cpu()->need_reschedule = true;
    else sched_kick_all();
}

void cpu_timer_disarm(struct cpu_timer *timer) {
    if (list_empty(&timer->link)) return;
    list_remove(&timer->link);
    update(timer->on);
}

static void expire(struct list *timers, u64 cpu_now) {
    // A timer that arms itself again goes to the end, with a later time.
    list_each_safe(link, timers) {
        struct cpu_timer *timer = CONTAINER(link, struct cpu_timer, link);
        if (timer->expires_ns > cpu_now) continue;
        list_remove(link);
        timer->fire(timer, cpu_now);
    }
}

void cpu_timers_tick(void) {
    struct thread *t = current();
    if (thread_is_idle(t)) return;
    bool own = t->cpu_timer_next != FOREVER && thread_runtime_ns(t) >= t->cpu_timer_next;
    bool shared = process_cpu_time_next != FOREVER && process_runtime_ns() >= process_cpu_time_next;
    if (!own && !shared) return;

    spin_lock(&process.lock);
    spin_lock(&process.signals.lock);
    if (own) {
        expire(&t->cpu_timers, thread_runtime_ns(t));
        update(t);
    }
    if (shared) {
        expire(&process_timers, process_runtime_ns());
        update(NULL);
    }
    spin_unlock(&process.signals.lock);
    spin_unlock(&process.lock);
}

u64 cpu_timers_next_event(void) {
    struct thread *t = current();
    u64 own = __atomic_load_n(&t->cpu_timer_next, __ATOMIC_RELAXED);
    u64 shared = __atomic_load_n(&process_cpu_time_next, __ATOMIC_RELAXED);
    if (likely(own == FOREVER && shared == FOREVER) || thread_is_idle(t)) return FOREVER;

    u64 next = FOREVER;
    if (own != FOREVER) next = t->switched_in + (own > t->runtime_ns ? own - t->runtime_ns : 0);
    if (shared != FOREVER) {
        u64 used = process_runtime_ns();
        u64 left = shared > used ? (shared - used) / cpu_count : 0;
        next = MIN(next, clock_now() + MAX(left, CHECK_NS));
    }
    return next;
}

/* Switching threads: who runs next on this CPU, and what becomes of the one that ran.
 *
 * A thread leaves its CPU in two steps. sched_run_next() decides under the run queue's lock and
 * switches; the thread that then runs calls sched_finish(previous), and only there, when the
 * registers of `previous` are saved, is it queued again, or freed. Between the two, a waker sees
 * `on_cpu` and leaves the queueing to sched_finish(). Interrupts are off all the time; locks are
 * never held across the switch. The rule for `state`, `wake` and `on_cpu` is in thread.h. */
#include "sched.h"
#include "clock.h"
#include "cpu-timer.h"
#include "log.h"

struct sched_cpu *sched_lock_thread(struct thread *t) {
    for (;;) {
        struct cpu *cpu = __atomic_load_n(&t->cpu, __ATOMIC_RELAXED);
        spin_lock(&cpu->sched->lock);
        // Invariant: t->cpu changes only under the lock of the CPU it names.
        if (cpu == __atomic_load_n(&t->cpu, __ATOMIC_RELAXED)) return cpu->sched;
        spin_unlock(&cpu->sched->lock);
    }
}

struct thread *queue_pop(struct sched_cpu *queue) {
    struct list *first = list_pop_front(&queue->queue);
    if (!first) return NULL;
    __atomic_store_n(&queue->length, queue->length - 1, __ATOMIC_RELAXED);
    return CONTAINER(first, struct thread, run_link);
}

/* The CPU time since the last time this was done goes to the thread and to the CPU. Lock held. */
static void account(struct sched_cpu *queue, struct thread *t, u64 now) {
    u64 spent = now - t->switched_in;
    t->switched_in = now;
    if (thread_is_idle(t)) return;
    t->runtime_ns += spent;
    queue->busy_ns += spent;
}

static bool may_stay(const struct thread *t, const struct cpu *cpu) {
    return t->state == THREAD_RUNNABLE && !thread_is_idle(t) && thread_allowed(t, cpu);
}

bool sched_run_next(void) {
    assert_no_locks("another thread runs");
    struct cpu *cpu = this_cpu();
    struct sched_cpu *queue = cpu->sched;
    struct thread *from = cpu->current;
    cpu->need_reschedule = false;

    // first come, first served; an empty queue helps another CPU before it rests
    spin_lock(&queue->lock);
    struct thread *to = queue_pop(queue);
    if (!to && !may_stay(from, cpu)) {
        spin_unlock(&queue->lock);
        to = place_steal(cpu);
        spin_lock(&queue->lock);
        // meanwhile somebody may have woken `from`, or queued another thread
        if (!to) to = queue_pop(queue);
    }
    if (!to) to = may_stay(from, cpu) ? from : cpu->idle_thread;

    u64 now = clock_now(); // under the lock: process_runtime_ns() never goes back
    account(queue, from, now);
    to->slice_end = now + SLICE_NS;
    if (to != from) {
        to->switched_in = now;
        to->on_cpu = true;
        cpu->current = to;
        __atomic_store_n(&queue->running, !thread_is_idle(to), __ATOMIC_RELAXED);
    }
    bool more = queue->length != 0;
    spin_unlock(&queue->lock);
    // it was queued here before its mask changed, and goes away before it enters user mode
    if (!thread_allowed(to, cpu) && !thread_is_idle(to)) cpu->need_reschedule = true;
    if (thread_is_idle(to) || cpu_timers_run_with(to) || (more && !timer_rings_by(to->slice_end))) timer_reprogram();
    if (to == from) return false;

    // who is promised nothing but could help: let it come and steal
    if (thread_is_idle(from)) __atomic_and_fetch(&idle_cpus, ~cpu_bit(cpu), __ATOMIC_SEQ_CST);
    u64 idle = __atomic_load_n(&idle_cpus, __ATOMIC_SEQ_CST);
    if (more && idle) cpu_request(cpus[__builtin_ctzll(idle)], CPU_REQUEST_RESCHEDULE);

    sched_finish(arch_switch(from, to));
    return true;
}

void sched_finish(struct thread *previous) {
    // Since it had on_cpu, previous->cpu is still this CPU.
    struct sched_cpu *queue = this_cpu()->sched;
    spin_lock(&queue->lock);
    previous->on_cpu = false;
    enum thread_state state = previous->state;
    bool requeue = state == THREAD_RUNNABLE && !thread_is_idle(previous);
    if (requeue) previous->cpu = place_choose(previous, true);
    spin_unlock(&queue->lock);

    // A waiting thread may already run elsewhere: it is not touched any more.
    if (requeue) place_enqueue(previous);
    else if (state == THREAD_DEAD) thread_free(previous);
}

void sched_switch(void) { sched_run_next(); }

void sched_yield(void) { sched_switch(); }

void sched_preempt(void) {
    struct cpu *cpu = this_cpu();
    struct thread *t = cpu->current;
    cpu->need_reschedule = false;
    // It makes room when its slice is over and somebody waits, or when it may not be here at all.
    bool over = queue_length(cpu) && clock_now() >= t->slice_end;
    if (over || !thread_allowed(t, cpu)) sched_run_next();
    else timer_reprogram();
}

void sched_sleep(bool interruptible) {
    assert_no_locks("it sleeps");
    struct thread *t = current();
    struct sched_cpu *queue = this_cpu()->sched;
    spin_lock(&queue->lock);
    // Invariant: this is decided under the lock that every waker takes after it has said why.
    bool woken = __atomic_load_n(&t->wake, __ATOMIC_RELAXED) != 0;
    if (interruptible && signal_pending(t)) woken = true;
    if (!woken) {
        t->interruptible = interruptible;
        t->state = THREAD_WAITING;
    }
    spin_unlock(&queue->lock);
    if (!woken) sched_run_next();
}

void sched_wake(struct thread *t, u32 reason) {
    struct sched_cpu *queue = sched_lock_thread(t);
    __atomic_or_fetch(&t->wake, reason, __ATOMIC_RELAXED); // its owner clears bits without the lock
    bool wakes = t->state == THREAD_WAITING && (reason || t->interruptible);
    bool enqueue = wakes && !t->on_cpu;
    if (wakes) t->state = THREAD_RUNNABLE;
    if (enqueue) t->cpu = place_choose(t, false);
    spin_unlock(&queue->lock);
    if (enqueue) place_enqueue(t);
}

void sched_enqueue(struct thread *t) {
    thread_enlist(t);
    t->cpu = place_choose(t, false);
    place_enqueue(t);
}

void sched_tick(u64 now) {
    struct cpu *cpu = this_cpu();
    struct thread *t = cpu->current;
    if (thread_is_idle(t)) return;
    if (queue_length(cpu) && now >= t->slice_end) cpu->need_reschedule = true;
}

u64 sched_next_event(void) {
    struct cpu *cpu = this_cpu();
    return queue_length(cpu) && !thread_is_idle(cpu->current) ? cpu->current->slice_end : FOREVER;
}

u64 thread_runtime_ns(struct thread *t) {
    struct sched_cpu *queue = sched_lock_thread(t);
    u64 now = clock_now();
    u64 running = t->on_cpu && now > t->switched_in ? now - t->switched_in : 0;
    u64 total = t->runtime_ns + running;
    spin_unlock(&queue->lock);
    return total;
}

u64 process_runtime_ns(void) {
    // Each CPU's share never goes down, so neither does the sum.
    u64 total = 0;
    for (u32 i = 0; i < cpu_count; i++) {
        struct sched_cpu *queue = cpus[i]->sched;
        spin_lock(&queue->lock);
        struct thread *t = cpus[i]->current;
        u64 now = clock_now();
        total += queue->busy_ns;
        if (!thread_is_idle(t) && now > t->switched_in) total += now - t->switched_in;
        spin_unlock(&queue->lock);
    }
    return total;
}

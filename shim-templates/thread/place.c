/* Placement: on which CPU a thread that becomes runnable waits for its turn.
 *
 * Its last CPU if that one is idle (its caches are warm there), else any idle CPU it may use,
 * else the shortest queue. An idle CPU is claimed by clearing its bit, so that two wakers never
 * choose the same one while a third rests; a claim that turns out useless costs that CPU one
 * look around. A CPU that runs out of work takes the oldest thread of the longest queue. */
#include "sched.h"

u64 idle_cpus;

static bool claim(struct cpu *cpu) {
    u64 bit = cpu_bit(cpu);
    return __atomic_fetch_and(&idle_cpus, ~bit, __ATOMIC_SEQ_CST) & bit;
}

static u32 load(const struct cpu *cpu) { return queue_length(cpu) + cpu_running(cpu); }

struct cpu *place_choose(struct thread *t, bool stay) {
    struct cpu *last = t->cpu ? t->cpu : this_cpu();
    u64 allowed = __atomic_load_n(&t->affinity, __ATOMIC_RELAXED) & sched_online_mask();
    bool last_allowed = allowed & cpu_bit(last);
    for (u64 idle; (idle = __atomic_load_n(&idle_cpus, __ATOMIC_SEQ_CST) & allowed);) {
        struct cpu *cpu = idle & cpu_bit(last) ? last : cpus[__builtin_ctzll(idle)];
        if (claim(cpu)) return cpu;
    }
    if (stay && last_allowed) return last;

    // Everybody is busy. Going back costs nothing, so only a strictly shorter queue is better.
    if (last_allowed && cpu_count == 1) return last;
    struct cpu *best = last_allowed ? last : NULL;
    for (u32 i = 0; i < cpu_count; i++) {
        if (!(allowed & cpu_bit(cpus[i]))) continue;
        if (!best || load(cpus[i]) < load(best)) best = cpus[i];
    }
    return best ? best : cpus[0]; // Invariant: sched_setaffinity leaves at least one CPU
}

void place_enqueue(struct thread *t) {
    struct cpu *cpu = t->cpu;
    struct sched_cpu *queue = cpu->sched;
    u64 affinity = t->affinity; // once queued, it may run elsewhere and be gone
    spin_lock(&queue->lock);
    list_push_back(&queue->queue, &t->run_link);
    __atomic_store_n(&queue->length, queue->length + 1, __ATOMIC_RELAXED);
    bool first = queue->length == 1;
    spin_unlock(&queue->lock);

    // From the first on, the thread that runs there has an end of slice, which its timer must know.
    if (first && cpu != this_cpu()) cpu_request(cpu, CPU_REQUEST_RESCHEDULE);
    else if (first && !timer_rings_by(cpu->current->slice_end)) cpu->need_reschedule = true;

    // A CPU may have looked for work just before this was queued: it has set its bit before that.
    if (!cpu_running(cpu)) return;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    u64 idle = __atomic_load_n(&idle_cpus, __ATOMIC_SEQ_CST) & affinity;
    if (idle) cpu_request(cpus[__builtin_ctzll(idle)], CPU_REQUEST_RESCHEDULE);
}

/* The first thread of a queue that may run on `thief`. The queue's lock is held. */
static struct thread *take_allowed(struct sched_cpu *queue, struct cpu *thief) {
    list_each(link, &queue->queue) {
        struct thread *t = CONTAINER(link, struct thread, run_link);
        if (!thread_allowed(t, thief)) continue;
        list_remove(link);
        __atomic_store_n(&queue->length, queue->length - 1, __ATOMIC_RELAXED);
        t->cpu = thief;
        return t;
    }
    return NULL;
}

struct thread *place_steal(struct cpu *thief) {
    u64 tried = cpu_bit(thief);
    for (;;) {
        struct cpu *victim = NULL;
        for (u32 i = 0; i < cpu_count; i++) {
            if (tried & cpu_bit(cpus[i]) || !queue_length(cpus[i])) continue;
            if (!victim || queue_length(cpus[i]) > queue_length(victim)) victim = cpus[i];
        }
        if (!victim) return NULL;
        spin_lock(&victim->sched->lock);
        struct thread *t = take_allowed(victim->sched, thief);
        spin_unlock(&victim->sched->lock);
        if (t) return t;
        tried |= cpu_bit(victim);
    }
}

void sched_kick(struct thread *t) {
    struct sched_cpu *queue = sched_lock_thread(t);
    struct cpu *cpu = t->on_cpu && t->cpu != this_cpu() ? t->cpu : NULL;
    spin_unlock(&queue->lock);
    if (cpu) cpu_request(cpu, CPU_REQUEST_RESCHEDULE);
}

void sched_kick_all(void) {
    for (u32 i = 0; i < cpu_count; i++) {
        if (cpus[i] == this_cpu()) cpus[i]->need_reschedule = true;
        else if (cpu_running(cpus[i])) cpu_request(cpus[i], CPU_REQUEST_RESCHEDULE);
    }
}

u64 sched_online_mask(void) { return cpu_count >= 64 ? ~0ull : (1ull << cpu_count) - 1; }

u32 sched_load(void) {
    u32 total = 0;
    for (u32 i = 0; i < cpu_count; i++) total += load(cpus[i]);
    return total;
}

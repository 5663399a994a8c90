/* Inside of the scheduler: one run queue per CPU. thread/ only. */
#pragma once
#include "thread.h"

#define SLICE_NS 10000000ull /* 10 ms: Go's own time slice for a goroutine is as long */

struct sched_cpu {
    struct spinlock lock; /* LOCK_RUNQUEUE */
    struct list queue;    /* runnable threads that do not run, first come first */
    u32 length;           /* of queue; others read it without the lock, as a hint */
    bool running;         /* the current thread is not the idle thread; others read it as a hint */
    u64 busy_ns;          /* CPU time of all threads here, up to `switched_in` of the current one */
};

/* CPUs that found nothing to run. Whoever clears a bit has promised that CPU a thread. */
extern u64 idle_cpus;

static inline u64 cpu_bit(const struct cpu *cpu) { return 1ull << cpu->id; }
static inline bool thread_allowed(const struct thread *t, const struct cpu *cpu) {
    return __atomic_load_n(&t->affinity, __ATOMIC_RELAXED) & cpu_bit(cpu);
}
static inline u32 queue_length(const struct cpu *cpu) {
    return __atomic_load_n(&cpu->sched->length, __ATOMIC_RELAXED);
}

static inline bool cpu_running(const struct cpu *cpu) {
    return __atomic_load_n(&cpu->sched->running, __ATOMIC_RELAXED);
}

/* Locks the run queue of the CPU to which `t` belongs, which may change until it is locked. */
struct sched_cpu *sched_lock_thread(struct thread *t);
struct thread *queue_pop(struct sched_cpu *queue); /* its lock held; NULL if empty */

/* thread/place.c */
/* Where to queue it. `stay`: on its CPU unless another one is idle. */
struct cpu *place_choose(struct thread *t, bool stay);
/* On the queue of t->cpu, and tells that CPU. */
void place_enqueue(struct thread *t);
/* Off another CPU's queue; NULL if nothing fits. */
struct thread *place_steal(struct cpu *thief);

/* thread/thread.c: puts a complete thread on the list, where others find it */
void thread_enlist(struct thread *t);

/* thread/sched.c */
bool sched_run_next(void); /* switches if there is something to switch to */
void sched_finish(struct thread *previous);
/* thread/idle.c */
NORETURN void idle_loop(void);

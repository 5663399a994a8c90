/* Threads of the one process, and who runs where. thread/
 *
 * How a thread sleeps and wakes without losing a wake: everything that decides happens under the
 * lock of the run queue of `thread->cpu`. A waker only changes `state` and `wake`. If the
 * thread's registers are still on its CPU (`on_cpu`), the switch that is under way puts it back
 * on a queue once they are saved; otherwise the waker does. So no thread is ever on a queue and
 * on a CPU at once. */
#pragma once
#include "cpu.h"
#include "credentials.h"
#include "arch.h"
#include "arch/thread-arch.h"
#include "signal.h"
#include "timer.h"
#include "abi.h"
#include "debug/checks.h"

enum thread_state {
    THREAD_RUNNABLE, /* on a run queue, or running */
    THREAD_WAITING,  /* in wait.h, until woken, a deadline, or a signal */
    THREAD_DEAD,     /* will not run again; freed by the next thread on its CPU */
};

/* Why a wait ended: bits of thread->wake. A wake that comes before the sleep keeps the sleep from
 * happening, whatever the order of wait_prepare() on several queues. */
enum wake_reason {
    WAKE_QUEUE = 1 << 0,   /* a wait queue chose one of its waiters */
    WAKE_TIMEOUT = 1 << 1, /* its deadline passed */
};

/* What becomes of a call that was interrupted, decided when the signal is delivered. */
enum restart {
    RESTART_NONE,
    RESTART_BY_ACTION,  /* -ERESTARTSYS: again if SA_RESTART or if no handler ran, else EINTR */
    RESTART_NO_HANDLER, /* -ERESTARTNOHAND: again only if no handler ran */
};

struct thread {
    int tid;                  /* the first thread is 1, and so is the process; 0: an idle thread */
    enum thread_state state;  /* changes under the run queue's lock of `cpu` */
    bool on_cpu;              /* its registers are on a CPU, not in memory; same lock */
    bool interruptible;       /* the wait may end for a signal */
    bool keep_capabilities;   /* prctl(PR_SET_KEEPCAPS) */
    u32 wake;                 /* enum wake_reason, same lock as state */
    struct cpu *cpu;          /* where it runs, ran, or is queued */
    struct regs *regs;        /* user registers, at the top of its kernel stack */
    void *stack;              /* lowest address of the kernel stack */
    struct list run_link;     /* run queue */
    struct list all_link;     /* list of all threads, LOCK_PROCESS */
    u64 affinity;             /* mask of CPUs it may use: obeyed before it enters user mode */
    u64 runtime_ns;           /* CPU time used, up to `switched_in` */
    u64 switched_in;          /* when it last began to run or was accounted */
    u64 slice_end;            /* when it makes room if somebody waits for its CPU */
    struct timer wait_timer;  /* deadline of a wait */
    struct thread_signals signals;
    struct list cpu_timers;   /* armed posix timers on this thread's CPU clock, LOCK_SIGNAL */
    u64 cpu_timer_next;       /* CPU time at which the first of them ends, FOREVER if none */
    uptr clear_child_tid;     /* set_tid_address */
    char name[16];            /* prctl(PR_SET_NAME), /proc/self/task/N/comm */
    struct credentials *credentials; /* NULL: the first; changes under LOCK_PROCESS */
    u32 syscall;              /* number of its latest call, for the record and messages */
    struct arch_thread arch;
#ifdef KERNEL_DEBUG
    struct {
        bool in_call;
        u64 blocks, file_pages, since; /* as it began: debug/call-check.c */
    } debug;
#endif
};

struct process {
    struct spinlock lock; /* LOCK_PROCESS */
    struct list threads;  /* not the idle threads */
    u32 thread_count;
    struct process_signals signals;
    bool exiting;
    int exit_status;
    u32 next_tid;
};
extern struct process process;

static inline struct thread *current(void) { return this_cpu()->current; }
/* Pending for `t`, blocked or not. Read without the lock as a hint by the thread itself. */
static inline u64 pending_set(const struct thread *t) {
    return __atomic_load_n(&t->signals.pending.set, __ATOMIC_RELAXED) |
           __atomic_load_n(&process.signals.pending.set, __ATOMIC_RELAXED);
}
/* One that is not blocked? */
static inline bool signal_pending(const struct thread *t) {
    return (pending_set(t) & ~t->signals.blocked) || t->signals.is_forced;
}
/* Is there something for signal_deliver() to do? */
static inline bool signal_work(const struct thread *t) {
    return (pending_set(t) & ~t->signals.blocked) || t->signals.special;
}

static inline bool thread_is_idle(const struct thread *t) { return t->tid == 0; }

/* --- life (thread/thread.c, thread/clone.c, thread/exit.c)
 * ------------------------------------------ */
void threads_init(void);                        /* process, boot CPU's idle thread and timers */
struct thread *thread_create(void);             /* not yet runnable; NULL: no memory or too many */
void thread_free(struct thread *t);             /* never ran, or dead and off its CPU */
NORETURN void thread_exit(void);                /* this thread only */
NORETURN void process_exit(int status);         /* exit_group: the machine stops with that status */
NORETURN void process_killed(int signo);        /* death by signal: 128+signo reported */
struct thread *thread_find(int tid);            /* LOCK_PROCESS held */
u64 thread_runtime_ns(struct thread *t);        /* up to now; t must not go away */
u64 process_runtime_ns(void);                   /* all threads, the dead included */

/* --- scheduler (thread/sched.c, thread/place.c, thread/idle.c)
 * ---------------------------------------- */
NORETURN void sched_start(struct thread *first); /* the boot CPU begins to run threads */
void sched_init_cpu(struct cpu *cpu);            /* its run queue, idle thread, timers */
void sched_enqueue(struct thread *t);            /* a new thread: make runnable, on the best CPU */
void sched_yield(void);                          /* let another thread of this CPU go first */
void sched_switch(void);                         /* run something else; `current` state says why */
void sched_preempt(void);                        /* on the way to user mode, when need_reschedule */
/* Ends a wait: sets the reason bits; with none, only if the wait is interruptible. */
void sched_wake(struct thread *t, u32 reason);
/* The sleep of wait.h: until one of thread->wake, a signal if interruptible, or at once if there
 * is one. */
void sched_sleep(bool interruptible);
void sched_kick(struct thread *t);               /* if it runs elsewhere, into the kernel with it */
void sched_kick_all(void);                       /* every CPU that runs a thread: look at timers */
void sched_tick(u64 now);                        /* from the timer interrupt: slice over? */
u64 sched_next_event(void);                      /* end of the slice, or FOREVER */
u64 sched_online_mask(void);
u32 sched_load(void);                            /* threads that run or wait for a CPU */

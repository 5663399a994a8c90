/* Threads as objects: making, numbering, finding, freeing.
 *
 * A thread is one allocation, a kernel stack, and what the architecture adds. All but the idle
 * threads are on process.threads, under LOCK_PROCESS, from when they are complete until they leave
 * for the last time; the memory goes later, when another thread runs on their CPU. */
#include "thread.h"
#include "futex.h"
#include "itimer.h"
#include "log.h"
#include "mem.h"
#include "posix-timer.h"
#include "sched.h"
#include "string.h"

struct process process = {.lock = SPINLOCK(LOCK_PROCESS), .next_tid = 1};

/* Linux's rule (fork.c, set_max_threads): kernel stacks may take an eighth of memory. */
static u32 thread_limit(void) {
    u64 limit = pages_total() * PAGE_SIZE / (8 * KSTACK_SIZE);
    return MIN(MAX(limit, 64), 4u << 20);
}

void threads_init(void) {
    list_init(&process.threads);
    signals_init();
    futexes_init();
    cpu_timers_init();
    posix_timers_init();
    itimers_init();
    sched_init_cpu(this_cpu());
}

void thread_enlist(struct thread *t) {
    spin_lock(&process.lock);
    list_push_back(&process.threads, &t->all_link);
    process.thread_count++;
    spin_unlock(&process.lock);
}

struct thread *thread_create(void) {
    if (process.thread_count >= thread_limit()) return NULL;
    struct thread *t = kalloc(sizeof *t);
    if (!t) return NULL;
    t->stack = kstack_alloc();
    if (!t->stack) {
        kfree(t);
        return NULL;
    }
    if (!arch_thread_init(t)) {
        kstack_free(t->stack);
        kfree(t);
        return NULL;
    }
    t->tid = (int)__atomic_fetch_add(&process.next_tid, 1, __ATOMIC_RELAXED);
    t->cpu = this_cpu();
    t->affinity = sched_online_mask();
    t->cpu_timer_next = FOREVER;
    memcpy(t->name, "app", 4);
    list_init(&t->run_link);
    list_init(&t->cpu_timers);
    list_init(&t->all_link);
    thread_signals_init(&t->signals);
    return t;
}

void thread_free(struct thread *t) {
    stack_measure((u64)t->stack + KSTACK_SIZE, KSTACK_SIZE, PATH_THREAD_END);
    thread_signals_free(&t->signals);
    if (KEEPS_USERS) credentials_put(t->credentials);
    arch_thread_free(t);
    kstack_free(t->stack);
    kfree(t);
}

struct thread *thread_find(int tid) {
    list_each(link, &process.threads) {
        struct thread *t = CONTAINER(link, struct thread, all_link);
        if (t->tid == tid) return t;
    }
    return NULL;
}

long sys_gettid(void) { return current()->tid; }

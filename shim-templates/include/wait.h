/* Waiting: the one mechanism under futex, sleep, pipes, epoll and signals. thread/wait.c
 *
 * Use, with the condition under a lock of the caller's own or re-checked after prepare:
 *
 *     struct waiter w;
 *     waiter_init(&w);
 *     wait_prepare(&queue, &w);            // from here on a wake is not lost
 *     if (!condition) result = wait_sleep(deadline);   // 0, -ETIMEDOUT, -EINTR
 *     wait_finish(&queue, &w);             // off the queue, runnable
 *
 * Several queues: prepare one waiter on each, then sleep once. */
#pragma once
#include "list.h"
#include "lock.h"

struct thread;

struct waiter {
    struct list link;
    struct thread *thread;
    bool woken;      /* set, under the queue's lock, by the wake that took this waiter off */
    u64 key;         /* the owner's use: futex address, ... */
    /* Called instead of waking `thread` when not NULL (epoll registrations). LOCK_WAIT is held. The
     * waiter stays on the queue. `events` is what the waker passed. */
    void (*notify)(struct waiter *w, u32 events);
};

struct wait_queue {
    struct spinlock lock;
    struct list waiters;
};

#define FOREVER UINT64_MAX

void wait_queue_init(struct wait_queue *q);
void wait_queue_init_epoll(struct wait_queue *q); /* woken by a notify: LOCK_EPOLL_WAIT */
void waiter_init(struct waiter *w);
void wait_prepare(struct wait_queue *q, struct waiter *w);
/* Deadline: absolute monotonic ns (clock.h) or FOREVER. No lock held. 0 may also mean nothing at
 * all: look at the condition, or at w->woken, again. */
int wait_sleep(u64 deadline_ns);
int wait_sleep_uninterruptible(u64 deadline_ns);
void wait_finish(struct wait_queue *q, struct waiter *w);
/* Wakes up to `count` sleeping waiters in order and calls every notify. Returns how many it
 * woke. */
u32 wait_wake(struct wait_queue *q, u32 count, u32 events);
static inline void wait_wake_all(struct wait_queue *q, u32 events) {
    wait_wake(q, UINT32_MAX, events);
}
/* Adds / removes a waiter with notify. */
void wait_subscribe(struct wait_queue *q, struct waiter *w);
void wait_unsubscribe(struct wait_queue *q, struct waiter *w);
/* Makes one particular thread runnable if it waits (signals use it). */
void thread_wake(struct thread *t);

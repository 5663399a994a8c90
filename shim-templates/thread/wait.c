/* Wait queues and sleeping. See wait.h for the use.
 *
 * A wake takes the waiter off its queue, marks it, and leaves WAKE_QUEUE in its thread, all
 * under the queue's lock; so after wait_finish() no waker still has the waiter, which lies on a
 * kernel stack. */
#include "wait.h"
#include "clock.h"
#include "thread.h"

void wait_queue_init(struct wait_queue *q) {
    q->lock = SPINLOCK(LOCK_WAIT);
    list_init(&q->waiters);
}

void wait_queue_init_epoll(struct wait_queue *q) {
    q->lock = SPINLOCK(LOCK_EPOLL_WAIT);
    list_init(&q->waiters);
}

void waiter_init(struct waiter *w) {
    *w = (struct waiter){.thread = current()};
    list_init(&w->link);
}

void wait_prepare(struct wait_queue *q, struct waiter *w) {
    spin_lock(&q->lock);
    w->woken = false;
    list_push_back(&q->waiters, &w->link);
    spin_unlock(&q->lock);
    // Before the caller looks at its condition: pairs with the fence in wait_wake().
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void wait_finish(struct wait_queue *q, struct waiter *w) {
    spin_lock(&q->lock);
    list_remove(&w->link);
    spin_unlock(&q->lock);
    // A wake that came too late to end this wait must not end the next one.
    __atomic_and_fetch(&w->thread->wake, ~WAKE_QUEUE, __ATOMIC_RELAXED);
}

u32 wait_wake(struct wait_queue *q, u32 count, u32 events) {
    u32 woken = 0;
    // Nobody is the usual case. Who prepares to wait looks at its condition after this.
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (__atomic_load_n(&q->waiters.next, __ATOMIC_RELAXED) == &q->waiters) return 0;

    spin_lock(&q->lock);
    list_each_safe(link, &q->waiters) {
        struct waiter *w = CONTAINER(link, struct waiter, link);
        if (w->notify) {
            w->notify(w, events);
        } else if (woken < count) {
            list_remove(link);
            w->woken = true;
            sched_wake(w->thread, WAKE_QUEUE);
            woken++;
        }
    }
    spin_unlock(&q->lock);
    return woken;
}

void wait_subscribe(struct wait_queue *q, struct waiter *w) {
    wait_prepare(q, w);
}

void wait_unsubscribe(struct wait_queue *q, struct waiter *w) {
    spin_lock(&q->lock);
    list_remove(&w->link);
    spin_unlock(&q->lock);
}

static void deadline_passed(struct timer *timer) {
    sched_wake(CONTAINER(timer, struct thread, wait_timer), WAKE_TIMEOUT);
}

static int sleep_until(u64 deadline_ns, bool interruptible) {
    struct thread *t = current();
    bool timed = deadline_ns != FOREVER;
    // A deadline that is over still lets a wake, or a signal, win.
    bool passed = timed && deadline_ns <= clock_now();
    if (passed) __atomic_or_fetch(&t->wake, WAKE_TIMEOUT, __ATOMIC_RELAXED);
    else if (timed) timer_arm(&t->wait_timer, deadline_ns, deadline_passed);

    sched_sleep(interruptible);

    if (timed) timer_cancel(&t->wait_timer);
    u32 wake = __atomic_exchange_n(&t->wake, 0, __ATOMIC_RELAXED);
    if (wake & WAKE_QUEUE) return 0;
    if (wake & WAKE_TIMEOUT) return -ETIMEDOUT;
    return interruptible && signal_pending(t) ? -EINTR : 0;
}

int wait_sleep(u64 deadline_ns) { return sleep_until(deadline_ns, true); }
int wait_sleep_uninterruptible(u64 deadline_ns) { return sleep_until(deadline_ns, false); }

void thread_wake(struct thread *t) { sched_wake(t, 0); }

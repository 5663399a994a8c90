/* epoll: waiting. Registrations are in epoll.c.
 *
 * A pass takes what is on the ready list now, asks each file what is true of it, and writes
 * events. A level-triggered one goes back to the end of the list, so that it is looked at again
 * by the next call and many busy descriptors take turns. */
#include "clock.h"
#include "epoll.h"
#include "signal.h"
#include "sys.h"

#define NS_PER_MS 1000000ll

int deadline_after(const struct abi_timespec *timeout, u64 *deadline_ns) {
    *deadline_ns = FOREVER;
    if (!timeout) return 0;
    if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec >= (i64)NS_PER_SEC) return -EINVAL;
    u64 ns;
    if (__builtin_mul_overflow((u64)timeout->tv_sec, NS_PER_SEC, &ns)) return 0;
    u64 at;
    if (__builtin_add_overflow(clock_now(), (u64)timeout->tv_nsec, &at)) return 0;
    if (__builtin_add_overflow(at, ns, deadline_ns)) *deadline_ns = FOREVER;
    return 0;
}

static void put_back(struct epoll *ep, struct epoll_item *item) {
    spin_lock(&epoll_ready_lock);
    if (list_empty(&item->in_ready)) list_push_back(&ep->ready, &item->in_ready);
    spin_unlock(&epoll_ready_lock);
}

/* The pass is over: what it did not come to goes back to the front, and other waiters may have
 * it. */
static void end_pass(struct epoll *ep, struct list *pass) {
    spin_lock(&epoll_ready_lock);
    while (!list_empty(pass)) {
        struct list *last = pass->prev;
        list_remove(last);
        list_push_front(&ep->ready, last);
    }
    bool more = !list_empty(&ep->ready);
    spin_unlock(&epoll_ready_lock);
    if (more) wait_wake_all(&ep->queue, EPOLLIN);
}

static void take_all(struct epoll *ep, struct list *pass) {
    list_init(pass);
    spin_lock(&epoll_ready_lock);
    while (!list_empty(&ep->ready)) list_push_back(pass, list_pop_front(&ep->ready));
    spin_unlock(&epoll_ready_lock);
}

/* Writes up to `max` events: how many, or -EFAULT. */
static long collect(struct epoll *ep, uptr events, u32 max) {
    long count = 0;
    struct list pass;
    spin_lock(&epoll_lock);
    take_all(ep, &pass);
    while (count >= 0 && (u32)count < max) {
        struct epoll_item *item = epoll_take_ready(&pass);
        if (!item) break;
        u32 now = epoll_ready_now(item);
        if (!now) continue;
        struct abi_epoll_event event;
        __builtin_memset(&event, 0, sizeof event); // on riscv64 there is room between the two
        event.events = now;
        event.data = item->data;
        if (user_write(events + (u64)count * sizeof event, &event, sizeof event)) {
            put_back(ep, item);
            if (count == 0) count = -EFAULT;
            break;
        }
        count++;
        if (item->events & EPOLLONESHOT) item->events &= ~EPOLL_EVENTS;
        else if (!(item->events & EPOLLET)) put_back(ep, item);
    }
    end_pass(ep, &pass);
    spin_unlock(&epoll_lock);
    return count;
}

static bool nothing_ready(struct epoll *ep) {
    spin_lock(&epoll_ready_lock);
    bool empty = list_empty(&ep->ready);
    spin_unlock(&epoll_ready_lock);
    return empty;
}

static long wait_for_events(struct epoll *ep, uptr events, u32 max, u64 deadline_ns) {
    for (;;) {
        long count = collect(ep, events, max);
        if (count != 0 || deadline_ns <= clock_now()) return count;
        struct waiter w;
        waiter_init(&w);
        wait_prepare(&ep->queue, &w);
        int result = nothing_ready(ep) ? wait_sleep(deadline_ns) : 0;
        wait_finish(&ep->queue, &w);
        if (result == -ETIMEDOUT) return collect(ep, events, max);
        if (result < 0) return result;
    }
}

static long wait_on(int epfd, struct user_buf events, int max, u64 deadline_ns, const u64 *mask,
                    u64 size) {
    if (max <= 0 || (u32)max > INT32_MAX / sizeof(struct abi_epoll_event)) return -EINVAL;
    if (!sigset_size_ok(mask, size)) return -EINVAL;
    struct file *f = fd_get(epfd);
    if (!f) return -EBADF;
    struct epoll *ep = epoll_of(f);
    long result = -EINVAL;
    if (ep) {
        if (mask) signal_mask_set_temporary(*mask);
        result = wait_for_events(ep, events.base, (u32)max, deadline_ns);
        if (mask) signal_mask_restore(result);
    }
    file_put(f);
    return result;
}

long sys_epoll_pwait2(int epfd, struct user_buf events, int max, const struct abi_timespec *timeout,
                      const u64 *mask, u64 size) {
    u64 deadline_ns;
    int error = deadline_after(timeout, &deadline_ns);
    return error ? error : wait_on(epfd, events, max, deadline_ns, mask, size);
}

long sys_epoll_pwait(int epfd, struct user_buf events, int max, int timeout_ms, const u64 *mask,
                     u64 size) {
    u64 deadline_ns = timeout_ms < 0 ? FOREVER : clock_now() + (u64)(timeout_ms * NS_PER_MS);
    return wait_on(epfd, events, max, deadline_ns, mask, size);
}

long sys_epoll_wait(int epfd, struct user_buf events, int max, int timeout_ms) {
    return sys_epoll_pwait(epfd, events, max, timeout_ms, NULL, 0);
}

/* The loop under poll and select: subscribe to all, look, sleep, look again. See watch.h. */
#include "watch.h"
#include "clock.h"
#include "mem.h"


static struct wait_queue *queue_of(const struct watch *w) {
    return w->file && w->file->ops->queue ? w->file->ops->queue(w->file) : NULL;
}

/* A file without a queue can always be read and written. */
static u32 ready_now(const struct watch *w) {
    const struct file_ops *ops = w->file->ops;
    u32 now = ops->poll && ops->queue ? ops->poll(w->file)
                                      : EPOLLIN | EPOLLOUT | EPOLLRDNORM | EPOLLWRNORM;
    return now & (w->wanted | EPOLLERR | EPOLLHUP);
}

static long look(struct watch *watches, u32 count) {
    long ready = 0;
    for (u32 i = 0; i < count; i++) {
        struct watch *w = &watches[i];
        if (w->file) w->found = ready_now(w);
        ready += w->found != 0;
    }
    return ready;
}

static void prepare(struct watch *watches, u32 count) {
    for (u32 i = 0; i < count; i++) {
        waiter_init(&watches[i].waiter);
        struct wait_queue *q = queue_of(&watches[i]);
        if (q) wait_prepare(q, &watches[i].waiter);
    }
}

static void finish(struct watch *watches, u32 count) {
    for (u32 i = 0; i < count; i++) {
        struct wait_queue *q = queue_of(&watches[i]);
        if (q) wait_finish(q, &watches[i].waiter);
    }
}

long watch_files(struct watch *watches, u32 count, u64 deadline_ns) {
    long ready = look(watches, count);
    if (ready || deadline_ns <= clock_now()) return ready;
    // nothing to subscribe to is still a sleep: on a queue that nobody wakes
    struct wait_queue none;
    struct waiter alone;
    wait_queue_init(&none);
    waiter_init(&alone);
    for (;;) {
        prepare(watches, count);
        wait_prepare(&none, &alone);
        ready = look(watches, count);
        int result = ready ? 0 : wait_sleep(deadline_ns);
        wait_finish(&none, &alone);
        finish(watches, count);
        if (!ready) ready = look(watches, count);
        if (ready) return ready;
        if (result == -ETIMEDOUT) return 0;
        if (result < 0) return result;
    }
}

void watch_release(struct watch *watches, u32 count) {
    for (u32 i = 0; i < count; i++)
        if (watches[i].file) file_put(watches[i].file);
    kfree(watches);
}

struct abi_timespec time_left(u64 deadline_ns) {
    u64 now = clock_now();
    u64 ns = deadline_ns > now ? deadline_ns - now : 0;
    return (struct abi_timespec){.tv_sec = (i64)(ns / NS_PER_SEC), .tv_nsec = (i64)(ns % NS_PER_SEC)};
}

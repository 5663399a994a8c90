/* eventfd(2): a 64-bit counter that can be waited for. Go wakes its network poller with one. */
#include "poll.h"
#include "mem.h"
#include "sys.h"

#define COUNTER_MAX (UINT64_MAX - 1)

struct eventfd {
    struct spinlock lock; /* LOCK_OBJECT */
    u64 count;
    bool semaphore;
    struct wait_queue queue;
};

static struct eventfd *eventfd_of(const struct file *f) { return f->private; }

static bool can_read(const struct eventfd *e, u64 n) { return e->count > 0; }
static bool can_add(const struct eventfd *e, u64 n) { return COUNTER_MAX - e->count >= n; }

static int wait_until(struct file *f, bool (*ready)(const struct eventfd *, u64), u64 n) {
    if (f->flags & O_NONBLOCK) return -EAGAIN;
    struct eventfd *e = eventfd_of(f);
    struct waiter w;
    waiter_init(&w);
    wait_prepare(&e->queue, &w);
    spin_lock(&e->lock);
    bool now = ready(e, n);
    spin_unlock(&e->lock);
    int error = now ? 0 : wait_sleep(FOREVER);
    wait_finish(&e->queue, &w);
    return error == -EINTR ? -ERESTARTSYS : 0;
}

static ssize_t eventfd_read(struct file *f, struct io *io, u64 *offset) {
    struct eventfd *e = eventfd_of(f);
    u64 value;
    if (io->left < sizeof value) return -EINVAL;
    for (;;) {
        spin_lock(&e->lock);
        value = e->semaphore ? e->count > 0 : e->count;
        e->count -= value;
        spin_unlock(&e->lock);
        if (value) break;
        int error = wait_until(f, can_read, 0);
        if (error) return error;
    }
    wait_wake_all(&e->queue, EPOLLOUT);
    return io_put(io, &value, sizeof value) == sizeof value ? (ssize_t)sizeof value : -EFAULT;
}

static ssize_t eventfd_write(struct file *f, struct io *io, u64 *offset) {
    struct eventfd *e = eventfd_of(f);
    u64 value;
    if (io->left < sizeof value) return -EINVAL;
    if (io_take(io, &value, sizeof value) != sizeof value) return -EFAULT;
    if (value == UINT64_MAX) return -EINVAL;
    for (;;) {
        spin_lock(&e->lock);
        bool fits = can_add(e, value);
        if (fits) e->count += value;
        spin_unlock(&e->lock);
        if (fits) break;
        int error = wait_until(f, can_add, value);
        if (error) return error;
    }
    wait_wake_all(&e->queue, EPOLLIN);
    return sizeof value;
}

static u32 eventfd_poll(struct file *f) {
    struct eventfd *e = eventfd_of(f);
    spin_lock(&e->lock);
    u32 events = (can_read(e, 0) ? EPOLLIN : 0) | (can_add(e, 1) ? EPOLLOUT : 0);
    spin_unlock(&e->lock);
    return events;
}

static struct wait_queue *eventfd_queue(struct file *f) { return &eventfd_of(f)->queue; }
static void eventfd_release(struct file *f) { kfree(f->private); }

static const struct file_ops eventfd_ops = {
    .read = eventfd_read,
    .write = eventfd_write,
    .poll = eventfd_poll,
    .queue = eventfd_queue,
    .release = eventfd_release,
    .unmoved = true,
};

long sys_eventfd2(u32 initial, u32 flags) {
    struct eventfd *e = kalloc(sizeof *e);
    if (!e) return -ENOMEM;
    e->lock = SPINLOCK(LOCK_OBJECT);
    e->count = initial;
    e->semaphore = flags & EFD_SEMAPHORE;
    wait_queue_init(&e->queue);
    u32 status = O_RDWR | (flags & EFD_NONBLOCK ? O_NONBLOCK : 0);
    struct file *f = file_new_anonymous("anon_inode:[eventfd]", 0600, &eventfd_ops, status);
    if (!f) {
        kfree(e);
        return -ENOMEM;
    }
    f->private = e;
    return fd_install(f, flags & EFD_CLOEXEC ? FD_CLOEXEC : 0);
}

long sys_eventfd(u32 initial) { return sys_eventfd2(initial, 0); }

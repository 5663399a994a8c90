/* epoll: registrations. Edge- and level-triggered, one-shot, sets in sets; waiting is in
 * epoll-wait.c.
 *
 * One lock for the registrations of all sets, because a closing file must find its registrations
 * in any of them; a program has one set, seldom more. Readiness is latched per registration by a
 * notify on the file's wait queue, under a second lock that a wake may take. A set that is ready
 * makes its registrations in other sets ready in the same step, not by its own wait queue, so
 * that no two queues are locked at once. EPOLLEXCLUSIVE is accepted and wakes all, which it
 * allows. */
#include "epoll.h"
#include "mem.h"
#include "sys.h"

#define NESTING_LIMIT 4u /* sets below sets: EP_MAX_NESTS of Linux */

struct spinlock epoll_lock = SPINLOCK(LOCK_EPOLL);
struct spinlock epoll_ready_lock = SPINLOCK(LOCK_EPOLL_READY);

static const struct file_ops epoll_ops;

struct epoll *epoll_of(const struct file *f) { return f->ops == &epoll_ops ? f->private : NULL; }

/* --- readiness -------------------------------------------------------------------------------- */

/* epoll_ready_lock held. Sets are nested at most NESTING_LIMIT deep, without loops; one that is
 * in many sets is passed once. */
static void mark_ready_locked(struct epoll_item *item, u64 run) {
    struct epoll *ep = item->epoll;
    if (list_empty(&item->in_ready)) list_push_back(&ep->ready, &item->in_ready);
    if (ep->marked == run) return;
    ep->marked = run;
    wait_wake_all(&ep->queue, EPOLLIN);
    list_each(at, &ep->outer) {
        struct epoll_item *outer = CONTAINER(at, struct epoll_item, in_outer);
        if (!epoll_disarmed(outer)) mark_ready_locked(outer, run);
    }
}

static void mark_ready(struct epoll_item *item) {
    static u64 runs;
    spin_lock(&epoll_ready_lock);
    mark_ready_locked(item, ++runs);
    spin_unlock(&epoll_ready_lock);
}

/* From inside a wake of the file's queue. An event that is not wanted makes nothing ready. */
static void notify(struct waiter *w, u32 events) {
    struct epoll_item *item = CONTAINER(w, struct epoll_item, waiter);
    if (epoll_disarmed(item) || (events && !(events & item->events & EPOLL_EVENTS))) return;
    mark_ready(item);
}

struct epoll_item *epoll_take_ready(struct list *list) {
    spin_lock(&epoll_ready_lock);
    struct list *link = list_pop_front(list);
    spin_unlock(&epoll_ready_lock);
    return link ? CONTAINER(link, struct epoll_item, in_ready) : NULL;
}

/* A set is readable while something on its ready list still is; what no longer is, is taken off:
 * before the file is asked, so that a wake in between puts it back. */
static bool set_is_ready(struct epoll *ep) {
    struct epoll_item *item;
    while ((item = epoll_take_ready(&ep->ready)) != NULL) {
        if (!epoll_ready_now(item)) continue;
        spin_lock(&epoll_ready_lock);
        if (list_empty(&item->in_ready)) list_push_front(&ep->ready, &item->in_ready);
        spin_unlock(&epoll_ready_lock);
        return true;
    }
    return false;
}

u32 epoll_ready_now(const struct epoll_item *item) {
    if (epoll_disarmed(item)) return 0;
    struct epoll *inner = epoll_of(item->file);
    u32 now = !inner                ? item->file->ops->poll(item->file)
              : set_is_ready(inner) ? EPOLLIN | EPOLLRDNORM
                                    : 0;
    return now & item->events & EPOLL_EVENTS;
}

/* --- registrations, under epoll_lock ---------------------------------------------------------- */

static struct epoll_item *find(struct epoll *ep, const struct file *f, int fd) {
    list_each(at, &f->epoll_items) {
        struct epoll_item *item = CONTAINER(at, struct epoll_item, in_file);
        if (item->epoll == ep && item->fd == fd) return item;
    }
    return NULL;
}

static void remove_item(struct epoll_item *item) {
    // after this no notify runs, so nothing makes it ready again
    if (!epoll_of(item->file)) wait_unsubscribe(item->file->ops->queue(item->file), &item->waiter);
    spin_lock(&epoll_ready_lock);
    list_remove(&item->in_outer);
    list_remove(&item->in_ready);
    spin_unlock(&epoll_ready_lock);
    list_remove(&item->in_set);
    list_remove(&item->in_file);
    kfree(item);
}

/* The longest chain of sets below this one; more than the limit if `target` is among them. */
static u32 depth_below(struct epoll *ep, const struct epoll *target, u64 run) {
    if (ep == target) return NESTING_LIMIT + 1;
    if (ep->visited == run) return ep->depth;
    ep->visited = run;
    ep->depth = 0;
    list_each(at, &ep->items) {
        struct epoll *inner = epoll_of(CONTAINER(at, struct epoll_item, in_set)->file);
        u32 depth = inner ? 1 + depth_below(inner, target, run) : 0;
        ep->depth = MAX(ep->depth, depth);
    }
    return ep->depth;
}

static u32 depth_above(struct epoll *ep, u64 run) {
    if (ep->visited == run) return ep->depth;
    ep->visited = run;
    ep->depth = 0;
    list_each(at, &ep->outer) {
        u32 depth = 1 + depth_above(CONTAINER(at, struct epoll_item, in_outer)->epoll, run);
        ep->depth = MAX(ep->depth, depth);
    }
    return ep->depth;
}

static bool nests_too_deep(struct epoll *outer, struct epoll *inner) {
    static u64 runs;
    u32 below = depth_below(inner, outer, ++runs);
    return below + depth_above(outer, ++runs) >= NESTING_LIMIT;
}

static void subscribe(struct epoll_item *item) {
    struct epoll *inner = epoll_of(item->file);
    if (!inner) {
        wait_subscribe(item->file->ops->queue(item->file), &item->waiter);
        return;
    }
    spin_lock(&epoll_ready_lock);
    list_push_back(&inner->outer, &item->in_outer);
    spin_unlock(&epoll_ready_lock);
}

static long add(struct epoll *ep, struct file *f, int fd, const struct abi_epoll_event *event) {
    if (find(ep, f, fd)) return -EEXIST;
    if (epoll_of(f) && nests_too_deep(ep, epoll_of(f))) return -ELOOP;
    struct epoll_item *item = kalloc(sizeof *item);
    if (!item) return -ENOMEM;
    waiter_init(&item->waiter);
    item->waiter.notify = notify;
    list_init(&item->in_ready);
    list_init(&item->in_outer);
    item->epoll = ep;
    item->file = f;
    item->fd = fd;
    item->events = event->events | EPOLLERR | EPOLLHUP; // always wanted: epoll_ctl(2)
    item->data = event->data;
    list_push_back(&ep->items, &item->in_set);
    list_push_back(&f->epoll_items, &item->in_file);
    subscribe(item);
    // what is ready already is an edge too
    if (epoll_ready_now(item)) mark_ready(item);
    return 0;
}

static long modify(struct epoll *ep, struct file *f, int fd, const struct abi_epoll_event *event) {
    struct epoll_item *item = find(ep, f, fd);
    if (!item) return -ENOENT;
    if ((item->events | event->events) & EPOLLEXCLUSIVE) return -EINVAL;
    item->events = event->events | EPOLLERR | EPOLLHUP; // always wanted: epoll_ctl(2)
    item->data = event->data;
    // what is on the list already was told to whoever waits
    if (epoll_ready_now(item) && list_empty(&item->in_ready)) mark_ready(item);
    return 0;
}

static long delete(struct epoll *ep, struct file *f, int fd) {
    struct epoll_item *item = find(ep, f, fd);
    if (!item) return -ENOENT;
    remove_item(item);
    return 0;
}

void epoll_forget(struct file *f) {
    spin_lock(&epoll_lock);
    while (!list_empty(&f->epoll_items))
        remove_item(CONTAINER(f->epoll_items.next, struct epoll_item, in_file));
    spin_unlock(&epoll_lock);
}

static long control(struct file *set, int op, struct file *f, int fd,
                    const struct abi_epoll_event *event) {
    struct epoll *ep = epoll_of(set);
    if (!f->ops->queue || !f->ops->poll) return -EPERM; // always ready: regular files, directories
    if (!ep || set == f) return -EINVAL;
    if (op != EPOLL_CTL_DEL && !event) return -EFAULT;
    if (epoll_of(f) && op != EPOLL_CTL_DEL && (event->events & EPOLLEXCLUSIVE)) return -EINVAL;
    if (op == EPOLL_CTL_MOD && (event->events & EPOLLEXCLUSIVE)) return -EINVAL;
    spin_lock(&epoll_lock);
    long result = op == EPOLL_CTL_ADD   ? add(ep, f, fd, event)
                  : op == EPOLL_CTL_MOD ? modify(ep, f, fd, event)
                                        : delete(ep, f, fd);
    spin_unlock(&epoll_lock);
    return result;
}

long sys_epoll_ctl(int epfd, int op, int fd, const struct abi_epoll_event *event) {
    struct file *set = fd_get(epfd), *f = fd_get(fd);
    long result = set && f ? control(set, op, f, fd, event) : -EBADF;
    if (set) file_put(set);
    if (f) file_put(f);
    return result;
}

/* --- the set as a file ------------------------------------------------------------------------ */

static u32 epoll_poll(struct file *f) {
    spin_lock(&epoll_lock);
    bool ready = set_is_ready(epoll_of(f));
    spin_unlock(&epoll_lock);
    return ready ? EPOLLIN | EPOLLRDNORM : 0;
}

static struct wait_queue *epoll_queue(struct file *f) { return &epoll_of(f)->queue; }

static void epoll_release(struct file *f) {
    struct epoll *ep = epoll_of(f);
    spin_lock(&epoll_lock);
    while (!list_empty(&ep->items))
        remove_item(CONTAINER(ep->items.next, struct epoll_item, in_set));
    spin_unlock(&epoll_lock);
    kfree(ep);
}

static const struct file_ops epoll_ops = {
    .poll = epoll_poll,
    .queue = epoll_queue,
    .release = epoll_release,
    .unmoved = true,
};

long sys_epoll_create1(u32 flags) {
    struct epoll *ep = kalloc(sizeof *ep);
    if (!ep) return -ENOMEM;
    list_init(&ep->items);
    list_init(&ep->ready);
    list_init(&ep->outer);
    wait_queue_init_epoll(&ep->queue);
    struct file *f = file_new_anonymous("anon_inode:[eventpoll]", 0600, &epoll_ops, O_RDWR);
    if (!f) {
        kfree(ep);
        return -ENOMEM;
    }
    f->private = ep;
    return fd_install(f, flags & EPOLL_CLOEXEC ? FD_CLOEXEC : 0);
}

long sys_epoll_create(int size) { return size > 0 ? sys_epoll_create1(0) : -EINVAL; }

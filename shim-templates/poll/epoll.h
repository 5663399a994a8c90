/* Inside of an epoll set: shared by poll/epoll.c (registrations) and poll/epoll-wait.c
 * (waiting). */
#pragma once
#include "poll.h"

/* One registration: a file seen through one descriptor. */
struct epoll_item {
    struct waiter waiter;     /* on the file's queue; its notify latches `ready` */
    struct list in_set;       /* epoll.items */
    struct list in_file;      /* file.epoll_items */
    struct list in_ready;     /* epoll.ready; a ring of its own when not there */
    struct list in_outer;     /* if the file is a set: that set's `outer` */
    struct epoll *epoll;
    struct file *file;        /* not referenced: the file's last close removes the item */
    int fd;
    u32 events;               /* what is wanted, with EPOLLET, EPOLLONESHOT, ... */
    u64 data;
};

/* Invariant: an item whose file may be ready, and that nobody was told about, is on `ready`. A
 * wake puts it there; epoll_wait takes it off before it asks the file, so a wake in between puts
 * it back. */
struct epoll {
    struct list items;        /* epoll_lock */
    struct list ready;        /* epoll_ready_lock */
    struct list outer;        /* registrations of this set in other sets; both locks to change */
    u64 marked;               /* the mark_ready() that came by last; epoll_ready_lock */
    u64 visited; /* the depth_below() that came by last, and what it found; epoll_lock */
    u32 depth;
    struct wait_queue queue;  /* whoever waits for the set; its lock has rank LOCK_EPOLL_WAIT */
};

/* What can be waited for. A one-shot registration that was told about has none of them left. */
#define EPOLL_EVENTS 0x0fffffffu

extern struct spinlock epoll_lock;       /* LOCK_EPOLL: items of all sets, and file.epoll_items */
extern struct spinlock epoll_ready_lock; /* LOCK_EPOLL_READY: ready lists of all sets */
struct epoll *epoll_of(const struct file *f); /* NULL: not an epoll set */
static inline bool epoll_disarmed(const struct epoll_item *item) {
    return !(item->events & EPOLL_EVENTS);
}
/* The first of a ready list; from here on a wake puts it back. NULL: it is empty. */
struct epoll_item *epoll_take_ready(struct list *list);
/* What is wanted and true of the file now. epoll_lock held. */
u32 epoll_ready_now(const struct epoll_item *item);

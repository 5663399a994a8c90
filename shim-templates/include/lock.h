/* Spin locks, and the order in which they are taken.
 *
 * Interrupts are on only in user mode and in the idle halt: kernel code is never interrupted, so a
 * spin lock is all there is, and an interrupt handler starts with no lock held. A CPU that spins
 * serves the requests of other CPUs (TLB flushes above all), because it cannot be interrupted to do
 * so: see cpu_serve_requests() in cpu.h.
 *
 * Invariant: locks are taken from the top of this list to the bottom, at most one of each rank.
 * User memory may be touched (user.h) while holding any lock above LOCK_MM, since a page fault takes
 * LOCK_MM and never sleeps. No lock is ever held across a call that can sleep (wait.h).
 *
 * A debug kernel (`catkernel kernel --debug`) checks all of that at each lock, and panics with a sentence that names
 * both locks and their places: debug/lock-check.c. */
#pragma once
#include "types.h"

enum lock_rank {
    LOCK_PROCESS,   /* thread list, exit_group, process-wide signal state */
    LOCK_FDTABLE,   /* the table of descriptors */
    LOCK_NAMESPACE, /* the directory tree: names, links, mounts */
    LOCK_EPOLL,     /* registrations of all epoll sets */
    LOCK_INODE,     /* one inode: size, contents against truncation */
    LOCK_OBJECT,    /* one pipe, eventfd, console */
    LOCK_FUTEX,     /* one futex bucket */
    LOCK_MM,        /* areas and page tables of the address space */
    LOCK_FILEPAGES, /* page index of one in-memory file: looked up by page faults */
    LOCK_SIGNAL,    /* pending signals and masks */
    LOCK_WAIT,      /* one wait queue */
    LOCK_EPOLL_READY, /* ready list of one epoll set: filled by `notify`, under the file's LOCK_WAIT */
    LOCK_EPOLL_WAIT, /* the wait queue of one epoll set: woken by `notify` */
    LOCK_TIMER,     /* one CPU's timers */
    LOCK_RUNQUEUE,  /* one CPU's run queue */
    LOCK_KSTACK,    /* kernel stacks and the page tables over them */
    LOCK_HEAP,      /* kalloc */
    LOCK_PAGES,     /* physical page allocator */
    LOCK_RANDOM,
    LOCK_LOG,       /* console output and the record */
};

struct spinlock {
    u32 held;
    u8 rank;
#ifdef KERNEL_DEBUG
    const char *name; /* of its rank */
#endif
};

#ifdef KERNEL_DEBUG
#define SPINLOCK(r) ((struct spinlock){.held = 0, .rank = (r), .name = #r})
#else
#define SPINLOCK(r) ((struct spinlock){.held = 0, .rank = (r)})
#endif

/* Short enough to stand where it is needed; calls where others than lib/lock.c have something to say. */
#if defined KERNEL_DEBUG || defined LOCK_CALLS
void spin_lock(struct spinlock *lock);
void spin_unlock(struct spinlock *lock);
#else
void spin_wait(struct spinlock *lock); /* until it is ours */
static inline void spin_lock(struct spinlock *lock) {
    if (unlikely(__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE))) spin_wait(lock);
}
static inline void spin_unlock(struct spinlock *lock) { __atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE); }
#endif
/* The second of two locks of one rank (two futex buckets): the first has the lower address. */
void spin_lock_second(struct spinlock *lock);

#ifdef KERNEL_DEBUG
#include "debug/lock-check.h"
#else
/* What is about to happen may sleep, or leaves the kernel: no lock may be held. `what` completes "before ...". */
static inline void assert_no_locks(const char *what) {}
/* The program's memory is about to be touched: only locks above LOCK_MM may be held. */
static inline void assert_may_fault(void) {}
#endif

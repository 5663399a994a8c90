/* Futexes: threads that wait at a user address until another one wakes them there.
 *
 * Waiters hang on hashed buckets. Queueing and the compare of the user's word are one step under the
 * bucket's lock, in this order, and a waker changes the word before it looks at the bucket: so either
 * the compare sees the change, or the waker finds the waiter. There is one address space: an address
 * is the key, private and shared alike. A requeue holds the locks of two buckets; a waiter that
 * leaves meanwhile looks at its `bucket` again once it has the lock. */
#include "futex.h"
#include "clock.h"
#include "thread.h"
#include "timespec.h"
#include "user.h"
#include "sys.h"

#define BUCKETS 64

struct bucket {
    struct spinlock lock; /* LOCK_FUTEX */
    struct list waiters;
};

struct futex_waiter {
    struct list link;
    struct thread *thread;
    struct bucket *bucket; /* whose lock guards this waiter; it changes under the locks of both */
    uptr address;
    u32 bitset;
    bool woken;
};

static struct bucket buckets[BUCKETS];

static struct bucket *bucket_of(uptr address) {
    // Fibonacci hashing: neighbouring words go to buckets far apart.
    return &buckets[(address >> 2) * 0x9e3779b97f4a7c15ull >> 58];
}

void futexes_init(void) {
    for (u32 i = 0; i < BUCKETS; i++) {
        buckets[i].lock = SPINLOCK(LOCK_FUTEX);
        list_init(&buckets[i].waiters);
    }
}

/* Takes the waiter off whichever bucket holds it now. Its woken flag is final after this. */
static void leave(struct futex_waiter *w) {
    for (;;) {
        struct bucket *bucket = __atomic_load_n(&w->bucket, __ATOMIC_ACQUIRE);
        spin_lock(&bucket->lock);
        bool here = bucket == w->bucket;
        if (here) list_remove(&w->link);
        spin_unlock(&bucket->lock);
        if (here) return;
    }
}

/* May a futex be there? Linux asks last: after times, bits and counts (kernel/futex/core.c get_futex_key, 6.1). */
static int check_word(uptr address) {
    if (address & 3) return -EINVAL;
    return user_range_ok(address, sizeof(u32)) ? 0 : -EFAULT;
}

static long futex_wait(uptr address, u32 expected, u64 deadline, u32 bitset) {
    if (!bitset) return -EINVAL;
    int error = check_word(address);
    if (error) return error;
    struct bucket *bucket = bucket_of(address);
    struct futex_waiter w = {
        .thread = current(), .bucket = bucket, .address = address, .bitset = bitset};

    spin_lock(&bucket->lock);
    list_push_back(&bucket->waiters, &w.link);
    // Queued first, then compared: see nobody_waits().
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    u32 value;
    error = user_load_u32(&value, address);
    if (!error && value != expected) error = -EAGAIN;
    if (error) list_remove(&w.link);
    spin_unlock(&bucket->lock);
    if (error) return error;

    // Only a wake meant for this waiter ends the call with 0: other reasons to wake sleep again.
    int result = 0;
    while (result == 0 && !__atomic_load_n(&w.woken, __ATOMIC_ACQUIRE))
        result = wait_sleep(deadline);
    leave(&w);
    __atomic_and_fetch(&w.thread->wake, ~WAKE_QUEUE, __ATOMIC_RELAXED);

    if (w.woken) return 0;
    // As on Linux, a wait without timeout goes on after a handler with SA_RESTART.
    return result == -EINTR && deadline == FOREVER ? -ERESTARTSYS : result;
}

/* Under the lock of w's bucket. After `woken` is seen, the waiter is gone. */
static void wake(struct futex_waiter *w) {
    struct thread *t = w->thread;
    list_remove(&w->link);
    // The thread cannot pass leave() before the bucket's lock is free, so it is still there.
    __atomic_store_n(&w->woken, true, __ATOMIC_RELEASE);
    sched_wake(t, WAKE_QUEUE);
}

/* Without the lock: a waiter that is not seen here compares after this, and finds the word changed. */
static bool nobody_waits(const struct bucket *bucket) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return __atomic_load_n(&bucket->waiters.next, __ATOMIC_RELAXED) == &bucket->waiters;
}

static NOINLINE long wake_in(struct bucket *bucket, uptr address, u32 count, u32 bitset) {
    u32 woken = 0;
    spin_lock(&bucket->lock);
    list_each_safe(link, &bucket->waiters) {
        struct futex_waiter *w = CONTAINER(link, struct futex_waiter, link);
        if (woken == count) break;
        if (w->address != address || !(w->bitset & bitset)) continue;
        wake(w);
        woken++;
    }
    spin_unlock(&bucket->lock);
    return woken;
}

static INLINE long wake_matching(uptr address, u32 count, u32 bitset) {
    struct bucket *bucket = bucket_of(address);
    return nobody_waits(bucket) ? 0 : wake_in(bucket, address, count, bitset);
}

u32 futex_wake(uptr address, u32 count) {
    return (u32)wake_matching(address, count, FUTEX_BITSET_MATCH_ANY);
}

/* Both buckets, the lower address first, so that two requeues never wait for each other. */
static void lock_pair(struct bucket *a, struct bucket *b) {
    spin_lock(&(a < b ? a : b)->lock);
    if (a != b) spin_lock_second(&(a < b ? b : a)->lock);
}

static void unlock_pair(struct bucket *a, struct bucket *b) {
    spin_unlock(&a->lock);
    if (a != b) spin_unlock(&b->lock);
}

/* Wakes up to `wakes` waiters at `from` and moves up to `moves` more to `to`. */
static long requeue(uptr from, uptr to, u32 wakes, u32 moves, const u32 *expected) {
    // Linux refuses counts that are negative as int.
    if ((i32)wakes < 0 || (i32)moves < 0) return -EINVAL;
    int error = check_word(from);
    if (!error) error = check_word(to);
    if (error) return error;
    struct bucket *source = bucket_of(from), *target = bucket_of(to);
    u32 value, woken = 0, moved = 0;
    lock_pair(source, target);
    if (expected) error = user_load_u32(&value, from);
    if (!error && expected && value != *expected) error = -EAGAIN;
    if (!error) list_each_safe(link, &source->waiters) {
        struct futex_waiter *w = CONTAINER(link, struct futex_waiter, link);
        if (w->address != from) continue;
        if (woken < wakes) {
            wake(w);
            woken++;
        } else if (moved < moves) {
            // In one bucket it keeps its place: at the end the walk would meet, and count, it again.
            if (source != target) {
                list_remove(link);
                list_push_back(&target->waiters, link);
            }
            w->address = to;
            __atomic_store_n(&w->bucket, target, __ATOMIC_RELEASE);
            moved++;
        } else break;
    }
    unlock_pair(source, target);
    // Linux counts the moved ones for CMP_REQUEUE and REQUEUE alike.
    return error ? error : (long)woken + moved;
}

/* The deadline of a wait: relative for WAIT, absolute for WAIT_BITSET. */
static long wait_deadline(const struct abi_timespec *timeout, int op, bool absolute,
                          u64 *deadline) {
    *deadline = FOREVER;
    if (!timeout) return 0;
    if (!timespec_valid(timeout)) return -EINVAL;
    u64 ns = timespec_to_ns(timeout);
    if (!absolute) *deadline = deadline_after(ns);
    else *deadline = op & FUTEX_CLOCK_REALTIME ? wall_to_monotonic(ns) : ns;
    return 0;
}

long sys_futex_wait(uptr uaddr, int op, u32 val, const struct abi_timespec *timeout, uptr uaddr2,
                    u32 val3) {
    u64 deadline;
    // A relative time is the same on every clock: nothing steps the wall clock.
    long error = wait_deadline(timeout, op, false, &deadline);
    return error ? error : futex_wait(uaddr, val, deadline, FUTEX_BITSET_MATCH_ANY);
}

long sys_futex_wait_bitset(uptr uaddr, int op, u32 val, const struct abi_timespec *timeout,
                           uptr uaddr2, u32 val3) {
    u64 deadline;
    long error = wait_deadline(timeout, op, true, &deadline);
    return error ? error : futex_wait(uaddr, val, deadline, val3);
}

/* Linux wakes one waiter even for a count of 0 or less. */
static u32 wake_count(u32 val) { return (i32)val < 1 ? 1 : val; }

long sys_futex_wake(uptr uaddr, int op, u32 val, uptr timeout, uptr uaddr2, u32 val3) {
    int error = check_word(uaddr);
    return error ? error : (long)wake_matching(uaddr, wake_count(val), FUTEX_BITSET_MATCH_ANY);
}

long sys_futex_wake_bitset(uptr uaddr, int op, u32 val, uptr timeout, uptr uaddr2, u32 val3) {
    int error = val3 ? check_word(uaddr) : -EINVAL;
    return error ? error : (long)wake_matching(uaddr, wake_count(val), val3);
}

long sys_futex_requeue(uptr uaddr, int op, u32 val, u32 timeout, uptr uaddr2, u32 val3) {
    return requeue(uaddr, uaddr2, val, timeout, NULL);
}

long sys_futex_cmp_requeue(uptr uaddr, int op, u32 val, u32 timeout, uptr uaddr2, u32 val3) {
    return requeue(uaddr, uaddr2, val, timeout, &val3);
}

/* Spin locks: test, then test-and-set, serving other CPUs while waiting. See lock.h for the order.
 *
 * Kernel code is never interrupted, so a CPU that waits for a lock must itself look for what others
 * want of it: the holder may be waiting for this CPU's TLB flush. */
#include "lock.h"
#include "cpu.h"
#include "log.h"

#ifdef LOCK_DEBUG
// Before the boot CPU is registered there is one CPU and no order to check.
static bool tracking(void) { return cpus[0] != NULL; }

static void rank_taken(struct spinlock *lock) {
    if (!tracking()) return;
    u32 held = this_cpu()->held_ranks;
    // Invariant: no held rank is equal to or below the one being taken.
    if (held >> lock->rank) panic("lock of rank %d taken while holding ranks %#x", lock->rank, held);
    this_cpu()->held_ranks = held | 1u << lock->rank;
}

static void rank_released(struct spinlock *lock) {
    if (tracking()) this_cpu()->held_ranks &= ~(1u << lock->rank);
}
#else
static void rank_taken(struct spinlock *lock) { (void)lock; }
static void rank_released(struct spinlock *lock) { (void)lock; }
#endif

bool spin_trylock(struct spinlock *lock) {
    if (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE)) return false;
    rank_taken(lock);
    return true;
}

static void acquire(struct spinlock *lock) {
    while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE)) {
        // only read until it looks free: the line stays shared among those who wait
        while (__atomic_load_n(&lock->held, __ATOMIC_RELAXED)) {
            arch_pause();
            cpu_serve_requests();
        }
    }
}

void spin_lock(struct spinlock *lock) {
    acquire(lock);
    rank_taken(lock);
}

void spin_lock_second(struct spinlock *lock) { acquire(lock); } /* the rank is held already */

void spin_unlock(struct spinlock *lock) {
    rank_released(lock);
    __atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

void assert_no_locks(void) {
#ifdef LOCK_DEBUG
    if (tracking() && this_cpu()->held_ranks) panic("locks of ranks %#x held", this_cpu()->held_ranks);
#endif
}

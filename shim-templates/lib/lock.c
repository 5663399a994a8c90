/* Spin locks: test, then test-and-set, serving other CPUs while waiting. See lock.h for the order.
 *
 * Kernel code is never interrupted, so a CPU that waits for a lock must itself look for what others
 * want of it: the holder may be waiting for this CPU's TLB flush. Names are in parentheses because a
 * debug kernel has macros of the same names, which check the order first. */
#include "lock.h"
#include "cpu.h"

void spin_wait(struct spinlock *lock) {
    while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE)) {
        // only read until it looks free: the line stays shared among those who wait
        while (__atomic_load_n(&lock->held, __ATOMIC_RELAXED)) {
            arch_pause();
            cpu_serve_requests();
        }
    }
}

void (spin_lock_second)(struct spinlock *lock) { spin_wait(lock); }

#if defined KERNEL_DEBUG || defined LOCK_CALLS
void (spin_lock)(struct spinlock *lock) { spin_wait(lock); }
void (spin_unlock)(struct spinlock *lock) { __atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE); }
#endif

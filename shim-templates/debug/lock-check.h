/* Locks in a debug kernel: each one that is taken is written down, with the place, and looked at first.
 *
 * The macros bear the names of lock.h's functions, so that a place that takes a lock need not know of this.
 * debug/lock-check.c */
#pragma once

#define LOCKS_HELD_MAX 8
#define PLACE_OF_LINE(line) __FILE_NAME__ ":" #line
#define PLACE_OF(line) PLACE_OF_LINE(line)
#define PLACE PLACE_OF(__LINE__)

/* Those that a CPU holds, in the order in which it took them. */
struct held_locks {
    u32 count;
    struct {
        struct spinlock *lock;
        const char *place; /* "pages.c:145 (&pages_lock)" */
    } each[LOCKS_HELD_MAX];
};

/* Before the lock is waited for. `second`: the other one of its rank is held. */
void lock_wanted(struct spinlock *lock, const char *place, bool second);
/* Before the lock is given back. */
void lock_given_back(struct spinlock *lock, const char *place);
void no_locks_held(const char *what, const char *place);
void may_fault(const char *place);

#define spin_lock(which)                                                                           \
    ({                                                                                             \
        struct spinlock *lock_ = (which);                                                          \
        lock_wanted(lock_, PLACE " (" #which ")", false);                                          \
        (spin_lock)(lock_);                                                                        \
    })
#define spin_lock_second(which)                                                                    \
    ({                                                                                             \
        struct spinlock *lock_ = (which);                                                          \
        lock_wanted(lock_, PLACE " (" #which ")", true);                                           \
        (spin_lock_second)(lock_);                                                                 \
    })
#define spin_unlock(which)                                                                         \
    ({                                                                                             \
        struct spinlock *lock_ = (which);                                                          \
        lock_given_back(lock_, PLACE " (" #which ")");                                             \
        (spin_unlock)(lock_);                                                                      \
    })
#define assert_no_locks(what) no_locks_held(what, PLACE)
#define assert_may_fault() may_fault(PLACE)

/* flock(2): a lock belongs to an open file (not to a descriptor or a process), many may share it
 * or one may hold it alone. All locks are in one list: programs hold few. */
#include "lock-file.h"
#include "mem.h"
#include "sys.h"

struct file_lock {
    struct list link;
    struct file *owner;
    bool exclusive;
};

static struct spinlock locks_lock = SPINLOCK(LOCK_OBJECT);
static struct list locks = {&locks, &locks};
static struct wait_queue changed = {.lock = SPINLOCK(LOCK_WAIT),
                                    .waiters = {&changed.waiters, &changed.waiters}};

static struct file_lock *lock_of(const struct file *f) {
    list_each(at, &locks) {
        struct file_lock *lock = CONTAINER(at, struct file_lock, link);
        if (lock->owner == f) return lock;
    }
    return NULL;
}

static bool conflicts(const struct file *f, bool exclusive) {
    list_each(at, &locks) {
        struct file_lock *lock = CONTAINER(at, struct file_lock, link);
        if (lock->owner != f && lock->owner->inode == f->inode && (exclusive || lock->exclusive))
            return true;
    }
    return false;
}

void file_lock_drop(struct file *f) {
    spin_lock(&locks_lock);
    struct file_lock *lock = lock_of(f);
    if (lock) list_remove(&lock->link);
    f->locked = false;
    spin_unlock(&locks_lock);
    kfree(lock);
    if (lock) wait_wake_all(&changed, 0);
}

/* Takes the lock if nobody is in the way; uses `fresh` for it if `f` has none yet. */
static bool try_lock(struct file *f, bool exclusive, struct file_lock **fresh) {
    spin_lock(&locks_lock);
    bool free = !conflicts(f, exclusive);
    struct file_lock *lock = free ? lock_of(f) : NULL;
    if (free && !lock) {
        lock = *fresh;
        *fresh = NULL;
        lock->owner = f;
        list_push_back(&locks, &lock->link);
    }
    if (free) lock->exclusive = exclusive;
    f->locked = f->locked || free;
    spin_unlock(&locks_lock);
    return free;
}

static long take(struct file *f, bool exclusive, bool wait) {
    struct file_lock *fresh = kalloc(sizeof *fresh);
    if (!fresh) return -ENOMEM;
    long result = 0;
    if (!try_lock(f, exclusive, &fresh)) {
        // converting a lock is not atomic: the old one is let go first, flock(2)
        file_lock_drop(f);
        result = wait ? 0 : -EAGAIN;
        while (!result) {
            struct waiter w;
            waiter_init(&w);
            wait_prepare(&changed, &w);
            bool done = try_lock(f, exclusive, &fresh);
            if (!done) result = wait_sleep(FOREVER);
            wait_finish(&changed, &w);
            if (done) break;
        }
    } else {
        wait_wake_all(&changed, 0); // it may have become a shared one
    }
    kfree(fresh);
    return result == -EINTR ? -ERESTARTSYS : result;
}

long sys_flock(int fd, int operation) {
    bool wait = !(operation & LOCK_NB);
    int what = operation & ~LOCK_NB;
    if (what != LOCK_SH && what != LOCK_EX && what != LOCK_UN) return -EINVAL;
    struct file *f = fd_get(fd);
    if (!f) return -EBADF;
    long result = 0;
    if (what == LOCK_UN) file_lock_drop(f);
    else result = take(f, what == LOCK_EX, wait);
    file_put(f);
    return result;
}

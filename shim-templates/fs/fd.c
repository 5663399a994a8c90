/* The table of descriptors: one, because there is one process.
 *
 * Invariant: the lowest free descriptor is never below `first_free`, so a program that opens
 * thousands of files does not search them all each time. Files are put after the lock is
 * dropped, because the last reference may wake and free things. */
#include "fd.h"
#include "inode.h"
#include "mem.h"
#include "string.h"
#include "sys.h"

struct slot {
    struct file *file;
    u32 flags; /* FD_CLOEXEC: kept for F_GETFD, without effect as nothing is ever executed */
    bool reserved; /* no file yet: an open is on its way */
};

/* Soft and hard limit are equal, so that Go does not raise the soft one at start. */
#define LIMIT_DEFAULT 1048576u
#define LIMIT_MAX 1048576u
#define FIRST_CAPACITY 64u

static struct {
    struct spinlock lock;
    struct slot *slots;
    u32 capacity, first_free, count;
    u32 soft, hard;
} table = {.lock = SPINLOCK(LOCK_FDTABLE), .soft = LIMIT_DEFAULT, .hard = LIMIT_DEFAULT};

/* --- under the lock --------------------------------------------------------------------------- */

static struct slot *slot_of(int fd) {
    if (fd < 0 || (u32)fd >= table.capacity || !table.slots[fd].file) return NULL;
    return &table.slots[fd];
}

/* Room for descriptor `fd`. */
static int reserve(u32 fd) {
    if (fd < table.capacity) return 0;
    u32 wanted = MAX(table.capacity * 2, FIRST_CAPACITY);
    while (wanted <= fd) wanted *= 2;
    struct slot *slots = kalloc(wanted * sizeof *slots);
    if (!slots) return -ENOMEM;
    if (table.slots) memcpy(slots, table.slots, table.capacity * sizeof *slots);
    kfree(table.slots);
    table.slots = slots;
    table.capacity = wanted;
    return 0;
}

/* Without a file, the descriptor is reserved. */
static void put(u32 fd, struct file *f, u32 flags) {
    table.slots[fd] = (struct slot){.file = f, .flags = flags, .reserved = !f};
    if (f) table.count++;
}

static int install_from(u32 lowest, struct file *f, u32 flags) {
    u32 fd = MAX(lowest, table.first_free);
    while (fd < table.capacity && (table.slots[fd].file || table.slots[fd].reserved)) fd++;
    if (fd >= table.soft) return -EMFILE;
    int error = reserve(fd);
    if (error) return error;
    put(fd, f, flags);
    if (lowest <= table.first_free) table.first_free = fd + 1;
    return (int)fd;
}

static void vacate(u32 fd) {
    table.slots[fd] = (struct slot){0};
    table.first_free = MIN(table.first_free, fd);
}

static struct file *remove(int fd) {
    struct slot *slot = slot_of(fd);
    if (!slot) return NULL;
    struct file *f = slot->file;
    vacate((u32)fd);
    table.count--;
    return f;
}

/* --- for the rest of the kernel --------------------------------------------------------------- */

struct file *fd_get_any(int fd) {
    spin_lock(&table.lock);
    struct slot *slot = slot_of(fd);
    struct file *f = slot ? file_get(slot->file) : NULL;
    spin_unlock(&table.lock);
    return f;
}

struct file *fd_get(int fd) {
    struct file *f = fd_get_any(fd);
    if (!f || !(f->flags & O_PATH)) return f;
    file_put(f);
    return NULL;
}

int fd_install_from(u32 lowest, struct file *f, u32 fd_flags) {
    spin_lock(&table.lock);
    int fd = install_from(lowest, f, fd_flags);
    spin_unlock(&table.lock);
    if (fd < 0) file_put(f);
    return fd;
}

int fd_install(struct file *f, u32 fd_flags) { return fd_install_from(0, f, fd_flags); }

int fd_reserve(void) {
    spin_lock(&table.lock);
    int fd = install_from(0, NULL, 0);
    spin_unlock(&table.lock);
    return fd;
}

void fd_settle(int fd, struct file *f, u32 fd_flags) {
    spin_lock(&table.lock);
    if (f) put((u32)fd, f, fd_flags);
    else vacate((u32)fd);
    spin_unlock(&table.lock);
}

int fd_flags(int fd, const u32 *set) {
    spin_lock(&table.lock);
    struct slot *slot = slot_of(fd);
    int result = slot ? (int)slot->flags : -EBADF;
    if (slot && set) slot->flags = *set;
    spin_unlock(&table.lock);
    return result;
}

/* The lowest open descriptor >= fd, or -1. */
int fd_next(int fd) {
    spin_lock(&table.lock);
    int found = -1;
    for (u32 i = (u32)MAX(fd, 0); i < table.capacity && found < 0; i++)
        if (table.slots[i].file) found = (int)i;
    spin_unlock(&table.lock);
    return found;
}

int fd_limit(void) { return (int)table.soft; }
u32 fd_count(void) { return table.count; }

void fd_get_limit(u64 *soft, u64 *hard) {
    *soft = table.soft;
    *hard = table.hard;
}

int fd_set_limit(u64 soft, u64 hard) {
    if (soft > hard) return -EINVAL;
    if (hard > LIMIT_MAX) return -EPERM;
    spin_lock(&table.lock);
    table.soft = (u32)soft;
    table.hard = (u32)hard;
    spin_unlock(&table.lock);
    return 0;
}

/* --- bodies ----------------------------------------------------------------------------------- */

long sys_close(int fd) {
    spin_lock(&table.lock);
    struct file *f = remove(fd);
    spin_unlock(&table.lock);
    if (!f) return -EBADF;
    file_put(f);
    return 0;
}

long sys_close_range(u32 first, u32 last, u32 flags) {
    if (first > last) return -EINVAL;
    for (int fd = (int)MIN(first, LIMIT_MAX); (fd = fd_next(fd)) >= 0 && (u32)fd <= last; fd++) {
        u32 cloexec = FD_CLOEXEC;
        if (flags & CLOSE_RANGE_CLOEXEC) fd_flags(fd, &cloexec);
        else sys_close(fd);
    }
    return 0;
}

long sys_dup(int fd) {
    struct file *f = fd_get_any(fd);
    return f ? fd_install(f, 0) : -EBADF;
}

long sys_dup3(int from, int to, u32 flags) {
    if (from == to) return -EINVAL;
    if (to < 0 || (u32)to >= table.soft) return -EBADF;
    struct file *f = fd_get_any(from);
    if (!f) return -EBADF;
    spin_lock(&table.lock);
    struct file *old = NULL;
    int error = reserve((u32)to);
    if (!error && table.slots[to].reserved) error = -EBUSY;
    if (!error) {
        old = remove(to);
        put((u32)to, f, flags & O_CLOEXEC ? FD_CLOEXEC : 0);
        if (table.first_free == (u32)to) table.first_free++;
    }
    spin_unlock(&table.lock);
    if (error) file_put(f);
    if (old) file_put(old);
    return error ? error : to;
}

long sys_dup2(int from, int to) {
    if (from != to) return sys_dup3(from, to, 0);
    struct file *f = fd_get_any(from);
    if (!f) return -EBADF;
    file_put(f);
    return to;
}

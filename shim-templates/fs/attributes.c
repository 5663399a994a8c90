/* Changing what a file says about itself: mode, owner, times, size. */
#include "clock.h"
#include "permission.h"
#include "regular.h"
#include "sys.h"
#include "walk.h"

/* The kernel keeps /proc and /sys as they are. */
static bool kept(const struct inode *inode) { return inode->fs == FS_PROC || inode->fs == FS_SYS; }

/* An inode of a descriptor that is not O_PATH. */
static int inode_of_fd(int fd, struct inode **out) {
    struct file *f = fd_get(fd);
    if (!f) return -EBADF;
    *out = inode_get(f->inode);
    file_put(f);
    return 0;
}

/* --- mode ------------------------------------------------------------------------------------- */

/* To what groups an owner may change a file's. User 0 to any. */
static int may_change_group(const struct inode *inode, u32 group) {
    if (!KEEPS_USERS || credentials_now()->uid[FILES] == 0) return 0;
    return permission_in_group(group) ? may_own(inode) : -EPERM;
}

static int may_change_owner(const struct inode *inode, u32 owner, u32 group) {
    if (!KEEPS_USERS || credentials_now()->uid[FILES] == 0) return 0;
    if (owner != UINT32_MAX && (owner != inode->uid || may_own(inode))) return -EPERM;
    return group == UINT32_MAX || group == inode->gid ? 0 : may_change_group(inode, group);
}

static long change_mode(struct inode *inode, u32 mode) {
    long error = kept(inode) ? -EROFS : inode_is(inode, S_IFLNK) ? -EOPNOTSUPP : may_own(inode);
    // who is not of the group cannot lend its rights
    if (may_change_group(inode, inode->gid)) mode &= ~(u32)S_ISGID;
    if (!error) {
        spin_lock(&inode->lock);
        inode->mode = (inode->mode & S_IFMT) | (mode & S_PERMISSIONS);
        inode->ctime_ns = time_now();
        spin_unlock(&inode->lock);
    }
    inode_put(inode);
    return error;
}

long sys_fchmodat2(int dirfd, const char *path, u32 mode, u32 flags) {
    struct inode *inode;
    int error = inode_at(dirfd, path, flags, &inode);
    return error ? error : change_mode(inode, mode);
}

long sys_fchmodat(int dirfd, const char *path, u32 mode) {
    return sys_fchmodat2(dirfd, path, mode, 0);
}
long sys_chmod(const char *path, u32 mode) { return sys_fchmodat2(AT_FDCWD, path, mode, 0); }

long sys_fchmod(int fd, u32 mode) {
    struct inode *inode;
    int error = inode_of_fd(fd, &inode);
    return error ? error : change_mode(inode, mode);
}

/* --- owner ------------------------------------------------------------------------------------ */

static long change_owner(struct inode *inode, u32 owner, u32 group) {
    long error = kept(inode) ? -EROFS : may_change_owner(inode, owner, group);
    if (!error) {
        spin_lock(&inode->lock);
        if (owner != UINT32_MAX) inode->uid = owner;
        if (group != UINT32_MAX) inode->gid = group;
        // a program that changes hands does not keep its rights: chown(2)
        if (!is_directory(inode))
            inode->mode &= ~(u32)(S_ISUID | (inode->mode & S_IXGRP ? S_ISGID : 0));
        inode->ctime_ns = time_now();
        spin_unlock(&inode->lock);
    }
    inode_put(inode);
    return error;
}

long sys_fchownat(int dirfd, const char *path, u32 owner, u32 group, u32 flags) {
    struct inode *inode;
    int error = inode_at(dirfd, path, flags, &inode);
    return error ? error : change_owner(inode, owner, group);
}

long sys_chown(const char *path, u32 owner, u32 group) {
    return sys_fchownat(AT_FDCWD, path, owner, group, 0);
}

long sys_lchown(const char *path, u32 owner, u32 group) {
    return sys_fchownat(AT_FDCWD, path, owner, group, AT_SYMLINK_NOFOLLOW);
}

long sys_fchown(int fd, u32 owner, u32 group) {
    struct inode *inode;
    int error = inode_of_fd(fd, &inode);
    return error ? error : change_owner(inode, owner, group);
}

/* --- times ------------------------------------------------------------------------------------ */

static bool time_ok(const struct abi_timespec *t) {
    return t->tv_nsec == UTIME_NOW || t->tv_nsec == UTIME_OMIT ||
           (t->tv_nsec >= 0 && t->tv_nsec < NS_PER_SEC);
}

/* Saturates: a time that does not fit 64 bits of nanoseconds (the year 2262) is as late as can
 * be said. */
static void set_time(i64 *to, const struct abi_timespec *t, i64 now) {
    if (t->tv_nsec == UTIME_OMIT) return;
    i64 ns;
    if (t->tv_nsec == UTIME_NOW) *to = now;
    else if (__builtin_mul_overflow(t->tv_sec, NS_PER_SEC, &ns) ||
             __builtin_add_overflow(ns, t->tv_nsec, to))
        *to = t->tv_sec < 0 ? INT64_MIN : INT64_MAX;
}

/* A NULL path means the descriptor itself: futimens(3). */
long sys_utimensat(int dirfd, const char *path, uptr times, u32 flags) {
    struct abi_timespec t[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};
    if (times && user_read(t, times, sizeof t)) return -EFAULT;
    if (t[0].tv_nsec == UTIME_OMIT && t[1].tv_nsec == UTIME_OMIT) return 0;
    struct inode *inode;
    int error;
    if (path) error = inode_at(dirfd, path, flags, &inode);
    else if (flags) return -EINVAL;
    else error = dirfd == AT_FDCWD ? -EFAULT : inode_of_fd(dirfd, &inode);
    if (error) return error;
    // who may write a file may say that it was now
    bool now_only = t[0].tv_nsec == UTIME_NOW && t[1].tv_nsec == UTIME_NOW;
    if (!time_ok(&t[0]) || !time_ok(&t[1])) error = -EINVAL;
    else if (kept(inode)) error = -EROFS;
    else if (may_own(inode)) error = !now_only ? -EPERM : may(inode, MAY_WRITE);
    if (!error) {
        spin_lock(&inode->lock);
        i64 now = time_now();
        set_time(&inode->atime_ns, &t[0], now);
        set_time(&inode->mtime_ns, &t[1], now);
        inode->ctime_ns = now;
        spin_unlock(&inode->lock);
    }
    inode_put(inode);
    return error;
}

/* --- size ------------------------------------------------------------------------------------- */

static long change_size(struct inode *inode, i64 length) {
    spin_lock(&inode->lock);
    int error = regular_resize(inode, (u64)length);
    if (!error) inode->mtime_ns = inode->ctime_ns = time_now();
    spin_unlock(&inode->lock);
    return error;
}

long sys_truncate(const char *path, i64 length) {
    struct inode *inode;
    long error = inode_at(AT_FDCWD, path, 0, &inode);
    if (error) return error;
    if (is_directory(inode)) error = -EISDIR;
    else if (kept(inode)) error = -EROFS;
    else if (!inode_is(inode, S_IFREG)) error = -EINVAL;
    else if (may(inode, MAY_WRITE)) error = -EACCES;
    else if (inode->no_write) error = -ETXTBSY;
    else error = change_size(inode, length);
    inode_put(inode);
    return error;
}

static bool writable_regular(const struct file *f) {
    return file_writable(f) && inode_is(f->inode, S_IFREG) && !kept(f->inode);
}

long sys_ftruncate(int fd, i64 length) {
    struct file *f = fd_get(fd);
    if (!f) return -EBADF;
    long error = writable_regular(f) ? change_size(f->inode, length) : -EINVAL;
    file_put(f);
    return error;
}

long sys_fallocate(int fd, u32 mode, i64 offset, i64 len) {
    struct file *f = fd_get(fd);
    if (!f) return -EBADF;
    struct inode *inode = f->inode;
    i64 end;
    long error = 0;
    if (offset < 0 || len <= 0) error = -EINVAL;
    else if (!file_writable(f)) error = -EBADF;
    else if (inode_is(inode, S_IFIFO)) error = -ESPIPE;
    else if (!writable_regular(f)) error = -ENODEV;
    else if (__builtin_add_overflow(offset, len, &end)) error = -EFBIG;
    if (!error) {
        spin_lock(&inode->lock);
        error = regular_allocate(inode, (u64)offset, (u64)end);
        bool grows = (u64)end > inode->size && !(mode & FALLOC_FL_KEEP_SIZE);
        if (!error && grows) error = regular_resize(inode, (u64)end);
        if (!error) inode->ctime_ns = time_now();
        spin_unlock(&inode->lock);
    }
    file_put(f);
    return error;
}

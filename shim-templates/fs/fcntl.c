/* fcntl and ioctl: what a descriptor can be asked besides bytes.
 *
 * Record locks (F_SETLK) belong to processes, and there is one process: they are checked and
 * granted, and nothing is kept, because a process is never in its own way: fcntl_locking(2). */
#include "fd.h"
#include "inode.h"
#include "pipe.h"
#include "sys.h"

#define FLAGS_CHANGEABLE (O_APPEND | O_NONBLOCK | O_NOATIME | O_DIRECT)

static long duplicate(struct file *f, u64 lowest, u32 flags) {
    if (lowest >= (u64)fd_limit()) return -EINVAL;
    return fd_install_from((u32)lowest, file_get(f), flags);
}

static long set_status(struct file *f, u64 flags) {
    f->flags = (f->flags & ~(u32)FLAGS_CHANGEABLE) | ((u32)flags & FLAGS_CHANGEABLE);
    return 0;
}

/* The range that a flock means; it may go backwards, and must not begin before the file does. */
static long check_range(struct file *f, const struct abi_flock *lock) {
    if (lock->l_whence != SEEK_SET && lock->l_whence != SEEK_CUR && lock->l_whence != SEEK_END)
        return -EINVAL;
    i64 start = lock->l_whence == SEEK_CUR   ? (i64)f->offset
                : lock->l_whence == SEEK_END ? (i64)f->inode->size
                                             : 0;
    if (__builtin_add_overflow(start, lock->l_start, &start)) return -EOVERFLOW;
    if (start < 0) return -EINVAL;
    if (lock->l_len > 0 && (u64)start + (u64)lock->l_len - 1 > FILE_LIMIT) return -EOVERFLOW;
    return lock->l_len < 0 && start + lock->l_len < 0 ? -EINVAL : 0;
}

static long record_lock(struct file *f, int command, uptr argument) {
    struct abi_flock lock;
    if (user_read(&lock, argument, sizeof lock)) return -EFAULT;
    bool known = lock.l_type == F_RDLCK || lock.l_type == F_WRLCK;
    if (!known && command == F_GETLK) return -EINVAL;
    long error = check_range(f, &lock);
    if (error) return error;
    if (!known && lock.l_type != F_UNLCK) return -EINVAL;
    if (command == F_GETLK) {
        lock.l_type = F_UNLCK; // nobody is in the way
        return user_write(argument, &lock, sizeof lock);
    }
    if (lock.l_type == F_RDLCK && !file_readable(f)) return -EBADF;
    return lock.l_type == F_WRLCK && !file_writable(f) ? -EBADF : 0;
}

static long control(struct file *f, int fd, int command, uptr argument) {
    u32 cloexec = argument & FD_CLOEXEC;
    // these are all that an O_PATH descriptor answers: open(2)
    switch (command) {
    case F_DUPFD: return duplicate(f, argument, 0);
    case F_DUPFD_CLOEXEC: return duplicate(f, argument, FD_CLOEXEC);
    case F_GETFD: return fd_flags(fd, NULL);
    case F_SETFD: return fd_flags(fd, &cloexec) < 0 ? -EBADF : 0;
    case F_GETFL: return f->flags;
    }
    if (f->flags & O_PATH) return -EBADF;
    switch (command) {
    case F_SETFL: return set_status(f, argument);
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW: return record_lock(f, command, argument);
    case F_GETPIPE_SZ: return is_pipe(f) ? (long)pipe_size() : -EBADF;
    // Differs: a pipe keeps its size, and the answer says so
    case F_SETPIPE_SZ:
        return !is_pipe(f) ? -EBADF : (u32)argument > 1 * MIB ? -EPERM : (long)pipe_size();
    }
    return -EINVAL;
}

long sys_fcntl(int fd, int command, uptr argument) {
    struct file *f = fd_get_any(fd);
    if (!f) return -EBADF;
    long result = control(f, fd, command, argument);
    file_put(f);
    return result;
}

/* --- ioctl ------------------------------------------------------------------------------------ */

static long set_nonblock(struct file *f, uptr argument) {
    int on;
    if (user_read(&on, argument, sizeof on)) return -EFAULT;
    return set_status(f, on ? f->flags | O_NONBLOCK : f->flags & ~(u32)O_NONBLOCK);
}

/* Bytes between the offset and the end. */
static long tell_rest(struct file *f, uptr argument) {
    int rest = (int)(f->inode->size - f->offset);
    return user_write(argument, &rest, sizeof rest);
}

long sys_ioctl(int fd, u32 command, uptr argument) {
    struct file *f = fd_get(fd);
    if (!f) return -EBADF;
    u32 cloexec = command == FIOCLEX ? FD_CLOEXEC : 0;
    long result;
    if (command == FIOCLEX || command == FIONCLEX) result = fd_flags(fd, &cloexec) < 0 ? -EBADF : 0;
    else if (command == FIONBIO) result = set_nonblock(f, argument);
    else if (f->ops->ioctl) result = f->ops->ioctl(f, command, argument);
    else if (command == FIONREAD && inode_is(f->inode, S_IFREG)) result = tell_rest(f, argument);
    else result = -ENOTTY;
    file_put(f);
    return result;
}

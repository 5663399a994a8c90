/* Calls about a disk. Files are in memory: once written they are where they stay, so the
 * descriptor is checked and there is nothing left to do. */
#include "inode.h"
#include "sys.h"

static bool can_sync(const struct file *f) {
    return inode_is(f->inode, S_IFREG) || inode_is(f->inode, S_IFDIR);
}

long sys_fsync(int fd) {
    struct file *f = fd_get(fd);
    if (!f) return -EBADF;
    long result = can_sync(f) ? 0 : -EINVAL;
    file_put(f);
    return result;
}

long sys_fdatasync(int fd) { return sys_fsync(fd); }

long sys_syncfs(int fd) {
    struct file *f = fd_get(fd);
    if (f) file_put(f);
    return f ? 0 : -EBADF;
}

long sys_fadvise64(int fd, i64 offset, i64 len, int advice) {
    struct file *f = fd_get(fd);
    if (!f) return -EBADF;
    bool pipe = inode_is(f->inode, S_IFIFO);
    file_put(f);
    if (pipe) return -ESPIPE;
    return len < 0 || advice < POSIX_FADV_NORMAL || advice > POSIX_FADV_NOREUSE ? -EINVAL : 0;
}

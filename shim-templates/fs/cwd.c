/* The working directory, and where symbolic links point. */
#include "mem.h"
#include "permission.h"
#include "string.h"
#include "sys.h"
#include "walk.h"

long sys_getcwd(struct user_buf buf, u64 size) {
    struct inode *cwd = cwd_get();
    char *text = kalloc(PATH_LIMIT);
    long result = -ENOMEM;
    if (text) {
        ssize_t len = inode_path(cwd, text, PATH_LIMIT);
        if (directory_of(cwd)->dead) result = -ENOENT;
        else if (len < 0) result = len;
        else if ((u64)len + 1 > size) result = -ERANGE;
        else result = user_write(buf.base, text, (size_t)len + 1) ? -EFAULT : len + 1;
    }
    kfree(text);
    inode_put(cwd);
    return result;
}

static long change_to(struct inode *inode) {
    int error = is_directory(inode) ? may(inode, MAY_SEARCH) : -ENOTDIR;
    if (!error) cwd_set(inode);
    inode_put(inode);
    return error;
}

long sys_chdir(const char *path) {
    struct inode *inode;
    int error = inode_at(AT_FDCWD, path, 0, &inode);
    return error ? error : change_to(inode);
}

long sys_fchdir(int fd) {
    struct file *f = fd_get_any(fd);
    if (!f) return -EBADF;
    struct inode *inode = inode_get(f->inode);
    file_put(f);
    return change_to(inode);
}

long sys_readlinkat(int dirfd, const char *path, struct user_buf buf, int size) {
    if (size <= 0) return -EINVAL;
    struct inode *inode;
    int error = inode_at(dirfd, path, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, &inode);
    if (!error && !*path && dirfd == AT_FDCWD) {
        inode_put(inode);
        return -ENOENT;
    }
    if (error) return error;
    long result = *path ? -EINVAL : -ENOENT;
    char *text = inode_is(inode, S_IFLNK) ? kalloc(PATH_LIMIT) : NULL;
    if (text) {
        result = inode->ops->readlink(inode, text, PATH_LIMIT);
        if (result > 0)
            result = MIN(result, (long)size); // what does not fit is cut off: readlink(2)
        if (result > 0 && user_write(buf.base, text, (size_t)result)) result = -EFAULT;
    } else if (inode_is(inode, S_IFLNK)) {
        result = -ENOMEM;
    }
    kfree(text);
    inode_put(inode);
    return result;
}

long sys_readlink(const char *path, struct user_buf buf, int size) {
    return *path ? sys_readlinkat(AT_FDCWD, path, buf, size) : -ENOENT;
}

/* mkdir, mknod, symlink, link, unlink, rmdir: one name changes.
 *
 * Each walks to the parent, takes the tree's lock and looks the name up again: what the walk saw
 * may be gone. Inodes that lose their last name go when the last open file or mapping does. */
#include "names.h"
#include "mem.h"
#include "permission.h"
#include "pipe.h"
#include "regular.h"
#include "string.h"
#include "symlink.h"
#include "sys.h"

u32 file_umask = 022;

static int add_locked(struct place *p, struct inode *inode) {
    struct directory *dir = directory_of(p->dir);
    if (entry_find(dir, p->name, p->len)) return -EEXIST;
    if (dir->dead) return -ENOENT;
    if (dir->sealed) return -EROFS;
    int denied = may(p->dir, MAY_WRITE | MAY_SEARCH);
    if (denied) return denied;
    if (!storage_free() || !entry_add(dir, p->name, p->len, inode, false)) return -ENOSPC;
    if (is_directory(inode)) dir->inode.links++;
    directory_changed(dir);
    return 0;
}

/* What is made belongs to who makes it; in a directory with S_ISGID to its group, and directories
 * pass that on: inode(7). */
static void set_owner(const struct inode *dir, struct inode *inode) {
    inode->uid = credentials_now()->uid[FILES];
    inode->gid = credentials_now()->gid[FILES];
    if (!(dir->mode & S_ISGID)) return;
    inode->gid = dir->gid;
    if (is_directory(inode)) inode->mode |= S_ISGID;
}

int place_add(struct place *p, struct inode *inode) {
    set_owner(p->dir, inode);
    spin_lock(&tree_lock);
    int error = add_locked(p, inode);
    spin_unlock(&tree_lock);
    return error;
}

/* The walk of every call that makes a name. */
static int walk_to_missing(int dirfd, const char *path, bool directory, struct place *p) {
    int error = walk(dirfd, path, WALK_PARENT, p);
    if (error) return error;
    if (p->inode) error = -EEXIST;
    else if (p->slash && !directory) error = -ENOENT;
    if (error) place_put(p);
    return error;
}

/* Adds and lets go of both. NULL inode: there was no memory. */
static long add_and_put(struct place *p, struct inode *inode) {
    int error = inode ? place_add(p, inode) : -ENOSPC;
    inode_put(inode);
    place_put(p);
    return error;
}

long sys_mkdirat(int dirfd, const char *path, u32 mode) {
    struct place p;
    int error = walk_to_missing(dirfd, path, true, &p);
    if (error) return error;
    u32 bits = mode & (0777 | S_ISVTX) & ~file_umask;
    struct directory *dir = directory_new(bits, p.dir->fs, directory_of(p.dir));
    return add_and_put(&p, dir ? &dir->inode : NULL);
}

long sys_mkdir(const char *path, u32 mode) { return sys_mkdirat(AT_FDCWD, path, mode); }

/* Devices are the kernel's own, and there are no sockets: EPERM, as mknod(2) has it for a file
 * system that does not know them. */
long sys_mknodat(int dirfd, const char *path, u32 mode, u32 dev) {
    u32 type = mode & S_IFMT, bits = mode & S_PERMISSIONS & ~file_umask;
    bool special = type == S_IFCHR || type == S_IFBLK || type == S_IFSOCK;
    if (type == S_IFDIR) return -EPERM;
    if (type && type != S_IFREG && type != S_IFIFO && !special) return -EINVAL;
    struct place p;
    int error = walk_to_missing(dirfd, path, false, &p);
    if (error) return error;
    if (special) {
        place_put(&p);
        return -EPERM;
    }
    return add_and_put(&p, type == S_IFIFO ? fifo_new(bits, p.dir->fs) : regular_new(bits, p.dir->fs));
}

long sys_mknod(const char *path, u32 mode, u32 dev) {
    return sys_mknodat(AT_FDCWD, path, mode, dev);
}

long sys_symlinkat(const char *target, int dirfd, const char *path) {
    if (!*target) return -ENOENT;
    struct place p;
    int error = walk_to_missing(dirfd, path, false, &p);
    if (error) return error;
    return add_and_put(&p, symlink_new(target, strlen(target), p.dir->fs, false));
}

long sys_symlink(const char *target, const char *path) {
    return sys_symlinkat(target, AT_FDCWD, path);
}

long sys_linkat(int from_fd, const char *from, int to_fd, const char *to, u32 flags) {
    struct inode *inode;
    u32 at = (flags & AT_EMPTY_PATH) | (flags & AT_SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW);
    int error = inode_at(from_fd, from, at, &inode);
    if (error) return error;
    struct place p;
    error = walk_to_missing(to_fd, to, false, &p);
    if (!error) {
        spin_lock(&tree_lock);
        if (inode->fs != p.dir->fs) error = -EXDEV;
        else if (is_directory(inode)) error = -EPERM;
        else if (inode->links == 0) error = -ENOENT;
        else error = add_locked(&p, inode);
        if (!error) {
            inode->links++;
            inode->ctime_ns = time_now();
        }
        spin_unlock(&tree_lock);
        place_put(&p);
    }
    inode_put(inode);
    return error;
}

long sys_link(const char *from, const char *to) {
    return sys_linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

/* --- taking names away ------------------------------------------------------------------------ */

static int check_unlink(const struct place *p, const struct entry *e) {
    if (!e) return place_without_entry(p);
    if (is_directory(e->inode)) return -EISDIR;
    if (p->slash) return -ENOTDIR;
    return directory_of(p->dir)->sealed ? -EROFS : may_remove(p->dir, e->inode);
}

static int check_rmdir(const struct place *p, const struct entry *e) {
    if (!e) return place_without_entry(p);
    if (!is_directory(e->inode)) return -ENOTDIR;
    if (e->inode->fs != p->dir->fs) return -EBUSY; // /proc, /sys, /dev
    if (directory_of(p->dir)->sealed) return -EROFS;
    int denied = may_remove(p->dir, e->inode);
    if (denied) return denied;
    return directory_of(e->inode)->count ? -ENOTEMPTY : 0;
}

static int bad_last(enum last_kind kind, bool directory) {
    if (kind == LAST_NAME) return 0;
    if (!directory) return -EISDIR;
    return kind == LAST_DOT ? -EINVAL : kind == LAST_DOTDOT ? -ENOTEMPTY : -EBUSY;
}

static long remove_name(int dirfd, const char *path, bool directory) {
    struct place p;
    int error = walk(dirfd, path, WALK_PARENT, &p);
    if (error) return error;
    error = bad_last(p.kind, directory);
    struct inode *gone = NULL;
    if (!error) {
        spin_lock(&tree_lock);
        struct directory *dir = directory_of(p.dir);
        struct entry *e = entry_find(dir, p.name, p.len);
        error = directory ? check_rmdir(&p, e) : check_unlink(&p, e);
        if (!error) {
            gone = entry_remove(e);
            gone->links -= directory ? 2 : 1;
            gone->ctime_ns = time_now();
            if (directory) {
                directory_of(gone)->dead = true;
                dir->inode.links--;
            }
            directory_changed(dir);
        }
        spin_unlock(&tree_lock);
    }
    inode_put(gone);
    place_put(&p);
    return error;
}

long sys_unlinkat(int dirfd, const char *path, u32 flags) {
    return remove_name(dirfd, path, flags & AT_REMOVEDIR);
}

long sys_unlink(const char *path) { return remove_name(AT_FDCWD, path, false); }
long sys_rmdir(const char *path) { return remove_name(AT_FDCWD, path, true); }

long sys_umask(u32 mask) { return __atomic_exchange_n(&file_umask, mask & 0777, __ATOMIC_RELAXED); }

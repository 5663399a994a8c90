/* open(2). */
#include "kept.h"
#include "mem.h"
#include "names.h"
#include "permission.h"
#include "regular.h"
#include "sys.h"

/* What F_GETFL does not show: they act once. */
#define ACT_ONCE (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC)
#define PATH_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static const struct file_ops path_only_ops = {0};

static bool wants_write(u32 flags) { return (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC); }

/* Access mode 3 asks for both, and gives neither. */
static u32 wanted_access(u32 flags) {
    u32 mode = flags & O_ACCMODE;
    return (mode != O_WRONLY ? MAY_READ : 0) | (mode != O_RDONLY || flags & O_TRUNC ? MAY_WRITE : 0);
}

/* Who made the file may open it as he likes, whatever its permissions say from then on. */
static int check_access(const struct inode *inode, u32 flags, bool made) {
    u32 type = inode->mode & S_IFMT;
    if (type == S_IFLNK && !(flags & O_PATH)) return flags & O_DIRECTORY ? -ENOTDIR : -ELOOP;
    if ((flags & O_DIRECTORY) && type != S_IFDIR) return -ENOTDIR;
    if (flags & O_PATH) return 0;
    if (type == S_IFDIR && (wants_write(flags) || (flags & O_CREAT))) return -EISDIR;
    int denied = made ? 0 : may(inode, wanted_access(flags));
    if (!denied && (flags & O_NOATIME)) denied = may_own(inode);
    if (denied) return denied;
    if (!inode->file_ops) return -ENXIO;
    if (!wants_write(flags) || type == S_IFDIR) return 0;
    if (inode->no_write) return -ETXTBSY;
    // Differs: root could open a read-only file of /proc for writing, and then not write it
    if ((inode->fs == FS_PROC || inode->fs == FS_SYS) && !inode->file_ops->write) return -EACCES;
    return 0;
}

static int truncate_to_nothing(struct inode *inode) {
    if (!inode_is(inode, S_IFREG) || inode->fs == FS_PROC || inode->fs == FS_SYS) return 0;
    spin_lock(&inode->lock);
    int error = regular_resize(inode, 0);
    inode->mtime_ns = inode->ctime_ns = time_now();
    spin_unlock(&inode->lock);
    return error;
}

static int open_inode(struct file *f, struct inode *inode, u32 flags) {
    file_begin(f, inode, flags & O_PATH ? &path_only_ops : inode->file_ops, flags & ~(u32)ACT_ONCE);
    if (!(flags & O_PATH)) f->flags |= O_LARGEFILE; // as Linux shows it to a 64-bit program
    int error = f->ops->open ? f->ops->open(f) : 0;
    if (!error && (flags & O_TRUNC)) error = truncate_to_nothing(inode);
    if (error) file_put(f);
    return error;
}

/* Makes the missing file. */
static int create(struct place *p, u32 mode) {
    struct inode *inode = regular_new(mode & S_PERMISSIONS & ~file_umask, p->dir->fs);
    if (!inode) return -ENOSPC;
    int error = place_add(p, inode);
    if (error) inode_put(inode);
    else p->inode = inode;
    return error;
}

/* The inode that the path means, made if asked for. */
static int find_or_create(int dirfd, const char *path, u32 flags, u32 mode, struct inode **out) {
    if (!KEEPS_ANY_PATH) return (*out = files_lookup_inode(path)) ? 0 : -ENOENT;
    bool exclusive = (flags & O_CREAT) && (flags & O_EXCL);
    u32 how = (flags & O_NOFOLLOW) || exclusive ? 0 : WALK_FOLLOW;
    if (flags & O_CREAT) how |= WALK_CREATE;
    for (;;) {
        struct place p;
        int error = walk(dirfd, path, how, &p);
        if (error) return error;
        bool made = !p.inode;
        if (made) error = create(&p, mode);
        else if (exclusive) error = -EEXIST;
        if (!error) *out = inode_get(p.inode);
        place_put(&p);
        // another thread was first: then it is there
        if (error == -EEXIST && !exclusive) continue;
        return error ? error : made;
    }
}

static int open_path(int dirfd, const char *path, u32 flags, u32 mode, struct file **out) {
    // Room for the open file comes first: without it no file is made (fs/namei.c path_openat, Linux 6.1).
    struct file *f = kalloc(sizeof *f);
    if (!f) return -ENOMEM;
    struct inode *inode;
    int found = find_or_create(dirfd, path, flags, mode, &inode);
    bool made = found > 0;
    if (made) flags &= ~(u32)(O_TRUNC | O_CREAT);
    int error = found < 0 ? found : check_access(inode, flags, made);
    if (error) kfree(f);
    else error = open_inode(f, inode, flags);
    if (found >= 0) inode_put(inode);
    if (!error) *out = f;
    return error;
}

long sys_openat(int dirfd, const char *path, u32 flags, u32 mode) {
    // Who opens only what is there already makes nothing.
    if (!KEEPS_ANY_PATH && flags & (O_CREAT | O_TRUNC)) return -ENOSYS;
    if (!KEEPS_ANY_PATH) flags &= ~(u32)(O_CREAT | O_TRUNC);
    if (flags & O_PATH) flags &= PATH_FLAGS;
    if ((flags & O_CREAT) && (flags & O_DIRECTORY)) return -EINVAL;
    int fd = fd_reserve();
    if (fd < 0) return *path ? fd : -ENOENT;
    struct file *f = NULL;
    int error = open_path(dirfd, path, flags, mode, &f);
    fd_settle(fd, f, flags & O_CLOEXEC ? FD_CLOEXEC : 0);
    return error ? error : fd;
}

long sys_open(const char *path, u32 flags, u32 mode) {
    return sys_openat(AT_FDCWD, path, flags, mode);
}

long sys_creat(const char *path, u32 mode) {
    return sys_openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

/* What a file says about itself: stat, statx, access, statfs. */
#include "mem.h"
#include "permission.h"
#include "regular.h"
#include "string.h"
#include "sys.h"
#include "walk.h"

#define BLOCK_SIZE 4096
#define STATX_RESERVED 0x80000000u /* STATX__RESERVED of linux/stat.h: set means a newer struct */

static u64 blocks_of(struct inode *inode) {
    bool own = inode_is(inode, S_IFREG) && (inode->fs == FS_ROOT || inode->fs == FS_DEV);
    return own ? regular_blocks(inode) : 0;
}

static u64 size_of(struct inode *inode) {
    return is_directory(inode) ? 40 + 20ull * directory_of(inode)->count
                               : inode->size; // as tmpfs counts
}

/* Whole seconds, rounded down also before 1970. */
static i64 seconds(i64 ns) { return ns / NS_PER_SEC - (ns % NS_PER_SEC < 0); }
static u32 rest_ns(i64 ns) { return (u32)(ns - seconds(ns) * NS_PER_SEC); }

/* The kernel's encoding of a device number for stat: minor 8 bits, major 12, minor's upper bits. */
static u64 device_encoded(u32 major, u32 minor) {
    return (minor & 0xff) | major << 8 | (u64)(minor & ~0xffu) << 12;
}

static void fill_stat(struct inode *inode, struct abi_stat *s) {
    spin_lock(&inode->lock);
    s->st_dev = device_encoded(0, fs_device(inode->fs));
    s->st_ino = inode->number;
    s->st_nlink = inode->links;
    s->st_mode = inode->mode;
    s->st_uid = inode->uid;
    s->st_gid = inode->gid;
    s->st_rdev = device_encoded(inode->rdev >> 8, inode->rdev & 0xff);
    s->st_size = (i64)size_of(inode);
    s->st_blksize = BLOCK_SIZE;
    s->st_blocks = (i64)blocks_of(inode);
    s->st_atime = (u64)seconds(inode->atime_ns);
    s->st_atime_nsec = rest_ns(inode->atime_ns);
    s->st_mtime = (u64)seconds(inode->mtime_ns);
    s->st_mtime_nsec = rest_ns(inode->mtime_ns);
    s->st_ctime = (u64)seconds(inode->ctime_ns);
    s->st_ctime_nsec = rest_ns(inode->ctime_ns);
    spin_unlock(&inode->lock);
}

static struct abi_statx_timestamp timestamp(i64 ns) {
    return (struct abi_statx_timestamp){.tv_sec = seconds(ns), .tv_nsec = rest_ns(ns)};
}

static void fill_statx(struct inode *inode, struct abi_statx *s) {
    spin_lock(&inode->lock);
    s->stx_mask = STATX_BASIC_STATS;
    s->stx_blksize = BLOCK_SIZE;
    s->stx_nlink = inode->links;
    s->stx_uid = inode->uid;
    s->stx_gid = inode->gid;
    s->stx_mode = (u16)inode->mode;
    s->stx_ino = inode->number;
    s->stx_size = size_of(inode);
    s->stx_blocks = blocks_of(inode);
    s->stx_atime = timestamp(inode->atime_ns);
    s->stx_mtime = timestamp(inode->mtime_ns);
    s->stx_ctime = timestamp(inode->ctime_ns);
    s->stx_rdev_major = inode->rdev >> 8;
    s->stx_rdev_minor = inode->rdev & 0xff;
    s->stx_dev_minor = fs_device(inode->fs);
    spin_unlock(&inode->lock);
}

long sys_newfstatat(int dirfd, const char *path, struct abi_stat *s, u32 flags) {
    struct inode *inode;
    int error = inode_at(dirfd, path, flags, &inode);
    if (error) return error;
    fill_stat(inode, s);
    inode_put(inode);
    return 0;
}

long sys_stat(const char *path, struct abi_stat *s) { return sys_newfstatat(AT_FDCWD, path, s, 0); }

long sys_lstat(const char *path, struct abi_stat *s) {
    return sys_newfstatat(AT_FDCWD, path, s, AT_SYMLINK_NOFOLLOW);
}

long sys_fstat(int fd, struct abi_stat *s) {
    if (fd < 0) return -EBADF; // AT_FDCWD is no descriptor here
    return sys_newfstatat(fd, "", s, AT_EMPTY_PATH);
}

long sys_statx(int dirfd, const char *path, u32 flags, u32 mask, struct abi_statx *s) {
    if (mask & STATX_RESERVED) return -EINVAL;
    if ((flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE) return -EINVAL;
    struct inode *inode;
    int error = inode_at(dirfd, path, flags, &inode);
    if (error) return error;
    fill_statx(inode, s);
    inode_put(inode);
    return 0;
}

/* --- access ----------------------------------------------------------------------------------- */

long sys_faccessat2(int dirfd, const char *path, int mode, u32 flags) {
    if (mode & ~(R_OK | W_OK | X_OK)) return -EINVAL;
    struct inode *inode;
    int error = inode_at(dirfd, path, flags, &inode);
    if (error) return error;
    // Differs: the way to it is walked as the user for files, not as the real one
    error = flags & AT_EACCESS ? may(inode, (u32)mode) : may_really(inode, (u32)mode); // R_OK and so on are the bits
    // user 0 may read and write all, but execute only what somebody may execute
    if ((mode & X_OK) && !is_directory(inode) && !(inode->mode & 0111)) error = -EACCES;
    bool kept = inode->fs == FS_PROC || inode->fs == FS_SYS;
    if ((mode & W_OK) && kept && !inode_is(inode, S_IFLNK)) error = -EROFS;
    inode_put(inode);
    return error;
}

long sys_faccessat(int dirfd, const char *path, int mode) {
    return sys_faccessat2(dirfd, path, mode, 0);
}
long sys_access(const char *path, int mode) { return sys_faccessat2(AT_FDCWD, path, mode, 0); }

/* --- statfs ----------------------------------------------------------------------------------- */

/* Memory is the disk: of what is free there most can be written here. */
static void fill_statfs(const struct inode *inode, struct abi_statfs *s) {
    static const u32 magic[] = {
        [FS_ROOT] = TMPFS_MAGIC,
        [FS_DEV] = TMPFS_MAGIC,
        [FS_PROC] = PROC_SUPER_MAGIC,
        [FS_SYS] = SYSFS_MAGIC,
        [FS_ANONYMOUS] = ANON_INODE_FS_MAGIC,
    };
    bool memory = inode->fs == FS_ROOT || inode->fs == FS_DEV;
    s->f_type = magic[inode->fs];
    s->f_bsize = s->f_frsize = BLOCK_SIZE;
    s->f_blocks = memory ? pages_total() : 0;
    s->f_bfree = s->f_bavail = memory ? storage_free() : 0;
    s->f_files = s->f_blocks;
    s->f_ffree = s->f_bfree;
    s->f_fsid[0] = (i32)fs_device(inode->fs);
    s->f_namelen = NAME_LIMIT;
}

static long statfs_at(int dirfd, const char *path, u32 flags, struct abi_statfs *s) {
    struct inode *inode;
    int error = inode_at(dirfd, path, flags, &inode);
    if (error) return error;
    fill_statfs(inode, s);
    inode_put(inode);
    return 0;
}

long sys_statfs(const char *path, struct abi_statfs *s) { return statfs_at(AT_FDCWD, path, 0, s); }

long sys_fstatfs(int fd, struct abi_statfs *s) {
    return fd < 0 ? -EBADF : statfs_at(fd, "", AT_EMPTY_PATH, s);
}

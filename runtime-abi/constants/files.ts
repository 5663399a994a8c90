// Descriptors, paths, the tree. Values as Linux defines them; the header that is the witness stands above each group.
import { group } from "./group.ts";

/** Flags of open(2) and of open files. Witness: asm/fcntl.h, linux/fcntl.h. */
export const openFlags = group({
  O_RDONLY: 0x0,
  O_WRONLY: 0x1,
  O_RDWR: 0x2,
  O_ACCMODE: 0x3,
  O_CREAT: 0x40,
  O_EXCL: 0x80,
  O_NOCTTY: 0x100,
  O_TRUNC: 0x200,
  O_APPEND: 0x400,
  O_NONBLOCK: 0x800,
  O_DSYNC: 0x1000,
  O_ASYNC: 0x2000,
  O_DIRECT: 0x4000,
  O_LARGEFILE: 0x8000,
  O_DIRECTORY: 0x10000,
  O_NOFOLLOW: 0x20000,
  O_NOATIME: 0x40000,
  O_CLOEXEC: 0x80000,
  O_SYNC: 0x101000,
  O_PATH: 0x200000,
  O_TMPFILE: 0x410000,
});

/** Commands of fcntl(2) and their small arguments. Witness: asm/fcntl.h, linux/fcntl.h. */
export const fcntlCommands = group({
  F_DUPFD: 0,
  F_RDLCK: 0,
  FD_CLOEXEC: 1,
  F_GETFD: 1,
  F_WRLCK: 1,
  F_SETFD: 2,
  F_UNLCK: 2,
  F_GETFL: 3,
  F_SETFL: 4,
  F_GETLK: 5,
  F_SETLK: 6,
  F_SETLKW: 7,
  F_SETOWN: 8,
  F_GETOWN: 9,
  F_SETSIG: 10,
  F_GETSIG: 11,
  F_OFD_GETLK: 36,
  F_OFD_SETLK: 37,
  F_OFD_SETLKW: 38,
  F_SETLEASE: 1024,
  F_GETLEASE: 1025,
  F_NOTIFY: 1026,
  F_DUPFD_CLOEXEC: 1030,
  F_SETPIPE_SZ: 1031,
  F_GETPIPE_SZ: 1032,
  F_ADD_SEALS: 1033,
  F_GET_SEALS: 1034,
});

/** flock(2). Witness: asm/fcntl.h. */
export const flockOperations = group({
  LOCK_SH: 1,
  LOCK_EX: 2,
  LOCK_NB: 4,
  LOCK_UN: 8,
});

/** Flags of the *at calls. Witness: linux/fcntl.h. */
export const atFlags = group({
  AT_STATX_SYNC_AS_STAT: 0x0,
  AT_SYMLINK_NOFOLLOW: 0x100,
  AT_EACCESS: 0x200,
  AT_REMOVEDIR: 0x200,
  AT_SYMLINK_FOLLOW: 0x400,
  AT_NO_AUTOMOUNT: 0x800,
  AT_EMPTY_PATH: 0x1000,
  AT_STATX_FORCE_SYNC: 0x2000,
  AT_STATX_DONT_SYNC: 0x4000,
  AT_STATX_SYNC_TYPE: 0x6000,
  AT_RECURSIVE: 0x8000,
  AT_FDCWD: -100,
});

/** Kind and permissions of a file. Witness: linux/stat.h. */
export const fileModes = group({
  S_IXOTH: 0o1,
  S_IWOTH: 0o2,
  S_IROTH: 0o4,
  S_IRWXO: 0o7,
  S_IXGRP: 0o10,
  S_IWGRP: 0o20,
  S_IRGRP: 0o40,
  S_IRWXG: 0o70,
  S_IXUSR: 0o100,
  S_IWUSR: 0o200,
  S_IRUSR: 0o400,
  S_IRWXU: 0o700,
  S_ISVTX: 0o1000,
  S_ISGID: 0o2000,
  S_ISUID: 0o4000,
  S_IFIFO: 0o10000,
  S_IFCHR: 0o20000,
  S_IFDIR: 0o40000,
  S_IFBLK: 0o60000,
  S_IFREG: 0o100000,
  S_IFLNK: 0o120000,
  S_IFSOCK: 0o140000,
  S_IFMT: 0o170000,
});

/** Which fields statx(2) is asked for and filled. Witness: linux/stat.h. */
export const statxMasks = group({
  STATX_TYPE: 0x1,
  STATX_MODE: 0x2,
  STATX_NLINK: 0x4,
  STATX_UID: 0x8,
  STATX_GID: 0x10,
  STATX_ATIME: 0x20,
  STATX_MTIME: 0x40,
  STATX_CTIME: 0x80,
  STATX_INO: 0x100,
  STATX_SIZE: 0x200,
  STATX_BLOCKS: 0x400,
  STATX_BASIC_STATS: 0x7ff,
  STATX_BTIME: 0x800,
  STATX_ALL: 0xfff,
  STATX_MNT_ID: 0x1000,
  STATX_DIOALIGN: 0x2000,
  STATX_MNT_ID_UNIQUE: 0x4000,
  STATX_SUBVOL: 0x8000,
  STATX_WRITE_ATOMIC: 0x10000,
  STATX__RESERVED: 0x80000000,
});

/** stx_attributes of statx(2). Witness: linux/stat.h. */
export const statxAttributes = group({
  STATX_ATTR_COMPRESSED: 0x4,
  STATX_ATTR_IMMUTABLE: 0x10,
  STATX_ATTR_APPEND: 0x20,
  STATX_ATTR_NODUMP: 0x40,
  STATX_ATTR_ENCRYPTED: 0x800,
  STATX_ATTR_AUTOMOUNT: 0x1000,
  STATX_ATTR_MOUNT_ROOT: 0x2000,
  STATX_ATTR_VERITY: 0x100000,
  STATX_ATTR_DAX: 0x200000,
  STATX_ATTR_WRITE_ATOMIC: 0x400000,
});

/** d_type of a directory entry. Witness: dirent.h. */
export const directoryTypes = group({
  DT_UNKNOWN: 0,
  DT_FIFO: 1,
  DT_CHR: 2,
  DT_DIR: 4,
  DT_BLK: 6,
  DT_REG: 8,
  DT_LNK: 10,
  DT_SOCK: 12,
});

/** lseek(2). Witness: linux/fs.h. */
export const seekOrigins = group({
  SEEK_SET: 0,
  SEEK_CUR: 1,
  SEEK_END: 2,
  SEEK_DATA: 3,
  SEEK_HOLE: 4,
});

/** renameat2(2). Witness: linux/fs.h. */
export const renameFlags = group({
  RENAME_NOREPLACE: 0x1,
  RENAME_EXCHANGE: 0x2,
  RENAME_WHITEOUT: 0x4,
});

/** access(2). Witness: unistd.h. */
export const accessModes = group({
  F_OK: 0,
  X_OK: 1,
  W_OK: 2,
  R_OK: 4,
});

/** fallocate(2). Witness: linux/falloc.h. */
export const fallocateModes = group({
  FALLOC_FL_KEEP_SIZE: 0x1,
  FALLOC_FL_PUNCH_HOLE: 0x2,
  FALLOC_FL_NO_HIDE_STALE: 0x4,
  FALLOC_FL_COLLAPSE_RANGE: 0x8,
  FALLOC_FL_ZERO_RANGE: 0x10,
  FALLOC_FL_INSERT_RANGE: 0x20,
  FALLOC_FL_UNSHARE_RANGE: 0x40,
});

/** fadvise64(2). Witness: linux/fadvise.h. */
export const fileAdvice = group({
  POSIX_FADV_NORMAL: 0,
  POSIX_FADV_RANDOM: 1,
  POSIX_FADV_SEQUENTIAL: 2,
  POSIX_FADV_WILLNEED: 3,
  POSIX_FADV_DONTNEED: 4,
  POSIX_FADV_NOREUSE: 5,
});

/** close_range(2). Witness: linux/close_range.h. */
export const closeRangeFlags = group({
  CLOSE_RANGE_UNSHARE: 0x2,
  CLOSE_RANGE_CLOEXEC: 0x4,
});

/** preadv2(2) and pwritev2(2). Witness: linux/fs.h. */
export const rwFlags = group({
  RWF_HIPRI: 0x1,
  RWF_DSYNC: 0x2,
  RWF_SYNC: 0x4,
  RWF_NOWAIT: 0x8,
  RWF_APPEND: 0x10,
});

/** Values of tv_nsec that utimensat(2) treats specially. Witness: sys/stat.h. */
export const utimeSpecials = group({
  UTIME_OMIT: 0x3ffffffe,
  UTIME_NOW: 0x3fffffff,
});

/** f_flags of statfs(2). Witness: sys/statvfs.h. */
export const mountFlags = group({
  ST_RDONLY: 0x1,
  ST_NOSUID: 0x2,
  ST_NODEV: 0x4,
  ST_NOEXEC: 0x8,
  ST_NOATIME: 0x400,
  ST_RELATIME: 0x1000,
});

/** f_type of statfs(2). Witness: linux/magic.h. */
export const fileSystemMagics = group({
  DEVPTS_SUPER_MAGIC: 0x1cd1,
  PROC_SUPER_MAGIC: 0x9fa0,
  TMPFS_MAGIC: 0x1021994,
  ANON_INODE_FS_MAGIC: 0x9041934,
  PIPEFS_MAGIC: 0x50495045,
  SYSFS_MAGIC: 0x62656572,
  RAMFS_MAGIC: 0x858458f6,
});

/** Limits that programs know. Witness: linux/limits.h, linux/uio.h. */
export const limits = group({
  NAME_MAX: 255,
  UIO_MAXIOV: 1024,
  PATH_MAX: 4096,
  PIPE_BUF: 4096,
});

// What a file says about itself: permissions, owner, times, length; and what is advised about it.
//
// There is one user and files are in memory, so owners and permissions are kept for those who ask, and
// what is written is where it stays. Long because every call that takes a path can fail in as many ways.
import {
  addr,
  fd,
  flags,
  full,
  ignored,
  int,
  mode,
  nothing,
  nullablePath,
  off,
  path,
  refused,
  syscall,
  uint,
} from "./vocabulary.ts";

/** Change permission bits. */
export const chmod = syscall("chmod", {
  subsystem: "fs",
  man: "chmod(2)",
  nr: { amd64: 90 },
  args: { pathname: path, mode: mode },
  returns: nothing,
  errors: {
    ENOENT: "no such file",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched",
    EPERM: "another user's file",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    ENOMEM: "memory is out",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
  },
  support: full("prog:files"),
  handler: "fs/chmod",
});

/** Change permission bits of an open file. */
export const fchmod = syscall("fchmod", {
  subsystem: "fs",
  man: "chmod(2)",
  nr: { amd64: 91, riscv64: 52 },
  args: { fd: fd(), mode: mode },
  returns: nothing,
  errors: {
    EPERM: "another user's file",
    EBADF: "fd is not open, or by O_PATH",
    EROFS: "the kernel keeps that part of the tree",
  },
  support: full("prog:files"),
  handler: "fs/fchmod",
});

/** Change permission bits, the path relative to a directory. */
export const fchmodat = syscall("fchmodat", {
  subsystem: "fs",
  man: "chmod(2)",
  nr: { amd64: 268, riscv64: 53 },
  args: { dirfd: fd({ or: "AT_FDCWD" }), pathname: path, mode: mode },
  returns: nothing,
  errors: {
    ENOENT: "no such file",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched",
    EPERM: "another user's file",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    EBADF: "dirfd is not open",
    ENOMEM: "memory is out",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
  },
  support: full("prog:files"),
  handler: "fs/fchmodat",
});

/** Change permission bits, with flags: os.Root asks this. */
export const fchmodat2 = syscall("fchmodat2", {
  subsystem: "fs",
  man: "chmod(2)",
  nr: { amd64: 452, riscv64: 452 },
  args: {
    dirfd: fd({ or: "AT_FDCWD" }),
    pathname: path,
    mode: mode,
    flags: flags({ AT_SYMLINK_NOFOLLOW: full("prog:links"), AT_EMPTY_PATH: full("prog:files") }),
  },
  returns: nothing,
  errors: {
    ENOENT: "no such file, or an empty path without AT_EMPTY_PATH",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched",
    EPERM: "another user's file",
    ELOOP: "too many symbolic links",
    EOPNOTSUPP: "AT_SYMLINK_NOFOLLOW and a symbolic link, which has no permissions of its own",
    EROFS: "the kernel keeps that part of the tree",
    EBADF: "dirfd is not open",
    EINVAL: "an unknown bit",
    ENOMEM: "memory is out",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
  },
  support: full("prog:files", "prog:links"),
  handler: "fs/fchmodat2",
});

/** Change the owner. */
export const chown = syscall("chown", {
  subsystem: "fs",
  man: "chown(2)",
  nr: { amd64: 92 },
  args: { pathname: path, owner: uint, group: uint },
  returns: nothing,
  errors: {
    ENOENT: "no such file",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched",
    EPERM: "another user's file, or to another user, or to a group that is not the user's",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    ENOMEM: "memory is out",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
  },
  support: full("prog:files"),
  handler: "fs/chown",
});

/** Change the owner, of a symbolic link itself. */
export const lchown = syscall("lchown", {
  subsystem: "fs",
  man: "chown(2)",
  nr: { amd64: 94 },
  args: { pathname: path, owner: uint, group: uint },
  returns: nothing,
  errors: {
    ENOENT: "no such file",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched",
    EPERM: "another user's file, or to another user, or to a group that is not the user's",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    ENOMEM: "memory is out",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
  },
  support: full("prog:links"),
  handler: "fs/lchown",
});

/** Change the owner of an open file. */
export const fchown = syscall("fchown", {
  subsystem: "fs",
  man: "chown(2)",
  nr: { amd64: 93, riscv64: 55 },
  args: { fd: fd(), owner: uint, group: uint },
  returns: nothing,
  errors: {
    EPERM: "another user's file, or to another user, or to a group that is not the user's",
    EBADF: "fd is not open, or by O_PATH",
    EROFS: "the kernel keeps that part of the tree",
  },
  support: full("prog:files"),
  handler: "fs/fchown",
});

/** Change the owner, the path relative to a directory. */
export const fchownat = syscall("fchownat", {
  subsystem: "fs",
  man: "chown(2)",
  nr: { amd64: 260, riscv64: 54 },
  args: {
    dirfd: fd({ or: "AT_FDCWD" }),
    pathname: path,
    owner: uint,
    group: uint,
    flags: flags({ AT_SYMLINK_NOFOLLOW: full("prog:links"), AT_EMPTY_PATH: full("prog:files") }),
  },
  returns: nothing,
  errors: {
    ENOENT: "no such file, or an empty path without AT_EMPTY_PATH",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched",
    EPERM: "another user's file, or to another user, or to a group that is not the user's",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    EBADF: "dirfd is not open",
    EINVAL: "an unknown bit",
    ENOMEM: "memory is out",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
  },
  support: full("prog:files", "prog:links"),
  handler: "fs/fchownat",
});

/** Set the times of access and of change, to the nanosecond. */
export const utimensat = syscall("utimensat", {
  subsystem: "fs",
  man: "utimensat(2)",
  nr: { amd64: 280, riscv64: 88 },
  args: {
    dirfd: fd({ or: "AT_FDCWD" }),
    pathname: nullablePath,
    times: addr,
    flags: flags({ AT_SYMLINK_NOFOLLOW: full("prog:links"), AT_EMPTY_PATH: full("prog:files") }),
  },
  returns: nothing,
  errors: {
    ENOENT: "no such file, or an empty path without AT_EMPTY_PATH",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched, or the file not be written to say that it was now",
    EPERM: "another user's file",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    EBADF: "dirfd is not open",
    EINVAL: "not a time, flags without a path, or an unknown bit",
    ENOMEM: "memory is out",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "an argument is outside user memory",
  },
  support: full("prog:files"),
  handler: "fs/utimensat",
});

/** Set the length of a file. */
export const truncate = syscall("truncate", {
  subsystem: "fs",
  man: "truncate(2)",
  nr: { amd64: 76, riscv64: 45 },
  args: { path: path, length: off },
  returns: nothing,
  errors: {
    ENOENT: "no such file",
    EISDIR: "a directory",
    EINVAL: "length is negative, or no regular file",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched, or the file not be written",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    EFBIG: "longer than a file can be",
    ETXTBSY: "the running program",
    ENOMEM: "memory is out",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "path is outside user memory",
  },
  support: full("prog:files"),
  handler: "fs/truncate",
});

/** Set the length of an open file. */
export const ftruncate = syscall("ftruncate", {
  subsystem: "fs",
  man: "truncate(2)",
  nr: { amd64: 77, riscv64: 46 },
  args: { fd: fd(), length: off },
  returns: nothing,
  errors: {
    EBADF: "fd is not open",
    EINVAL: "length is negative, fd is not open for writing, or no regular file",
    EFBIG: "longer than a file can be",
    ENOMEM: "memory is out",
  },
  support: full("prog:files"),
  handler: "fs/ftruncate",
});

/** Reserve room in a file, or give some back. */
export const fallocate = syscall("fallocate", {
  subsystem: "fs",
  man: "fallocate(2)",
  nr: { amd64: 285, riscv64: 47 },
  args: {
    fd: fd(),
    mode: flags(
      {
        FALLOC_FL_KEEP_SIZE: full("prog:files"),
        FALLOC_FL_PUNCH_HOLE: refused(
          "EOPNOTSUPP",
          "no holes are made in what is there, as on many file systems",
        ),
        FALLOC_FL_COLLAPSE_RANGE: refused("EOPNOTSUPP", "as on many file systems"),
        FALLOC_FL_ZERO_RANGE: refused("EOPNOTSUPP", "as on many file systems"),
        FALLOC_FL_INSERT_RANGE: refused("EOPNOTSUPP", "as on many file systems"),
        FALLOC_FL_UNSHARE_RANGE: refused("EOPNOTSUPP", "as on many file systems"),
      },
      refused("EOPNOTSUPP", "an unknown bit, as Linux answers"),
    ),
    offset: off,
    len: off,
  },
  returns: nothing,
  errors: {
    EBADF: "fd is not open for writing",
    EINVAL: "offset is negative, or len is not positive",
    ENODEV: "no regular file; a pipe too, of which Linux says ESPIPE",
    EFBIG: "longer than a file can be",
    ENOSPC: "memory is out",
    EOPNOTSUPP: "a mode that is not kept",
  },
  support: full("prog:files"),
  handler: "fs/fallocate",
});

/** Give advice about the use of a file. */
export const fadvise64 = syscall("fadvise64", {
  subsystem: "fs",
  man: "posix_fadvise(2)",
  nr: { amd64: 221, riscv64: 223 },
  args: { fd: fd(), offset: off, len: off, advice: int },
  returns: nothing,
  errors: { EBADF: "fd is not open", EINVAL: "no such advice", ESPIPE: "a pipe" },
  support: full("prog:files"),
  handler: "fs/fadvise64",
});

/** Set which permission bits new files do not get; tells the mask before. */
export const umask = syscall("umask", {
  subsystem: "fs",
  man: "umask(2)",
  nr: { amd64: 95, riscv64: 166 },
  args: { mask: mode },
  returns: mode,
  errors: {},
  support: full("prog:files"),
  handler: "fs/umask",
});

/** Write everything to its device. */
export const sync = syscall("sync", {
  subsystem: "fs",
  man: "sync(2)",
  nr: { amd64: 162, riscv64: 81 },
  args: {},
  returns: nothing,
  errors: {},
  support: ignored("files are in memory: once written they are where they stay"),
});

/** Write a file system to its device. */
export const syncfs = syscall("syncfs", {
  subsystem: "fs",
  man: "sync(2)",
  nr: { amd64: 306, riscv64: 267 },
  args: { fd: fd() },
  returns: nothing,
  errors: { EBADF: "fd is not open" },
  support: full("prog:files"),
  handler: "fs/syncfs",
});

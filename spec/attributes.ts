// What a file says about itself: times and length; and what is advised about it.
//
// Files are in memory: what is written is where it stays.
import {
  addr,
  fd,
  flags,
  full,
  ignored,
  int,
  natural,
  nothing,
  nullablePath,
  off,
  path,
  refused,
  syscall,
} from "./vocabulary.ts";

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
  args: { path: path, length: natural },
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
  args: { fd: fd(), length: natural },
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
    ENODEV: "no regular file",
    ESPIPE: "a pipe",
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

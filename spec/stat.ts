// Looking at files and file systems by path and by descriptor.
//
// What is told of a file is what the tree keeps: spec/attributes.ts and spec/permissions.ts change it.
import { fd, flags, full, ignored, nothing, partial, path, syscall, uint, user } from "./vocabulary.ts";

/** Tell about the file at a path. */
export const stat = syscall("stat", {
  subsystem: "fs",
  man: "stat(2)",
  nr: { amd64: 4 },
  args: { pathname: path, statbuf: user.out("stat") },
  returns: nothing,
  errors: {
    ENOENT: "no such file",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched",
    ELOOP: "too many symbolic links",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "an argument is outside user memory",
    ENOMEM: "no memory is left for a copy of the path",
  },
  support: full("prog:files"),
  handler: "fs/stat",
});

/** Tell about the file or symbolic link at a path. */
export const lstat = syscall("lstat", {
  subsystem: "fs",
  man: "stat(2)",
  nr: { amd64: 6 },
  args: { pathname: path, statbuf: user.out("stat") },
  returns: nothing,
  errors: {
    ENOENT: "no such file",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched",
    ELOOP: "too many symbolic links",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "an argument is outside user memory",
    ENOMEM: "no memory is left for a copy of the path",
  },
  support: full("prog:links"),
  handler: "fs/lstat",
});

/** Tell about an open file. */
export const fstat = syscall("fstat", {
  subsystem: "fs",
  man: "stat(2)",
  nr: { amd64: 5, riscv64: 80 },
  args: { fd: fd(), statbuf: user.out("stat") },
  returns: nothing,
  errors: { EBADF: "fd is not open", EFAULT: "statbuf is outside user memory" },
  support: full("prog:files"),
  handler: "fs/fstat",
});

/** Tell about the file at a path relative to a directory. */
export const newfstatat = syscall("newfstatat", {
  subsystem: "fs",
  man: "stat(2)",
  nr: { amd64: 262, riscv64: 79 },
  args: {
    dirfd: fd({ or: "AT_FDCWD" }),
    pathname: path,
    statbuf: user.out("stat"),
    flags: flags({
      AT_SYMLINK_NOFOLLOW: full("prog:links"),
      AT_EMPTY_PATH: full("prog:files"),
      AT_NO_AUTOMOUNT: ignored("nothing is ever mounted by being looked at"),
    }),
  },
  returns: nothing,
  errors: {
    ENOENT: "no such file, or an empty path without AT_EMPTY_PATH",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched",
    ELOOP: "too many symbolic links",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EBADF: "dirfd is not open",
    EINVAL: "an unknown bit",
    EFAULT: "an argument is outside user memory",
    ENOMEM: "no memory is left for a copy of the path",
  },
  support: full("prog:files", "prog:links"),
  handler: "fs/newfstatat",
});

/** Tell about a file, with its time of birth. */
export const statx = syscall("statx", {
  subsystem: "fs",
  man: "statx(2)",
  nr: { amd64: 332, riscv64: 291 },
  args: {
    dirfd: fd({ or: "AT_FDCWD" }),
    pathname: path,
    flags: flags({
      AT_SYMLINK_NOFOLLOW: full("prog:links"),
      AT_EMPTY_PATH: full("prog:files"),
      AT_NO_AUTOMOUNT: ignored("nothing is ever mounted by being looked at"),
      AT_STATX_FORCE_SYNC: ignored("there is no remote file system to ask"),
      AT_STATX_DONT_SYNC: ignored("there is no remote file system to ask"),
    }),
    mask: uint,
    statxbuf: user.out("statx"),
  },
  returns: nothing,
  errors: {
    ENOENT: "no such file, or an empty path without AT_EMPTY_PATH",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched",
    ELOOP: "too many symbolic links",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EBADF: "dirfd is not open",
    EINVAL: "an unknown bit",
    EFAULT: "an argument is outside user memory",
    ENOMEM: "no memory is left for a copy of the path",
  },
  support: partial(
    "the fields of STATX_BASIC_STATS; time of birth, mount and direct-I/O fields are absent from stx_mask",
    "prog:files",
  ),
  handler: "fs/statx",
});

/** Tell about the file system of a path. */
export const statfs = syscall("statfs", {
  subsystem: "fs",
  man: "statfs(2)",
  nr: { amd64: 137, riscv64: 43 },
  args: { path: path, buf: user.out("statfs") },
  returns: nothing,
  errors: {
    ENOENT: "no such file",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched",
    ELOOP: "too many symbolic links",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "an argument is outside user memory",
    ENOMEM: "no memory is left for a copy of the path",
  },
  support: full("prog:files"),
  handler: "fs/statfs",
});

/** Tell about the file system of an open file. */
export const fstatfs = syscall("fstatfs", {
  subsystem: "fs",
  man: "statfs(2)",
  nr: { amd64: 138, riscv64: 44 },
  args: { fd: fd(), buf: user.out("statfs") },
  returns: nothing,
  errors: { EBADF: "fd is not open", EFAULT: "buf is outside user memory" },
  support: full("prog:files"),
  handler: "fs/fstatfs",
});

// Directories: reading, making and removing them, and the one where the process stands.
//
// They live in memory, above an optional read-only rootfs.tar whose entries can be replaced and removed
// like any other.
import { fd, full, int, mode, nothing, path, size, syscall, uint, writes } from "./vocabulary.ts";

/** Read entries of a directory. */
export const getdents64 = syscall("getdents64", {
  subsystem: "fs",
  man: "getdents(2)",
  nr: { amd64: 217, riscv64: 61 },
  args: { fd: fd(), dirp: writes("count"), count: uint },
  returns: int,
  errors: {
    EBADF: "fd is not open",
    ENOTDIR: "not a directory",
    ENOENT: "the directory was removed",
    EINVAL: "not even one entry fits",
    EFAULT: "dirp is outside user memory",
  },
  support: full("prog:directories"),
  handler: "fs/getdents64",
});

/** Tell the working directory. */
export const getcwd = syscall("getcwd", {
  subsystem: "fs",
  man: "getcwd(2)",
  nr: { amd64: 79, riscv64: 17 },
  args: { buf: writes("size"), size: size },
  returns: int,
  errors: {
    ERANGE: "the path does not fit",
    ENOENT: "the directory was removed",
    EFAULT: "buf is outside user memory",
    ENOMEM: "no memory is left to put the path together",
  },
  support: full("prog:directories"),
  handler: "fs/getcwd",
});

/** Change the working directory. */
export const chdir = syscall("chdir", {
  subsystem: "fs",
  man: "chdir(2)",
  nr: { amd64: 80, riscv64: 49 },
  args: { path: path },
  returns: nothing,
  errors: {
    ENOENT: "no such directory",
    ENOTDIR: "it, or something on the way, is no directory",
    EACCES: "it, or a directory on the way, may not be searched",
    ELOOP: "too many symbolic links",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "path is outside user memory",
    ENOMEM: "no memory is left for a copy of the path",
  },
  support: full("prog:directories"),
  handler: "fs/chdir",
});

/** Change the working directory to an open one. */
export const fchdir = syscall("fchdir", {
  subsystem: "fs",
  man: "chdir(2)",
  nr: { amd64: 81, riscv64: 50 },
  args: { fd: fd() },
  returns: nothing,
  errors: { EACCES: "it may not be searched", EBADF: "fd is not open", ENOTDIR: "not a directory" },
  support: full("prog:directories"),
  handler: "fs/fchdir",
});

/** Make a directory. */
export const mkdir = syscall("mkdir", {
  subsystem: "fs",
  man: "mkdir(2)",
  nr: { amd64: 83 },
  args: { pathname: path, mode: mode },
  returns: nothing,
  errors: {
    EEXIST: "something has that name",
    ENOENT: "a directory on the way is missing",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched, or the directory not be written",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    ENOSPC: "memory is out",
    ENOMEM: "not even the path fits in memory",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
  },
  support: full("prog:directories"),
  handler: "fs/mkdir",
});

/** Make a directory, the path relative to another. */
export const mkdirat = syscall("mkdirat", {
  subsystem: "fs",
  man: "mkdir(2)",
  nr: { amd64: 258, riscv64: 34 },
  args: { dirfd: fd({ or: "AT_FDCWD" }), pathname: path, mode: mode },
  returns: nothing,
  errors: {
    EEXIST: "something has that name",
    ENOENT: "a directory on the way is missing",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched, or the directory not be written",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    EBADF: "dirfd is not open",
    ENOSPC: "memory is out",
    ENOMEM: "not even the path fits in memory",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
  },
  support: full("prog:directories"),
  handler: "fs/mkdirat",
});

/** Remove an empty directory. */
export const rmdir = syscall("rmdir", {
  subsystem: "fs",
  man: "rmdir(2)",
  nr: { amd64: 84 },
  args: { pathname: path },
  returns: nothing,
  errors: {
    ENOENT: "no such directory",
    ENOTDIR: "it, or something on the way, is no directory",
    ENOTEMPTY: "it has entries",
    EBUSY: "the root, or a directory that the kernel needs",
    EINVAL: "the last name is a dot",
    EACCES: "a directory on the way may not be searched, or the directory not be written",
    EPERM: "the directory is sticky, and neither it nor the file is the user's",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    ENOMEM: "not even the path fits in memory",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
  },
  support: full("prog:directories"),
  handler: "fs/rmdir",
});

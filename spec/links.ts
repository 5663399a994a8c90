// Further names of files, and symbolic links.
import { fd, flags, full, int, nothing, path, syscall, writes } from "./vocabulary.ts";

/** Give a file a further name. */
export const link = syscall("link", {
  subsystem: "fs",
  man: "link(2)",
  nr: { amd64: 86 },
  args: { oldpath: path, newpath: path },
  returns: nothing,
  errors: {
    ENOENT: "no such name, or a directory on the way is missing",
    EEXIST: "newpath is there",
    EPERM: "a directory",
    ENOTDIR: "something on the way is no directory",
    EXDEV: "between the tree and /dev or /proc",
    EACCES: "a directory on the way may not be searched, or the directory not be written",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    ENOSPC: "memory is out",
    ENOMEM: "not even the path fits in memory",
    ENAMETOOLONG: "a path has more than 4095 bytes, or a name more than 255",
    EFAULT: "a path is outside user memory",
  },
  support: full("prog:links"),
  handler: "fs/link",
});

/** Give a file a further name, both paths relative to directories. */
export const linkat = syscall("linkat", {
  subsystem: "fs",
  man: "link(2)",
  nr: { amd64: 265, riscv64: 37 },
  args: {
    olddirfd: fd({ or: "AT_FDCWD" }),
    oldpath: path,
    newdirfd: fd({ or: "AT_FDCWD" }),
    newpath: path,
    flags: flags({ AT_SYMLINK_FOLLOW: full("prog:links"), AT_EMPTY_PATH: full("prog:links") }),
  },
  returns: nothing,
  errors: {
    ENOENT: "no such name, or a directory on the way is missing",
    EEXIST: "newpath is there",
    EPERM: "a directory",
    ENOTDIR: "something on the way is no directory",
    EXDEV: "between the tree and /dev or /proc",
    EACCES: "a directory on the way may not be searched, or the directory not be written",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    EBADF: "a directory's descriptor is not open",
    EINVAL: "an unknown bit",
    ENOSPC: "memory is out",
    ENOMEM: "not even the path fits in memory",
    ENAMETOOLONG: "a path has more than 4095 bytes, or a name more than 255",
    EFAULT: "a path is outside user memory",
  },
  support: full("prog:links"),
  handler: "fs/linkat",
});

/** Make a symbolic link. */
export const symlink = syscall("symlink", {
  subsystem: "fs",
  man: "symlink(2)",
  nr: { amd64: 88 },
  args: { target: path, linkpath: path },
  returns: nothing,
  errors: {
    EEXIST: "linkpath is there",
    ENOENT: "target is empty, or a directory on the way is missing",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched, or the directory not be written",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    ENOSPC: "memory is out",
    ENOMEM: "not even the path fits in memory",
    ENAMETOOLONG: "a path has more than 4095 bytes, or a name more than 255",
    EFAULT: "a path is outside user memory",
  },
  support: full("prog:links"),
  handler: "fs/symlink",
});

/** Make a symbolic link, its path relative to a directory. */
export const symlinkat = syscall("symlinkat", {
  subsystem: "fs",
  man: "symlink(2)",
  nr: { amd64: 266, riscv64: 36 },
  args: { target: path, newdirfd: fd({ or: "AT_FDCWD" }), linkpath: path },
  returns: nothing,
  errors: {
    EEXIST: "linkpath is there",
    ENOENT: "target is empty, or a directory on the way is missing",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched, or the directory not be written",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    EBADF: "newdirfd is not open",
    ENOSPC: "memory is out",
    ENOMEM: "not even the path fits in memory",
    ENAMETOOLONG: "a path has more than 4095 bytes, or a name more than 255",
    EFAULT: "a path is outside user memory",
  },
  support: full("prog:links"),
  handler: "fs/symlinkat",
});

/** Read where a symbolic link points. */
export const readlink = syscall("readlink", {
  subsystem: "fs",
  man: "readlink(2)",
  nr: { amd64: 89 },
  args: { pathname: path, buf: writes("bufsiz"), bufsiz: int },
  returns: int,
  errors: {
    EINVAL: "not a symbolic link, or bufsiz is not positive",
    ENOENT: "no such name",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched",
    ELOOP: "too many symbolic links",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "an argument is outside user memory",
    ENOMEM: "no memory is left for a copy of the path",
  },
  support: full("prog:links"),
  handler: "fs/readlink",
});

/** Read where a symbolic link points, its path relative to a directory. */
export const readlinkat = syscall("readlinkat", {
  subsystem: "fs",
  man: "readlink(2)",
  nr: { amd64: 267, riscv64: 78 },
  args: { dirfd: fd({ or: "AT_FDCWD" }), pathname: path, buf: writes("bufsiz"), bufsiz: int },
  returns: int,
  errors: {
    EINVAL: "not a symbolic link, or bufsiz is not positive",
    ENOENT: "no such name, or an empty path and dirfd is no symbolic link",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched",
    ELOOP: "too many symbolic links",
    EBADF: "dirfd is not open",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "an argument is outside user memory",
    ENOMEM: "no memory is left for a copy of the path",
  },
  support: full("prog:links"),
  handler: "fs/readlinkat",
});

// FIFOs: pipes with a name. They are opened, read and written as files are; this is how they are made.
import { fd, mode, nothing, partial, path, syscall, uint } from "./vocabulary.ts";

/** Make a file that is no directory: a FIFO, or an empty file. */
export const mknod = syscall("mknod", {
  subsystem: "fs",
  man: "mknod(2)",
  nr: { amd64: 133 },
  args: { pathname: path, mode: mode, dev: uint },
  returns: nothing,
  errors: {
    EEXIST: "pathname is there",
    ENOENT: "a directory on the way is missing",
    ENOTDIR: "something on the way is no directory",
    EPERM: "a device, a socket or a directory",
    EINVAL: "mode has a type that is none",
    EACCES: "a directory on the way may not be searched, or the directory not be written",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    ENOSPC: "memory is out",
    ENOMEM: "not even the path fits in memory",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
  },
  support: partial(
    "FIFOs and empty files only: devices are the kernel's own, and there are no sockets",
    "prog:pipes",
  ),
  handler: "fs/mknod",
});

/** Make a file that is no directory, its path relative to a directory. */
export const mknodat = syscall("mknodat", {
  subsystem: "fs",
  man: "mknod(2)",
  nr: { amd64: 259, riscv64: 33 },
  args: { dirfd: fd({ or: "AT_FDCWD" }), pathname: path, mode: mode, dev: uint },
  returns: nothing,
  errors: {
    EEXIST: "pathname is there",
    ENOENT: "a directory on the way is missing",
    ENOTDIR: "something on the way is no directory",
    EPERM: "a device, a socket or a directory",
    EINVAL: "mode has a type that is none",
    EACCES: "a directory on the way may not be searched, or the directory not be written",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    EBADF: "dirfd is not open",
    ENOSPC: "memory is out",
    ENOMEM: "not even the path fits in memory",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
  },
  support: partial(
    "FIFOs and empty files only: devices are the kernel's own, and there are no sockets",
    "prog:pipes",
  ),
  handler: "fs/mknodat",
});

// Files by path: opening them, and asking whether one may.
//
// One tree: what the program writes is in memory, above an optional read-only rootfs.tar; /dev and /proc
// hold what Go programs read. A program begins as user 0, whom permission bits refuse nothing but execution.
// Paths are at most 4096 bytes with their NUL.
import { fd, flags, full, ignored, int, mode, nothing, path, refused, syscall } from "./vocabulary.ts";

const openFlags = flags({
  O_RDONLY: full("prog:files"),
  O_WRONLY: full("prog:files"),
  O_RDWR: full("prog:files"),
  O_CREAT: full("prog:files"),
  O_EXCL: full("prog:files"),
  O_TRUNC: full("prog:files"),
  O_APPEND: full("prog:files"),
  O_NONBLOCK: full("prog:pipes", "prog:descriptors"),
  O_DIRECTORY: full("prog:directories"),
  O_NOFOLLOW: full("prog:links"),
  O_CLOEXEC: full("prog:descriptors"),
  O_PATH: full("prog:descriptors"),
  O_NOCTTY: ignored("no terminal ever becomes the controlling one by being opened"),
  O_DSYNC: ignored("files are in memory: once written they are where they stay"),
  O_SYNC: ignored("files are in memory: once written they are where they stay"),
  O_DIRECT: ignored("there is no page cache to bypass"),
  O_LARGEFILE: ignored("offsets have 64 bits with and without it"),
  O_NOATIME: ignored("reading never changes the time of access, as on a Linux mounted with noatime"),
  O_ASYNC: refused("EINVAL", "no SIGIO: Go programs wait by epoll"),
  O_TMPFILE: refused(
    "EOPNOTSUPP",
    "no file without a name, as on many file systems; programs then make one with a name",
  ),
});

/** Open a path relative to a directory, and perhaps create it. */
export const openat = syscall("openat", {
  subsystem: "fs",
  man: "openat(2)",
  nr: { amd64: 257, riscv64: 56 },
  args: { dirfd: fd({ or: "AT_FDCWD" }), pathname: path, flags: openFlags, mode: mode },
  returns: fd(),
  errors: {
    ENOENT: "no such file, and not to be created; or a directory on the way is missing",
    EEXIST: "O_CREAT and O_EXCL, and it is there",
    ENOTDIR: "something on the way, or O_DIRECTORY's file, is no directory",
    EISDIR: "a directory, to be written",
    EPERM: "O_NOATIME on another user's file",
    ELOOP: "too many symbolic links, or O_NOFOLLOW and it is one",
    EACCES:
      "its permissions, or those of a directory on the way, are against it; or a file of /proc without such access",
    EROFS: "a new file where the kernel keeps the tree, as in /proc",
    ENXIO: "a device without a driver; or a FIFO to be written, without waiting, that nobody reads",
    EINTR: "a signal arrived while nobody had the FIFO's other end open",
    EMFILE: "no descriptor below RLIMIT_NOFILE is free",
    ENOMEM: "memory is out",
    ENOSPC: "memory is out for a new file",
    ETXTBSY: "the running program, to be written",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EBADF: "dirfd is not open",
    EINVAL: "O_CREAT with O_DIRECTORY, O_ASYNC, or an unknown bit",
    EOPNOTSUPP: "O_TMPFILE",
    EFAULT: "pathname is outside user memory",
  },
  support: full("prog:files", "prog:directories", "prog:links"),
  handler: "fs/openat",
});

/** Open a path. */
export const open = syscall("open", {
  subsystem: "fs",
  man: "open(2)",
  nr: { amd64: 2 },
  args: { pathname: path, flags: openFlags, mode: mode },
  returns: fd(),
  errors: {
    ENOENT: "no such file, and not to be created; or a directory on the way is missing",
    EEXIST: "O_CREAT and O_EXCL, and it is there",
    ENOTDIR: "something on the way, or O_DIRECTORY's file, is no directory",
    EISDIR: "a directory, to be written",
    EPERM: "O_NOATIME on another user's file",
    ELOOP: "too many symbolic links, or O_NOFOLLOW and it is one",
    EACCES:
      "its permissions, or those of a directory on the way, are against it; or a file of /proc without such access",
    EROFS: "a new file where the kernel keeps the tree, as in /proc",
    ENXIO: "a device without a driver; or a FIFO to be written, without waiting, that nobody reads",
    EINTR: "a signal arrived while nobody had the FIFO's other end open",
    EMFILE: "no descriptor below RLIMIT_NOFILE is free",
    ENOMEM: "memory is out",
    ENOSPC: "memory is out for a new file",
    ETXTBSY: "the running program, to be written",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EINVAL: "O_CREAT with O_DIRECTORY, O_ASYNC, or an unknown bit",
    EOPNOTSUPP: "O_TMPFILE",
    EFAULT: "pathname is outside user memory",
  },
  support: full("prog:files"),
  handler: "fs/open",
});

/** Create a file, or make it empty, and open it for writing. */
export const creat = syscall("creat", {
  subsystem: "fs",
  man: "open(2)",
  nr: { amd64: 85 },
  args: { pathname: path, mode: mode },
  returns: fd(),
  errors: {
    ENOENT: "a directory on the way is missing",
    ENOTDIR: "something on the way is no directory",
    EISDIR: "it is a directory",
    ELOOP: "too many symbolic links",
    EACCES:
      "its permissions, or those of a directory on the way, are against it; or a file of /proc without such access",
    EROFS: "a new file where the kernel keeps the tree, as in /proc",
    EMFILE: "no descriptor below RLIMIT_NOFILE is free",
    ENOMEM: "memory is out",
    ENOSPC: "memory is out for a new file",
    EINTR: "a signal arrived while nobody read the FIFO",
    ETXTBSY: "the running program, to be written",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
  },
  support: full("prog:files"),
  handler: "fs/creat",
});

/** May the program use the file at a path? */
export const access = syscall("access", {
  subsystem: "fs",
  man: "access(2)",
  nr: { amd64: 21 },
  args: { pathname: path, mode: int },
  returns: nothing,
  errors: {
    ENOENT: "no such file",
    EACCES: "its permissions, or those of a directory on the way, are against it",
    ENOTDIR: "something on the way is no directory",
    ELOOP: "too many symbolic links",
    EROFS: "to be written, where the kernel keeps the tree",
    EINVAL: "an unknown bit in mode",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
    ENOMEM: "no memory is left for a copy of the path",
  },
  support: full("prog:files"),
  handler: "fs/access",
});

/** May the program use the file at a path relative to a directory? */
export const faccessat = syscall("faccessat", {
  subsystem: "fs",
  man: "access(2)",
  nr: { amd64: 269, riscv64: 48 },
  args: { dirfd: fd({ or: "AT_FDCWD" }), pathname: path, mode: int },
  returns: nothing,
  errors: {
    ENOENT: "no such file",
    EACCES: "its permissions, or those of a directory on the way, are against it",
    ENOTDIR: "something on the way is no directory",
    ELOOP: "too many symbolic links",
    EROFS: "to be written, where the kernel keeps the tree",
    EINVAL: "an unknown bit in mode",
    EBADF: "dirfd is not open",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
    ENOMEM: "no memory is left for a copy of the path",
  },
  support: full("prog:files"),
  handler: "fs/faccessat",
});

/** May the program use the file at a path, with flags: exec.LookPath asks this. */
export const faccessat2 = syscall("faccessat2", {
  subsystem: "fs",
  man: "access(2)",
  nr: { amd64: 439, riscv64: 439 },
  args: {
    dirfd: fd({ or: "AT_FDCWD" }),
    pathname: path,
    mode: int,
    flags: flags({
      AT_EACCESS: full("prog:identity"),
      AT_SYMLINK_NOFOLLOW: full("prog:links"),
      AT_EMPTY_PATH: full("prog:files"),
    }),
  },
  returns: nothing,
  errors: {
    ENOENT: "no such file, or an empty path without AT_EMPTY_PATH",
    EACCES: "its permissions, or those of a directory on the way, are against it",
    ENOTDIR: "something on the way is no directory",
    ELOOP: "too many symbolic links",
    EROFS: "to be written, where the kernel keeps the tree",
    EINVAL: "an unknown bit",
    EBADF: "dirfd is not open",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
    ENOMEM: "no memory is left for a copy of the path",
  },
  support: full("prog:files"),
  handler: "fs/faccessat2",
});

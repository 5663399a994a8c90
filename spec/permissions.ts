// Permissions and owners of files, which hold for a thread that became another user (spec/privileges.ts).
import { fd, flags, full, mode, nothing, path, syscall, uint } from "./vocabulary.ts";

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

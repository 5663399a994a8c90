// Names of files: removing and renaming.
//
// A file is there as long as it has a name or is open.
import { fd, flags, full, nothing, partial, path, refused, syscall } from "./vocabulary.ts";

/** Remove a name. */
export const unlink = syscall("unlink", {
  subsystem: "fs",
  man: "unlink(2)",
  nr: { amd64: 87 },
  args: { pathname: path },
  returns: nothing,
  errors: {
    ENOENT: "no such name",
    EISDIR: "a directory",
    ENOTDIR: "something on the way is no directory",
    EACCES: "a directory on the way may not be searched, or the directory not be written",
    EPERM: "the directory is sticky, and neither it nor the file is the user's",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    ENOMEM: "not even the path fits in memory",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
  },
  support: full("prog:files"),
  handler: "fs/unlink",
});

/** Remove a name, or an empty directory, the path relative to a directory. */
export const unlinkat = syscall("unlinkat", {
  subsystem: "fs",
  man: "unlink(2)",
  nr: { amd64: 263, riscv64: 35 },
  args: {
    dirfd: fd({ or: "AT_FDCWD" }),
    pathname: path,
    flags: flags({ AT_REMOVEDIR: full("prog:directories") }),
  },
  returns: nothing,
  errors: {
    ENOENT: "no such name",
    EISDIR: "a directory, without AT_REMOVEDIR",
    ENOTDIR: "no directory, with AT_REMOVEDIR; or something on the way is none",
    ENOTEMPTY: "a directory that has entries",
    EBUSY: "the root, or a directory that the kernel needs",
    EINVAL: "the last name is a dot, or an unknown bit",
    EACCES: "a directory on the way may not be searched, or the directory not be written",
    EPERM: "the directory is sticky, and neither it nor the file is the user's",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    EBADF: "dirfd is not open",
    ENOMEM: "not even the path fits in memory",
    ENAMETOOLONG: "the path has more than 4095 bytes, or a name more than 255",
    EFAULT: "pathname is outside user memory",
  },
  support: full("prog:files", "prog:directories"),
  handler: "fs/unlinkat",
});

/** Give a file another name, replacing what has it. */
export const rename = syscall("rename", {
  subsystem: "fs",
  man: "rename(2)",
  nr: { amd64: 82 },
  args: { oldpath: path, newpath: path },
  returns: nothing,
  errors: {
    ENOENT: "no such name, or a directory on the way is missing",
    EEXIST: "newpath is a directory that has entries",
    ENOTEMPTY: "newpath is a directory that has entries",
    EISDIR: "a file to the name of a directory",
    ENOTDIR: "a directory to the name of a file, or something on the way is no directory",
    EINVAL: "a directory into itself",
    EBUSY: "the root, or the last name is a dot",
    EXDEV: "between the tree and /dev or /proc",
    EACCES: "a directory on the way may not be searched, or the directory not be written",
    EPERM: "the directory is sticky, and neither it nor the file is the user's",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    ENOSPC: "memory is out",
    ENOMEM: "not even the path fits in memory",
    ENAMETOOLONG: "a path has more than 4095 bytes, or a name more than 255",
    EFAULT: "a path is outside user memory",
  },
  support: full("prog:files", "prog:directories"),
  handler: "fs/rename",
});

/** Give a file another name, both paths relative to directories. */
export const renameat = syscall("renameat", {
  subsystem: "fs",
  man: "rename(2)",
  nr: { amd64: 264 },
  args: { olddirfd: fd({ or: "AT_FDCWD" }), oldpath: path, newdirfd: fd({ or: "AT_FDCWD" }), newpath: path },
  returns: nothing,
  errors: {
    ENOENT: "no such name, or a directory on the way is missing",
    EEXIST: "newpath is a directory that has entries",
    ENOTEMPTY: "newpath is a directory that has entries",
    EISDIR: "a file to the name of a directory",
    ENOTDIR: "a directory to the name of a file, or something on the way is no directory",
    EINVAL: "a directory into itself",
    EBUSY: "the root, or the last name is a dot",
    EXDEV: "between the tree and /dev or /proc",
    EACCES: "a directory on the way may not be searched, or the directory not be written",
    EPERM: "the directory is sticky, and neither it nor the file is the user's",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    EBADF: "a directory's descriptor is not open",
    ENOSPC: "memory is out",
    ENOMEM: "not even the path fits in memory",
    ENAMETOOLONG: "a path has more than 4095 bytes, or a name more than 255",
    EFAULT: "a path is outside user memory",
  },
  support: full("prog:files", "prog:directories"),
  handler: "fs/renameat",
});

/** Give a file another name, with flags; riscv64 has only this one. */
export const renameat2 = syscall("renameat2", {
  subsystem: "fs",
  man: "rename(2)",
  nr: { amd64: 316, riscv64: 276 },
  args: {
    olddirfd: fd({ or: "AT_FDCWD" }),
    oldpath: path,
    newdirfd: fd({ or: "AT_FDCWD" }),
    newpath: path,
    flags: flags({
      RENAME_NOREPLACE: full("prog:files"),
      RENAME_EXCHANGE: full("prog:files"),
      RENAME_WHITEOUT: refused("EINVAL", "as on file systems without whiteouts"),
    }),
  },
  returns: nothing,
  errors: {
    ENOENT: "no such name, or a directory on the way is missing",
    EEXIST: "RENAME_NOREPLACE, and newpath is there",
    ENOTEMPTY: "newpath is a directory that has entries",
    EISDIR: "a file to the name of a directory",
    ENOTDIR: "a directory to the name of a file, or something on the way is no directory",
    EINVAL: "a directory into itself, or a flag that is not kept",
    EBUSY: "the root, or the last name is a dot",
    EXDEV: "between the tree and /dev or /proc",
    EACCES: "a directory on the way may not be searched, or the directory not be written",
    EPERM: "the directory is sticky, and neither it nor the file is the user's",
    ELOOP: "too many symbolic links",
    EROFS: "the kernel keeps that part of the tree",
    EBADF: "a directory's descriptor is not open",
    ENOSPC: "memory is out",
    ENOMEM: "not even the path fits in memory",
    ENAMETOOLONG: "a path has more than 4095 bytes, or a name more than 255",
    EFAULT: "a path is outside user memory",
  },
  support: partial("no RENAME_WHITEOUT", "prog:files", "prog:directories"),
  handler: "fs/renameat2",
});

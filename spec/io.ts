// Reading and writing: through a position or at one, with one buffer or several, and from file to file.
//
// One read or write moves at most 0x7ffff000 bytes, as on Linux. Pipes and the console can make the
// thread wait; files never do.
import {
  fd,
  flags,
  full,
  long,
  natural,
  nothing,
  nullable,
  off,
  reads,
  size,
  syscall,
  uint,
  user,
  writes,
} from "./vocabulary.ts";

/** Read from a descriptor. */
export const read = syscall("read", {
  subsystem: "fs",
  man: "read(2)",
  nr: { amd64: 0, riscv64: 63 },
  args: { fd: fd(), buf: writes("count"), count: size },
  returns: size,
  errors: {
    EBADF: "fd is not open for reading",
    EAGAIN: "non-blocking, and nothing is there",
    EINTR: "a signal arrived before anything was read",
    EINVAL: "the file cannot be read, or an eventfd gets fewer than 8 bytes of room",
    EISDIR: "a directory",
    EFAULT: "buf is outside user memory",
    ENOMEM: "no memory is left for the text of a file of /proc or /sys",
  },
  support: full("prog:files", "prog:stdin", "prog:pipes"),
  handler: "fs/read",
});

/** Write to a descriptor. */
export const write = syscall("write", {
  subsystem: "fs",
  man: "write(2)",
  nr: { amd64: 1, riscv64: 64 },
  args: { fd: fd(), buf: reads("count"), count: size },
  returns: size,
  errors: {
    EBADF: "fd is not open for writing",
    EAGAIN: "non-blocking, and there is no room",
    EINTR: "a signal arrived before anything was written",
    EPIPE: "nobody reads the pipe; SIGPIPE is sent too",
    ENOSPC: "memory is out, or the device is full",
    EFBIG: "longer than a file can be",
    EINVAL: "the file cannot be written, or an eventfd gets fewer than 8 bytes",
    EFAULT: "buf is outside user memory",
  },
  support: full("prog:files", "prog:start", "prog:pipes"),
  handler: "fs/write",
});

/** Read at a position, which stays where it is. */
export const pread64 = syscall("pread64", {
  subsystem: "fs",
  man: "pread(2)",
  nr: { amd64: 17, riscv64: 67 },
  args: { fd: fd(), buf: writes("count"), count: size, offset: natural },
  returns: size,
  errors: {
    EBADF: "fd is not open for reading",
    ESPIPE: "it has no positions",
    EINVAL: "offset is negative",
    EISDIR: "a directory",
    EFAULT: "buf is outside user memory",
    ENOMEM: "no memory is left for the text of a file of /proc or /sys",
  },
  support: full("prog:files"),
  handler: "fs/pread64",
});

/** Write at a position, which stays where it is. */
export const pwrite64 = syscall("pwrite64", {
  subsystem: "fs",
  man: "pread(2)",
  nr: { amd64: 18, riscv64: 68 },
  args: { fd: fd(), buf: reads("count"), count: size, offset: natural },
  returns: size,
  errors: {
    EBADF: "fd is not open for writing",
    ESPIPE: "it has no positions",
    EINVAL: "offset is negative",
    ENOSPC: "memory is out",
    EFBIG: "longer than a file can be",
    EFAULT: "buf is outside user memory",
  },
  support: full("prog:files"),
  handler: "fs/pwrite64",
});

/** Read into several buffers. */
export const readv = syscall("readv", {
  subsystem: "fs",
  man: "readv(2)",
  nr: { amd64: 19, riscv64: 65 },
  args: { fd: fd(), iov: user.inArray("iovec", "iovcnt", 1024), iovcnt: size },
  returns: size,
  errors: {
    EBADF: "fd is not open for reading",
    EAGAIN: "non-blocking, and nothing is there",
    EINTR: "a signal arrived before anything was read",
    EINVAL: "more than 1024 buffers, or lengths beyond what a number holds",
    EISDIR: "a directory",
    EFAULT: "a buffer, or the list of them, is outside user memory",
    ENOMEM: "no memory is left for a copy of the array",
  },
  support: full("prog:descriptors"),
  handler: "fs/readv",
});

/** Write from several buffers. */
export const writev = syscall("writev", {
  subsystem: "fs",
  man: "readv(2)",
  nr: { amd64: 20, riscv64: 66 },
  args: { fd: fd(), iov: user.inArray("iovec", "iovcnt", 1024), iovcnt: size },
  returns: size,
  errors: {
    EBADF: "fd is not open for writing",
    EAGAIN: "non-blocking, and there is no room",
    EINTR: "a signal arrived before anything was written",
    EPIPE: "nobody reads the pipe; SIGPIPE is sent too",
    ENOSPC: "memory is out, or the device is full",
    EFBIG: "longer than a file can be",
    EINVAL: "more than 1024 buffers, or lengths beyond what a number holds",
    EFAULT: "a buffer, or the list of them, is outside user memory",
    ENOMEM: "no memory is left for a copy of the array",
  },
  support: full("prog:descriptors"),
  handler: "fs/writev",
});

/** Read into several buffers at a position. */
export const preadv = syscall("preadv", {
  subsystem: "fs",
  man: "readv(2)",
  nr: { amd64: 295, riscv64: 69 },
  args: { fd: fd(), iov: user.inArray("iovec", "iovcnt", 1024), iovcnt: size, pos_l: off, pos_h: long },
  returns: size,
  errors: {
    EBADF: "fd is not open for reading",
    ESPIPE: "it has no positions",
    EINVAL: "the position is negative, more than 1024 buffers, or lengths beyond what a number holds",
    EISDIR: "a directory",
    EFAULT: "a buffer, or the list of them, is outside user memory",
    ENOMEM: "no memory is left for a copy of the array",
  },
  support: full("prog:descriptors"),
  handler: "fs/preadv",
});

/** Write from several buffers at a position. */
export const pwritev = syscall("pwritev", {
  subsystem: "fs",
  man: "readv(2)",
  nr: { amd64: 296, riscv64: 70 },
  args: { fd: fd(), iov: user.inArray("iovec", "iovcnt", 1024), iovcnt: size, pos_l: off, pos_h: long },
  returns: size,
  errors: {
    EBADF: "fd is not open for writing",
    ESPIPE: "it has no positions",
    ENOSPC: "memory is out",
    EFBIG: "longer than a file can be",
    EINVAL: "the position is negative, more than 1024 buffers, or lengths beyond what a number holds",
    EFAULT: "a buffer, or the list of them, is outside user memory",
    ENOMEM: "no memory is left for a copy of the array",
  },
  support: full("prog:descriptors"),
  handler: "fs/pwritev",
});

/** Move the position. */
export const lseek = syscall("lseek", {
  subsystem: "fs",
  man: "lseek(2)",
  nr: { amd64: 8, riscv64: 62 },
  args: { fd: fd(), offset: off, whence: uint },
  returns: off,
  errors: {
    EBADF: "fd is not open",
    ESPIPE: "it has no positions",
    EINVAL: "whence is not one of five, or the position would be negative",
    ENXIO: "SEEK_DATA or SEEK_HOLE beyond the end",
  },
  support: full("prog:files"),
  handler: "fs/lseek",
});

/** Copy between descriptors. */
export const sendfile = syscall("sendfile", {
  subsystem: "fs",
  man: "sendfile(2)",
  nr: { amd64: 40, riscv64: 71 },
  args: { out_fd: fd(), in_fd: fd(), offset: user.inout("i64", nullable), count: size },
  returns: size,
  errors: {
    EBADF: "in_fd is not open for reading, or out_fd for writing",
    EINVAL: "in_fd is no file, out_fd appends, or offset is negative",
    ESPIPE: "offset is given, and in_fd has no positions",
    EAGAIN: "out_fd is non-blocking, and there is no room",
    EINTR: "a signal arrived before anything was written",
    EPIPE: "nobody reads the pipe; SIGPIPE is sent too",
    ENOSPC: "memory is out for the file",
    ENOMEM: "memory is out",
    EFAULT: "offset is outside user memory",
  },
  support: full("prog:descriptors"),
  handler: "fs/sendfile",
});

/** Copy from file to file: os.File.ReadFrom uses it. */
export const copy_file_range = syscall("copy_file_range", {
  subsystem: "fs",
  man: "copy_file_range(2)",
  nr: { amd64: 326, riscv64: 285 },
  args: {
    fd_in: fd(),
    off_in: user.inout("i64", nullable),
    fd_out: fd(),
    off_out: user.inout("i64", nullable),
    len: size,
    flags: flags({}),
  },
  returns: size,
  errors: {
    EBADF: "fd_in is not open for reading, or fd_out for writing, or it appends",
    EINVAL: "not regular files, ranges of one file that overlap, an offset is negative, or a bit in flags",
    EISDIR: "a directory",
    ENOSPC: "memory is out",
    EFBIG: "longer than a file can be",
    EOVERFLOW: "a range is more than a number holds",
    ENOMEM: "memory is out",
    EFAULT: "an offset is outside user memory",
  },
  support: full("prog:files"),
  handler: "fs/copy_file_range",
});

/** Write a file to its device. */
export const fsync = syscall("fsync", {
  subsystem: "fs",
  man: "fsync(2)",
  nr: { amd64: 74, riscv64: 82 },
  args: { fd: fd() },
  returns: nothing,
  errors: { EBADF: "fd is not open", EINVAL: "neither a file nor a directory" },
  support: full("prog:files"),
  handler: "fs/fsync",
});

/** Write a file's data to its device. */
export const fdatasync = syscall("fdatasync", {
  subsystem: "fs",
  man: "fsync(2)",
  nr: { amd64: 75, riscv64: 83 },
  args: { fd: fd() },
  returns: nothing,
  errors: { EBADF: "fd is not open", EINVAL: "neither a file nor a directory" },
  support: full("prog:files"),
  handler: "fs/fdatasync",
});

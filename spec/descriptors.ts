// Descriptors: copies, pipes, devices, locks, and what is said about an open file.
//
// All threads have one table. Nothing is ever executed, but close-on-exec is kept for those who ask.
import {
  addr,
  constant,
  fd,
  flags,
  full,
  int,
  nothing,
  partial,
  refused,
  syscall,
  uint,
} from "./vocabulary.ts";

/** Close a descriptor. */
export const close = syscall("close", {
  subsystem: "fs",
  man: "close(2)",
  nr: { amd64: 3, riscv64: 57 },
  args: { fd: fd() },
  returns: nothing,
  errors: { EBADF: "fd is not open" },
  support: full("prog:descriptors", "prog:files"),
  handler: "fs/close",
});

/** Close a range of descriptors, or mark them. */
export const close_range = syscall("close_range", {
  subsystem: "fs",
  man: "close_range(2)",
  nr: { amd64: 436, riscv64: 436 },
  args: {
    first: uint,
    last: uint,
    flags: flags({
      CLOSE_RANGE_CLOEXEC: full("prog:descriptors"),
      CLOSE_RANGE_UNSHARE: refused("EINVAL", "all threads have one table of descriptors"),
    }),
  },
  returns: nothing,
  errors: { EINVAL: "first is above last, CLOSE_RANGE_UNSHARE, or an unknown bit" },
  support: partial("no table of one's own by CLOSE_RANGE_UNSHARE", "prog:descriptors"),
  handler: "fs/close_range",
});

/** Give an open file a further descriptor. */
export const dup = syscall("dup", {
  subsystem: "fs",
  man: "dup(2)",
  nr: { amd64: 32, riscv64: 23 },
  args: { oldfd: fd() },
  returns: fd(),
  errors: {
    EBADF: "oldfd is not open",
    EMFILE: "no descriptor below RLIMIT_NOFILE is free",
    ENOMEM: "no memory is left for a larger table of descriptors",
  },
  support: full("prog:descriptors"),
  handler: "fs/dup",
});

/** Give an open file a chosen descriptor. */
export const dup2 = syscall("dup2", {
  subsystem: "fs",
  man: "dup(2)",
  nr: { amd64: 33 },
  args: { oldfd: fd(), newfd: fd() },
  returns: fd(),
  errors: {
    EBADF: "oldfd is not open, or newfd is not below RLIMIT_NOFILE",
    EBUSY: "an open on another thread is about to get newfd",
    ENOMEM: "memory is out",
  },
  support: full("prog:descriptors"),
  handler: "fs/dup2",
});

/** Give an open file a chosen descriptor, which must be another one. */
export const dup3 = syscall("dup3", {
  subsystem: "fs",
  man: "dup(2)",
  nr: { amd64: 292, riscv64: 24 },
  args: { oldfd: fd(), newfd: fd(), flags: flags({ O_CLOEXEC: full("prog:descriptors") }) },
  returns: fd(),
  errors: {
    EBADF: "oldfd is not open, or newfd is not below RLIMIT_NOFILE",
    EBUSY: "an open on another thread is about to get newfd",
    EINVAL: "both are the same, or an unknown bit",
    ENOMEM: "memory is out",
  },
  support: full("prog:descriptors"),
  handler: "fs/dup3",
});

/** Operations on a descriptor. */
export const fcntl = syscall("fcntl", {
  subsystem: "fs",
  man: "fcntl(2)",
  nr: { amd64: 72, riscv64: 25 },
  args: { fd: fd(), cmd: int, arg: addr },
  select: { on: "cmd" },
  variants: {
    F_DUPFD: {
      args: { arg: "the lowest descriptor wanted" },
      support: full("prog:descriptors"),
      handler: "fs/fcntl",
    },
    F_DUPFD_CLOEXEC: {
      args: { arg: "the lowest descriptor wanted" },
      support: full("prog:descriptors"),
      handler: "fs/fcntl",
    },
    F_GETFD: { support: full("prog:descriptors", "prog:start"), handler: "fs/fcntl" },
    F_SETFD: { args: { arg: "FD_CLOEXEC or 0" }, support: full("prog:descriptors"), handler: "fs/fcntl" },
    F_GETFL: { support: full("prog:descriptors"), handler: "fs/fcntl" },
    F_SETFL: {
      args: { arg: "O_APPEND, O_NONBLOCK, O_DIRECT and O_NOATIME change, other bits stay" },
      support: partial("O_ASYNC is not kept", "prog:descriptors"),
      handler: "fs/fcntl",
    },
    F_GETLK: { args: { arg: "a flock" }, support: full("prog:descriptors"), handler: "fs/fcntl" },
    F_SETLK: { args: { arg: "a flock" }, support: full("prog:descriptors"), handler: "fs/fcntl" },
    F_SETLKW: { args: { arg: "a flock" }, support: full("prog:descriptors"), handler: "fs/fcntl" },
    F_GETPIPE_SZ: { support: full("prog:pipes"), handler: "fs/fcntl" },
    F_SETPIPE_SZ: {
      args: { arg: "bytes" },
      support: partial("pipes keep their size; the call tells it", "prog:pipes"),
      handler: "fs/fcntl",
    },
    F_GETOWN: { support: constant(0, "nobody owns a descriptor, for no SIGIO is sent") },
    F_SETOWN: { support: refused("EINVAL", "no SIGIO: Go programs wait by epoll") },
    F_OFD_GETLK: {
      support: refused("EINVAL", "locks of open files, as opposed to those of processes, are not kept"),
    },
    F_OFD_SETLK: {
      support: refused("EINVAL", "locks of open files, as opposed to those of processes, are not kept"),
    },
    F_OFD_SETLKW: {
      support: refused("EINVAL", "locks of open files, as opposed to those of processes, are not kept"),
    },
  },
  otherwise: refused("EINVAL", "no leases, seals, hints or notifications"),
  returns: int,
  errors: {
    EBADF: "fd is not open",
    EINVAL: "an operation that is not kept, or its argument is wrong",
    EMFILE: "no descriptor below RLIMIT_NOFILE is free",
    EPERM: "a pipe of more than 1 MiB",
    EOVERFLOW: "a range to be locked is more than a number holds",
    EFAULT: "arg is outside user memory",
    ENOMEM: "no memory is left for a larger table of descriptors",
  },
});

/** Operations on a device: the terminal, and two on any descriptor. */
export const ioctl = syscall("ioctl", {
  subsystem: "fs",
  man: "ioctl(2)",
  nr: { amd64: 16, riscv64: 29 },
  args: { fd: fd(), request: uint, arg: addr },
  select: { on: "request" },
  variants: {
    TCGETS: { args: { arg: "a termios" }, support: full("prog:descriptors"), handler: "fs/ioctl" },
    TCSETS: { args: { arg: "a termios" }, support: full("prog:descriptors"), handler: "fs/ioctl" },
    TCSETSW: { args: { arg: "a termios" }, support: full("prog:descriptors"), handler: "fs/ioctl" },
    TCSETSF: { args: { arg: "a termios" }, support: full("prog:descriptors"), handler: "fs/ioctl" },
    TIOCGWINSZ: { args: { arg: "a winsize" }, support: full("prog:descriptors"), handler: "fs/ioctl" },
    TIOCSWINSZ: { args: { arg: "a winsize" }, support: full("prog:descriptors"), handler: "fs/ioctl" },
    TIOCGPGRP: {
      args: { arg: "where the group is written" },
      support: full("prog:descriptors"),
      handler: "fs/ioctl",
    },
    TIOCSPGRP: {
      args: { arg: "the group, which is always the process'" },
      support: full("prog:descriptors"),
      handler: "fs/ioctl",
    },
    FIONREAD: {
      args: { arg: "where the number of bytes is written" },
      support: full("prog:descriptors"),
      handler: "fs/ioctl",
    },
    FIONBIO: {
      args: { arg: "the address of an int" },
      support: full("prog:descriptors"),
      handler: "fs/ioctl",
    },
    FIOCLEX: { support: full("prog:descriptors"), handler: "fs/ioctl" },
    FIONCLEX: { support: full("prog:descriptors"), handler: "fs/ioctl" },
  },
  otherwise: refused("ENOTTY", "no device here knows it, as Linux answers then"),
  returns: int,
  errors: {
    EBADF: "fd is not open",
    ENOTTY: "not a device that knows it",
    EINVAL: "arg is wrong",
    EPERM: "another group",
    EFAULT: "arg is outside user memory",
  },
});

/** Make a pipe. */
export const pipe = syscall("pipe", {
  subsystem: "fs",
  man: "pipe(2)",
  nr: { amd64: 22 },
  args: { pipefd: addr },
  returns: nothing,
  errors: {
    EMFILE: "no two descriptors below RLIMIT_NOFILE are free",
    ENOMEM: "memory is out",
    EFAULT: "pipefd is outside user memory",
  },
  support: full("prog:pipes"),
  handler: "fs/pipe",
});

/** Make a pipe, with flags. */
export const pipe2 = syscall("pipe2", {
  subsystem: "fs",
  man: "pipe(2)",
  nr: { amd64: 293, riscv64: 59 },
  args: {
    pipefd: addr,
    flags: flags({
      O_CLOEXEC: full("prog:descriptors"),
      O_NONBLOCK: full("prog:pipes"),
      O_DIRECT: refused("EINVAL", "no packets: a pipe is bytes"),
    }),
  },
  returns: nothing,
  errors: {
    EMFILE: "no two descriptors below RLIMIT_NOFILE are free",
    EINVAL: "O_DIRECT, or an unknown bit",
    ENOMEM: "memory is out",
    EFAULT: "pipefd is outside user memory",
  },
  support: full("prog:pipes"),
  handler: "fs/pipe2",
});

/** Lock a file against those who ask. */
export const flock = syscall("flock", {
  subsystem: "fs",
  man: "flock(2)",
  nr: { amd64: 73, riscv64: 32 },
  args: { fd: fd(), operation: int },
  returns: nothing,
  errors: {
    EBADF: "fd is not open",
    EINVAL: "no such operation",
    EAGAIN: "LOCK_NB, and another open file holds the lock",
    EINTR: "a signal arrived while waiting",
    ENOMEM: "memory is out",
  },
  support: full("prog:descriptors"),
  handler: "fs/flock",
});

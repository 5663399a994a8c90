// Waiting for descriptors: epoll for Go's network poller, poll and select for others, eventfd to wake.
//
// Registrations latch what happened since they were last reported, so an edge between a read that found
// nothing and the wait is not lost. Regular files answer EPERM, as on Linux: Go then reads them directly.
// The signal mask is only looked at when there is one: Go passes NULL and a size of 0.
import {
  addr,
  fd,
  flags,
  full,
  int,
  nothing,
  nullable,
  partial,
  refused,
  size,
  syscall,
  uint,
  user,
} from "./vocabulary.ts";

/** Make an epoll instance. */
export const epoll_create1 = syscall("epoll_create1", {
  subsystem: "poll",
  man: "epoll_create(2)",
  nr: { amd64: 291, riscv64: 20 },
  args: { flags: flags({ EPOLL_CLOEXEC: full("prog:epoll") }) },
  returns: fd(),
  errors: {
    EINVAL: "an unknown bit",
    EMFILE: "no descriptor below RLIMIT_NOFILE is free",
    ENOMEM: "memory is out",
  },
  support: full("prog:epoll", "prog:timers"),
  handler: "poll/epoll_create1",
});

/** Make an epoll instance; its size means nothing but must be positive. */
export const epoll_create = syscall("epoll_create", {
  subsystem: "poll",
  man: "epoll_create(2)",
  nr: { amd64: 213 },
  args: { size: int },
  returns: fd(),
  errors: {
    EINVAL: "size is not positive",
    EMFILE: "no descriptor below RLIMIT_NOFILE is free",
    ENOMEM: "memory is out",
  },
  support: full("prog:epoll"),
  handler: "poll/epoll_create",
});

/** Add, change or remove a descriptor. */
export const epoll_ctl = syscall("epoll_ctl", {
  subsystem: "poll",
  man: "epoll_ctl(2)",
  nr: { amd64: 233, riscv64: 21 },
  args: { epfd: fd(), op: int, fd: fd(), event: user.in("epoll_event", nullable) },
  select: { on: "op" },
  variants: {
    EPOLL_CTL_ADD: {
      support: partial("an epoll instance cannot be put into another one", "prog:epoll", "prog:pipes"),
      handler: "poll/epoll_ctl",
    },
    EPOLL_CTL_MOD: { support: full("prog:epoll"), handler: "poll/epoll_ctl" },
    EPOLL_CTL_DEL: { support: full("prog:epoll"), handler: "poll/epoll_ctl" },
  },
  otherwise: refused("EINVAL", "not an operation of Linux"),
  returns: nothing,
  errors: {
    EPERM: "fd is a regular file or a directory",
    EBADF: "epfd or fd is not open",
    EEXIST: "added already",
    ENOENT: "not added",
    EINVAL: "epfd is no epoll instance, fd is epfd, or no such operation",
    ELOOP: "fd is an epoll instance too",
    ENOMEM: "memory is out",
    EFAULT: "event is outside user memory",
  },
});

/** Wait for events. */
export const epoll_pwait = syscall("epoll_pwait", {
  subsystem: "poll",
  man: "epoll_wait(2)",
  nr: { amd64: 281, riscv64: 22 },
  args: {
    epfd: fd(),
    events: user.outArray("epoll_event", "maxevents"),
    maxevents: int,
    timeout: int,
    sigmask: user.in("u64", nullable),
    sigsetsize: size,
  },
  returns: int,
  errors: {
    EBADF: "epfd is not open",
    EINVAL: "epfd is no epoll instance, maxevents is not positive, or a mask whose size is not 8",
    EINTR: "a signal arrived",
    EFAULT: "an argument is outside user memory",
    ENOMEM: "no memory is left for a copy of the array",
  },
  support: full("prog:epoll", "prog:timers"),
  handler: "poll/epoll_pwait",
});

/** Wait for events, the timeout to the nanosecond. */
export const epoll_pwait2 = syscall("epoll_pwait2", {
  subsystem: "poll",
  man: "epoll_wait(2)",
  nr: { amd64: 441, riscv64: 441 },
  args: {
    epfd: fd(),
    events: user.outArray("epoll_event", "maxevents"),
    maxevents: int,
    timeout: user.in("timespec", nullable),
    sigmask: user.in("u64", nullable),
    sigsetsize: size,
  },
  returns: int,
  errors: {
    EBADF: "epfd is not open",
    EINVAL: "epfd is no epoll instance, maxevents is not positive, not a time, or a mask whose size is not 8",
    EINTR: "a signal arrived",
    EFAULT: "an argument is outside user memory",
    ENOMEM: "no memory is left for a copy of the array",
  },
  support: full("prog:epoll"),
  handler: "poll/epoll_pwait2",
});

/** Wait for events, with the mask as it is. */
export const epoll_wait = syscall("epoll_wait", {
  subsystem: "poll",
  man: "epoll_wait(2)",
  nr: { amd64: 232 },
  args: { epfd: fd(), events: user.outArray("epoll_event", "maxevents"), maxevents: int, timeout: int },
  returns: int,
  errors: {
    EBADF: "epfd is not open",
    EINVAL: "epfd is no epoll instance, or maxevents is not positive",
    EINTR: "a signal arrived",
    EFAULT: "events is outside user memory",
    ENOMEM: "no memory is left for a copy of the array",
  },
  support: full("prog:epoll"),
  handler: "poll/epoll_wait",
});

/** Make a counter that can be waited for. */
export const eventfd2 = syscall("eventfd2", {
  subsystem: "poll",
  man: "eventfd(2)",
  nr: { amd64: 290, riscv64: 19 },
  args: {
    initval: uint,
    flags: flags({
      EFD_CLOEXEC: full("prog:epoll"),
      EFD_NONBLOCK: full("prog:epoll"),
      EFD_SEMAPHORE: full("prog:epoll"),
    }),
  },
  returns: fd(),
  errors: {
    EINVAL: "an unknown bit",
    EMFILE: "no descriptor below RLIMIT_NOFILE is free",
    ENOMEM: "memory is out",
  },
  support: full("prog:epoll", "prog:timers"),
  handler: "poll/eventfd2",
});

/** Make a counter that can be waited for, without flags. */
export const eventfd = syscall("eventfd", {
  subsystem: "poll",
  man: "eventfd(2)",
  nr: { amd64: 284 },
  args: { initval: uint },
  returns: fd(),
  errors: { EMFILE: "no descriptor below RLIMIT_NOFILE is free", ENOMEM: "memory is out" },
  support: full("prog:epoll"),
  handler: "poll/eventfd",
});

/** Wait for some of a list of descriptors. */
export const poll = syscall("poll", {
  subsystem: "poll",
  man: "poll(2)",
  nr: { amd64: 7 },
  args: { fds: user.inoutArray("pollfd", "nfds", 65536), nfds: uint, timeout: int },
  returns: int,
  errors: {
    EINTR: "a signal arrived",
    EINVAL: "more descriptors than RLIMIT_NOFILE",
    ENOMEM: "memory is out",
    EFAULT: "fds is outside user memory",
  },
  support: full("prog:poll"),
  handler: "poll/poll",
});

/** Wait for some of a list of descriptors, with another mask. */
export const ppoll = syscall("ppoll", {
  subsystem: "poll",
  man: "poll(2)",
  nr: { amd64: 271, riscv64: 73 },
  args: {
    fds: user.inoutArray("pollfd", "nfds", 65536),
    nfds: uint,
    tmo_p: user.inout("timespec", nullable),
    sigmask: user.in("u64", nullable),
    sigsetsize: size,
  },
  returns: int,
  errors: {
    EINTR: "a signal arrived",
    EINVAL: "more descriptors than RLIMIT_NOFILE, not a time, or a mask whose size is not 8",
    ENOMEM: "memory is out",
    EFAULT: "an argument is outside user memory",
  },
  support: full("prog:poll"),
  handler: "poll/ppoll",
});

/** Wait for some of three sets of descriptors. */
export const select = syscall("select", {
  subsystem: "poll",
  man: "select(2)",
  nr: { amd64: 23 },
  args: {
    nfds: int,
    readfds: addr,
    writefds: addr,
    exceptfds: addr,
    timeout: user.inout("timeval", nullable),
  },
  returns: int,
  errors: {
    EBADF: "a set names a descriptor that is not open",
    EINTR: "a signal arrived",
    EINVAL: "nfds is negative, or not a time",
    ENOMEM: "memory is out",
    EFAULT: "an argument is outside user memory",
  },
  support: full("prog:poll"),
  handler: "poll/select",
});

/** Wait for some of three sets of descriptors, with another mask. */
export const pselect6 = syscall("pselect6", {
  subsystem: "poll",
  man: "select(2)",
  nr: { amd64: 270, riscv64: 72 },
  args: {
    nfds: int,
    readfds: addr,
    writefds: addr,
    exceptfds: addr,
    timeout: user.inout("timespec", nullable),
    sig: addr,
  },
  returns: int,
  errors: {
    EBADF: "a set names a descriptor that is not open",
    EINTR: "a signal arrived",
    EINVAL: "nfds is negative, not a time, or a mask whose size is not 8",
    ENOMEM: "memory is out",
    EFAULT: "an argument is outside user memory",
  },
  support: full("prog:poll"),
  handler: "poll/pselect6",
});

// The process and its machine: names, limits, what was used, randomness; and the calls that would make
// another process, which are refused.
import {
  addr,
  constant,
  flags,
  full,
  ignored,
  int,
  long,
  noReturn,
  nothing,
  nullable,
  partial,
  path,
  pid,
  refused,
  size,
  syscall,
  uint,
  user,
  writes,
} from "./vocabulary.ts";

/** Name the system: Go's os package reads the version to know what it may use. */
export const uname = syscall("uname", {
  subsystem: "proc",
  man: "uname(2)",
  nr: { amd64: 63, riscv64: 160 },
  args: { buf: user.out("utsname") },
  returns: nothing,
  errors: { EFAULT: "buf is outside user memory" },
  support: full("prog:identity"),
  handler: "proc/uname",
});

/** Name the host. */
export const sethostname = syscall("sethostname", {
  subsystem: "proc",
  man: "sethostname(2)",
  nr: { amd64: 170, riscv64: 161 },
  args: { name: addr, len: size },
  returns: nothing,
  errors: { EPERM: "always" },
  support: refused("EPERM", "the machine has no network where a name would mean something"),
});

/** Read or set a limit. */
export const prlimit64 = syscall("prlimit64", {
  subsystem: "proc",
  man: "prlimit(2)",
  nr: { amd64: 302, riscv64: 261 },
  args: {
    pid: pid,
    resource: uint,
    new_limit: user.in("rlimit64", nullable),
    old_limit: user.out("rlimit64", nullable),
  },
  returns: nothing,
  errors: {
    EINVAL: "no such resource, or the soft limit is above the hard one",
    EPERM:
      "more descriptors than the kernel can count, or a higher hard limit, and the effective user is not 0",
    ESRCH: "not this process",
    EFAULT: "an argument is outside user memory",
  },
  support: partial("RLIMIT_NOFILE and RLIMIT_AS limit; the others are only remembered", "prog:identity"),
  handler: "proc/prlimit64",
});

/** Read a limit. */
export const getrlimit = syscall("getrlimit", {
  subsystem: "proc",
  man: "getrlimit(2)",
  nr: { amd64: 97, riscv64: 163 },
  args: { resource: uint, rlim: user.out("rlimit") },
  returns: nothing,
  errors: { EINVAL: "no such resource", EFAULT: "rlim is outside user memory" },
  support: full("prog:identity"),
  handler: "proc/getrlimit",
});

/** Set a limit. */
export const setrlimit = syscall("setrlimit", {
  subsystem: "proc",
  man: "getrlimit(2)",
  nr: { amd64: 160, riscv64: 164 },
  args: { resource: uint, rlim: user.in("rlimit") },
  returns: nothing,
  errors: {
    EINVAL: "no such resource, or the soft limit is above the hard one",
    EPERM:
      "more descriptors than the kernel can count, or a higher hard limit, and the effective user is not 0",
    EFAULT: "rlim is outside user memory",
  },
  support: partial("RLIMIT_NOFILE and RLIMIT_AS limit; the others are only remembered", "prog:identity"),
  handler: "proc/setrlimit",
});

/** Tell what was used: CPU time, and memory at its highest. */
export const getrusage = syscall("getrusage", {
  subsystem: "proc",
  man: "getrusage(2)",
  nr: { amd64: 98, riscv64: 165 },
  args: { who: int, usage: user.out("rusage") },
  returns: nothing,
  errors: {
    EINVAL: "who is not the process, its children or this thread",
    EFAULT: "usage is outside user memory",
  },
  support: partial(
    "CPU time all counts as the user's, ru_maxrss is told, the other fields are zero",
    "prog:identity",
  ),
  handler: "proc/getrusage",
});

/** Tell CPU times in ticks of 10 ms. */
export const times = syscall("times", {
  subsystem: "proc",
  man: "times(2)",
  nr: { amd64: 100, riscv64: 153 },
  args: { buf: user.out("tms", nullable) },
  returns: long,
  errors: { EFAULT: "buf is outside user memory" },
  support: partial("CPU time all counts as the user's", "prog:identity"),
  handler: "proc/times",
});

/** Tell about memory, time since boot and load. */
export const sysinfo = syscall("sysinfo", {
  subsystem: "proc",
  man: "sysinfo(2)",
  nr: { amd64: 99, riscv64: 179 },
  args: { info: user.out("sysinfo") },
  returns: nothing,
  errors: { EFAULT: "info is outside user memory" },
  support: partial("no load averages, buffers or swap", "prog:identity"),
  handler: "proc/sysinfo",
});

/** Give random bytes: Go dies when it cannot have them (1.24 and later). */
export const getrandom = syscall("getrandom", {
  subsystem: "proc",
  man: "getrandom(2)",
  nr: { amd64: 318, riscv64: 278 },
  args: {
    buf: writes("buflen"),
    buflen: size,
    flags: flags({
      GRND_NONBLOCK: ignored("the generator never makes anyone wait"),
      GRND_RANDOM: ignored("both devices are one generator, as on Linux since 5.6"),
      GRND_INSECURE: ignored("the generator never makes anyone wait"),
    }),
  },
  returns: size,
  errors: {
    EFAULT: "buf is outside user memory",
    EINVAL: "GRND_RANDOM with GRND_INSECURE, or an unknown bit",
  },
  support: full("prog:crypto-rand"),
  handler: "proc/getrandom",
});

/** Operations on the process and its threads. */
export const prctl = syscall("prctl", {
  subsystem: "proc",
  man: "prctl(2)",
  nr: { amd64: 157, riscv64: 167 },
  args: { option: int, arg2: addr, arg3: addr, arg4: addr, arg5: addr },
  select: { on: "option" },
  variants: {
    PR_SET_NAME: {
      args: { arg2: "the thread's name, 16 bytes" },
      support: full("prog:identity"),
      handler: "proc/prctl_set_name",
    },
    PR_GET_NAME: {
      args: { arg2: "where the name is written, 16 bytes" },
      support: full("prog:identity"),
      handler: "proc/prctl_get_name",
    },
    PR_SET_KEEPCAPS: {
      args: { arg2: "0 or 1" },
      support: full("prog:identity"),
      handler: "proc/prctl_set_keepcaps",
    },
    PR_GET_KEEPCAPS: { support: full("prog:identity"), handler: "proc/prctl_get_keepcaps" },
    PR_SET_VMA: { support: refused("EINVAL", "areas have no names; Go asks once and never again") },
    PR_SET_DUMPABLE: { support: ignored("no core is ever dumped, and nothing can trace the process") },
    PR_GET_DUMPABLE: { support: constant(0, "no core is ever dumped, and nothing can trace the process") },
    PR_SET_NO_NEW_PRIVS: { support: ignored("nothing can be executed that would give privileges") },
    PR_SET_PDEATHSIG: { support: ignored("there is no parent that could die") },
  },
  otherwise: refused("EINVAL", "no such operation here, as Linux answers for one it does not know"),
  returns: int,
  errors: {
    EINVAL: "an operation that is not kept, or arg2 is none of its values",
    EFAULT: "arg2 is outside user memory",
  },
});

/** Wait for a child. */
export const wait4 = syscall("wait4", {
  subsystem: "proc",
  man: "wait4(2)",
  nr: { amd64: 61, riscv64: 260 },
  args: { pid: pid, wstatus: addr, options: uint, rusage: addr },
  returns: pid,
  errors: { ECHILD: "always" },
  support: refused("ECHILD", "there are no children"),
});

/** Wait for a child, by any kind of name. */
export const waitid = syscall("waitid", {
  subsystem: "proc",
  man: "waitid(2)",
  nr: { amd64: 247, riscv64: 95 },
  args: { idtype: int, id: pid, infop: addr, options: uint, rusage: addr },
  returns: nothing,
  errors: { ECHILD: "always" },
  support: refused("ECHILD", "there are no children"),
});

/** Become another program. */
export const execve = syscall("execve", {
  subsystem: "proc",
  man: "execve(2)",
  nr: { amd64: 59, riscv64: 221 },
  args: { pathname: path, argv: addr, envp: addr },
  returns: noReturn,
  errors: { ENOSYS: "always" },
  support: refused("ENOSYS", "one process, one program: the image's"),
});

/** Become another program, named relative to a directory. */
export const execveat = syscall("execveat", {
  subsystem: "proc",
  man: "execveat(2)",
  nr: { amd64: 322, riscv64: 281 },
  args: { dirfd: int, pathname: path, argv: addr, envp: addr, flags: uint },
  returns: noReturn,
  errors: { ENOSYS: "always" },
  support: refused("ENOSYS", "one process, one program: the image's"),
});

/** Make a child process. */
export const fork = syscall("fork", {
  subsystem: "proc",
  man: "fork(2)",
  nr: { amd64: 57 },
  args: {},
  returns: pid,
  errors: { ENOSYS: "always" },
  support: refused("ENOSYS", "one process"),
});

/** Make a child process that borrows the memory. */
export const vfork = syscall("vfork", {
  subsystem: "proc",
  man: "vfork(2)",
  nr: { amd64: 58 },
  args: {},
  returns: pid,
  errors: { ENOSYS: "always" },
  support: refused("ENOSYS", "one process"),
});

/** Make a thread or a process, by a struct. */
export const clone3 = syscall("clone3", {
  subsystem: "thread",
  man: "clone(2)",
  nr: { amd64: 435, riscv64: 435 },
  args: { cl_args: addr, size: size },
  returns: pid,
  errors: { ENOSYS: "always" },
  support: refused("ENOSYS", "Go makes threads by clone, and this one only for processes in a cgroup"),
});

/** Open a descriptor for a process: os probes with it whether os/exec may use one. */
export const pidfd_open = syscall("pidfd_open", {
  subsystem: "proc",
  man: "pidfd_open(2)",
  nr: { amd64: 434, riscv64: 434 },
  args: { pid: pid, flags: uint },
  returns: int,
  errors: { ENOSYS: "always" },
  support: refused("ENOSYS", "one process"),
});

/** Send a signal to a process by its descriptor. */
export const pidfd_send_signal = syscall("pidfd_send_signal", {
  subsystem: "proc",
  man: "pidfd_send_signal(2)",
  nr: { amd64: 424, riscv64: 424 },
  args: { pidfd: int, sig: int, info: addr, flags: uint },
  returns: nothing,
  errors: { ENOSYS: "always" },
  support: refused("ENOSYS", "one process"),
});

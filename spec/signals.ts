// Signals: actions, masks, alternate stacks, and who sends what to whom.
//
// Go installs a handler for almost every signal, runs it on an alternate stack, edits the frame, and
// comes back by rt_sigreturn: preemption (SIGURG by tgkill) and recoverable faults both live of that.
// Signal sets are 8 bytes on both architectures.
import {
  addr,
  exactly,
  full,
  int,
  long,
  nothing,
  nullable,
  partial,
  pid,
  signo,
  size,
  syscall,
  user,
} from "./vocabulary.ts";

/** Set or read what a signal does. */
export const rt_sigaction = syscall("rt_sigaction", {
  subsystem: "signal",
  man: "sigaction(2)",
  nr: { amd64: 13, riscv64: 134 },
  args: {
    signum: signo,
    act: user.in("sigaction", nullable),
    oldact: user.out("sigaction", nullable),
    sigsetsize: exactly(8),
  },
  returns: nothing,
  errors: {
    EINVAL: "no such signal, SIGKILL or SIGSTOP with an action, or sigsetsize is not 8",
    EFAULT: "act or oldact is outside user memory",
  },
  support: partial(
    "SA_NOCLDSTOP and SA_NOCLDWAIT have no children to speak of",
    "prog:signals-raw",
    "prog:os-signal",
  ),
  handler: "signal/rt_sigaction",
});

/** Set or read which signals are blocked in this thread. */
export const rt_sigprocmask = syscall("rt_sigprocmask", {
  subsystem: "signal",
  man: "sigprocmask(2)",
  nr: { amd64: 14, riscv64: 135 },
  args: {
    how: int,
    set: user.in("u64", nullable),
    oldset: user.out("u64", nullable),
    sigsetsize: exactly(8),
  },
  returns: nothing,
  errors: {
    EINVAL: "how is not one of three, or sigsetsize is not 8",
    EFAULT: "set or oldset is outside user memory",
  },
  support: full("prog:signals-raw", "prog:os-signal"),
  handler: "signal/rt_sigprocmask",
});

/** Return from a handler: registers, vector state and mask come from the frame, as the handler left it. */
export const rt_sigreturn = syscall("rt_sigreturn", {
  subsystem: "signal",
  man: "sigreturn(2)",
  nr: { amd64: 15, riscv64: 139 },
  args: {},
  returns: long,
  errors: {},
  support: full("prog:preempt", "prog:panics", "prog:signals-raw"),
  handler: "signal/rt_sigreturn",
  frame: "whole",
  providedBy: "riscv64: the trampoline that the kernel maps",
});

/** Set or read the stack that handlers with SA_ONSTACK run on. */
export const sigaltstack = syscall("sigaltstack", {
  subsystem: "signal",
  man: "sigaltstack(2)",
  nr: { amd64: 131, riscv64: 132 },
  args: { ss: user.in("stack_t", nullable), old_ss: user.out("stack_t", nullable) },
  returns: nothing,
  errors: {
    EPERM: "the thread runs on that stack",
    EINVAL: "an unknown flag",
    ENOMEM: "smaller than MINSIGSTKSZ",
    EFAULT: "ss or old_ss is outside user memory",
  },
  support: full("prog:signals-raw", "prog:os-signal"),
  handler: "signal/sigaltstack",
});

/** Tell which blocked signals wait. */
export const rt_sigpending = syscall("rt_sigpending", {
  subsystem: "signal",
  man: "sigpending(2)",
  nr: { amd64: 127, riscv64: 136 },
  args: { set: addr, sigsetsize: size },
  returns: nothing,
  errors: { EINVAL: "sigsetsize is above 8", EFAULT: "set is outside user memory" },
  support: full("prog:signals-raw", "prog:random"),
  handler: "signal/rt_sigpending",
});

/** Wait for a signal with another mask. */
export const rt_sigsuspend = syscall("rt_sigsuspend", {
  subsystem: "signal",
  man: "sigsuspend(2)",
  nr: { amd64: 130, riscv64: 133 },
  args: { mask: user.in("u64"), sigsetsize: exactly(8) },
  returns: nothing,
  errors: {
    EINTR: "always: a handler ran",
    EINVAL: "sigsetsize is not 8",
    EFAULT: "mask is outside user memory",
  },
  support: full("prog:signals-raw"),
  handler: "signal/rt_sigsuspend",
});

/** Take a waiting signal of a set, or wait for one. */
export const rt_sigtimedwait = syscall("rt_sigtimedwait", {
  subsystem: "signal",
  man: "sigtimedwait(2)",
  nr: { amd64: 128, riscv64: 137 },
  args: {
    set: user.in("u64"),
    info: user.out("siginfo", nullable),
    timeout: user.in("timespec", nullable),
    sigsetsize: exactly(8),
  },
  returns: signo,
  errors: {
    EAGAIN: "none came in time",
    EINTR: "a handler ran for another signal",
    EINVAL: "the timeout is not a time, or sigsetsize is not 8",
    EFAULT: "an argument is outside user memory",
  },
  support: full("prog:signals-raw"),
  handler: "signal/rt_sigtimedwait",
});

/** Send a signal to one thread: the Go scheduler preempts with SIGURG. */
export const tgkill = syscall("tgkill", {
  subsystem: "signal",
  man: "tgkill(2)",
  nr: { amd64: 234, riscv64: 131 },
  args: { tgid: pid, tid: pid, sig: signo },
  returns: nothing,
  errors: {
    EINVAL: "no such signal, or a number below 1",
    ESRCH: "no such thread",
    EAGAIN: "too many real-time signals wait",
  },
  support: full("prog:preempt", "prog:signals-raw"),
  handler: "signal/tgkill",
});

/** Send a signal to one thread, without saying of which process. */
export const tkill = syscall("tkill", {
  subsystem: "signal",
  man: "tkill(2)",
  nr: { amd64: 200, riscv64: 130 },
  args: { tid: pid, sig: signo },
  returns: nothing,
  errors: {
    EINVAL: "no such signal, or a number below 1",
    ESRCH: "no such thread",
    EAGAIN: "too many real-time signals wait",
  },
  support: full("prog:signals-raw"),
  handler: "signal/tkill",
});

/** Send a signal to the process: a thread that does not block it takes it. */
export const kill = syscall("kill", {
  subsystem: "signal",
  man: "kill(2)",
  nr: { amd64: 62, riscv64: 129 },
  args: { pid: pid, sig: signo },
  returns: nothing,
  errors: {
    EINVAL: "no such signal",
    ESRCH: "not this process, nor its group",
    EAGAIN: "too many real-time signals wait",
  },
  support: full("prog:os-signal", "prog:signals-raw"),
  handler: "signal/kill",
});

/** Wait for a signal. */
export const pause = syscall("pause", {
  subsystem: "signal",
  man: "pause(2)",
  nr: { amd64: 34 },
  args: {},
  returns: nothing,
  errors: { EINTR: "always: a handler ran" },
  support: full("prog:signals-raw"),
  handler: "signal/pause",
});

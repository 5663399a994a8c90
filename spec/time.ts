// Clocks, sleeps and timers.
//
// All clocks are one hardware counter, scaled: monotonic time starts near 1 ns and never steps, wall
// time is a fixed offset from it. Deadlines are absolute inside the kernel, so that a restarted or
// signalled sleep loses nothing. Profiles use timers on CPU time (timer_create, setitimer).
import {
  addr,
  clockid,
  flags,
  full,
  ignored,
  int,
  long,
  nothing,
  nullable,
  partial,
  refused,
  syscall,
  uint,
  user,
} from "./vocabulary.ts";

/** Sleep. */
export const nanosleep = syscall("nanosleep", {
  subsystem: "time",
  man: "nanosleep(2)",
  nr: { amd64: 35, riscv64: 101 },
  args: { duration: user.in("timespec"), rem: addr },
  returns: nothing,
  errors: {
    EINTR: "a signal arrived; rem holds what is left",
    EINVAL: "seconds are negative, or nanoseconds not below a second",
    EFAULT: "an argument is outside user memory",
  },
  support: full("prog:time", "prog:timers"),
  handler: "time/nanosleep",
});

/** Sleep on a clock, for a while or until a time. */
export const clock_nanosleep = syscall("clock_nanosleep", {
  subsystem: "time",
  man: "clock_nanosleep(2)",
  nr: { amd64: 230, riscv64: 115 },
  args: {
    clockid: clockid,
    flags: flags({ TIMER_ABSTIME: full("prog:time") }, ignored("Linux ignores bits it does not know here")),
    t: user.in("timespec"),
    rem: addr,
  },
  returns: nothing,
  errors: {
    EINTR: "a signal arrived; rem holds what is left, unless the time was absolute",
    EINVAL: "not a time, or not a clock",
    EOPNOTSUPP: "a clock that cannot be slept on, CPU time and alarm clocks among them",
    EFAULT: "an argument is outside user memory",
  },
  support: partial("not on CPU time or alarm clocks", "prog:time"),
  handler: "time/clock_nanosleep",
});

/** Read a clock: the vDSO answers most of these without a call. */
export const clock_gettime = syscall("clock_gettime", {
  subsystem: "time",
  man: "clock_gettime(2)",
  nr: { amd64: 228, riscv64: 113 },
  args: { clockid: clockid, tp: user.out("timespec") },
  returns: nothing,
  errors: { EINVAL: "not a clock", EFAULT: "tp is outside user memory" },
  support: partial("no clock that is a descriptor, as devices have them", "prog:time"),
  handler: "time/clock_gettime",
});

/** Tell how fine a clock is. */
export const clock_getres = syscall("clock_getres", {
  subsystem: "time",
  man: "clock_getres(2)",
  nr: { amd64: 229, riscv64: 114 },
  args: { clockid: clockid, res: user.out("timespec", nullable) },
  returns: nothing,
  errors: { EINVAL: "not a clock", EFAULT: "res is outside user memory" },
  support: full("prog:time"),
  handler: "time/clock_getres",
});

/** Set a clock. */
export const clock_settime = syscall("clock_settime", {
  subsystem: "time",
  man: "clock_settime(2)",
  nr: { amd64: 227, riscv64: 112 },
  args: { clockid: clockid, tp: addr },
  returns: nothing,
  errors: { EPERM: "always" },
  support: refused("EPERM", "nothing steps the clock: the vDSO reads it from constants"),
});

/** Read the wall clock in microseconds. */
export const gettimeofday = syscall("gettimeofday", {
  subsystem: "time",
  man: "gettimeofday(2)",
  nr: { amd64: 96, riscv64: 169 },
  args: { tv: user.out("timeval", nullable), tz: user.out("timezone", nullable) },
  returns: nothing,
  errors: { EFAULT: "an argument is outside user memory" },
  support: full("prog:time"),
  handler: "time/gettimeofday",
});

/** Set the wall clock. */
export const settimeofday = syscall("settimeofday", {
  subsystem: "time",
  man: "gettimeofday(2)",
  nr: { amd64: 164, riscv64: 170 },
  args: { tv: addr, tz: addr },
  returns: nothing,
  errors: { EPERM: "always" },
  support: refused("EPERM", "nothing steps the clock: the vDSO reads it from constants"),
});

/** Read the wall clock in seconds. */
export const time = syscall("time", {
  subsystem: "time",
  man: "time(2)",
  nr: { amd64: 201 },
  args: { tloc: user.out("i64", nullable) },
  returns: long,
  errors: { EFAULT: "tloc is outside user memory" },
  support: full("prog:time"),
  handler: "time/time",
});

/** Set one of the three interval timers: real, virtual, profiling. */
export const setitimer = syscall("setitimer", {
  subsystem: "time",
  man: "getitimer(2)",
  nr: { amd64: 38, riscv64: 103 },
  args: { which: int, new_value: user.in("itimerval", nullable), old_value: user.out("itimerval", nullable) },
  returns: nothing,
  errors: { EINVAL: "not a timer, or not a time", EFAULT: "an argument is outside user memory" },
  support: partial("ITIMER_VIRTUAL counts CPU time in the kernel too", "prog:time", "prog:pprof"),
  handler: "time/setitimer",
});

/** Read one of the three interval timers. */
export const getitimer = syscall("getitimer", {
  subsystem: "time",
  man: "getitimer(2)",
  nr: { amd64: 36, riscv64: 102 },
  args: { which: int, curr_value: user.out("itimerval") },
  returns: nothing,
  errors: { EINVAL: "not a timer", EFAULT: "curr_value is outside user memory" },
  support: full("prog:time"),
  handler: "time/getitimer",
});

/** Ask for SIGALRM in some seconds; tells how many were left. */
export const alarm = syscall("alarm", {
  subsystem: "time",
  man: "alarm(2)",
  nr: { amd64: 37 },
  args: { seconds: uint },
  returns: uint,
  errors: {},
  support: full("prog:time"),
  handler: "time/alarm",
});

/** Make a timer that sends a signal: CPU profiles have one per thread. */
export const timer_create = syscall("timer_create", {
  subsystem: "time",
  man: "timer_create(2)",
  nr: { amd64: 222, riscv64: 107 },
  args: { clockid: clockid, sevp: user.in("sigevent", nullable), timerid: addr },
  returns: nothing,
  errors: {
    EINVAL: "not a clock, no such signal or thread, or an unknown way to notify",
    EAGAIN: "no memory for another timer",
    EOPNOTSUPP: "a clock without timers",
    EFAULT: "an argument is outside user memory",
  },
  support: partial(
    "no CPU clock of another thread, no clock that wakes a machine",
    "prog:pprof",
    "prog:time",
  ),
  handler: "time/timer_create",
});

/** Arm or disarm a timer. */
export const timer_settime = syscall("timer_settime", {
  subsystem: "time",
  man: "timer_settime(2)",
  nr: { amd64: 223, riscv64: 110 },
  args: {
    timerid: int,
    flags: flags({ TIMER_ABSTIME: full("prog:time") }, ignored("Linux ignores bits it does not know here")),
    new_value: user.in("itimerspec"),
    old_value: user.out("itimerspec", nullable),
  },
  returns: nothing,
  errors: {
    EINVAL: "no such timer, or not a time",
    EFAULT: "an argument is outside user memory",
  },
  support: full("prog:pprof", "prog:time"),
  handler: "time/timer_settime",
});

/** Tell when a timer fires next. */
export const timer_gettime = syscall("timer_gettime", {
  subsystem: "time",
  man: "timer_settime(2)",
  nr: { amd64: 224, riscv64: 108 },
  args: { timerid: int, curr_value: user.out("itimerspec") },
  returns: nothing,
  errors: { EINVAL: "no such timer", EFAULT: "curr_value is outside user memory" },
  support: full("prog:time"),
  handler: "time/timer_gettime",
});

/** Tell how often a timer fired while its last signal waited. */
export const timer_getoverrun = syscall("timer_getoverrun", {
  subsystem: "time",
  man: "timer_getoverrun(2)",
  nr: { amd64: 225, riscv64: 109 },
  args: { timerid: int },
  returns: int,
  errors: { EINVAL: "no such timer" },
  support: full("prog:time"),
  handler: "time/timer_getoverrun",
});

/** Remove a timer. */
export const timer_delete = syscall("timer_delete", {
  subsystem: "time",
  man: "timer_delete(2)",
  nr: { amd64: 226, riscv64: 111 },
  args: { timerid: int },
  returns: nothing,
  errors: { EINVAL: "no such timer" },
  support: full("prog:pprof", "prog:time"),
  handler: "time/timer_delete",
});

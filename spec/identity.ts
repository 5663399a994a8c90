// Who the program is: one process, number 1, of user and group 0, alone in its group and session.
//
// Becoming somebody else is in privileges.ts.
import { addr, full, int, nothing, pid, refused, syscall, uint, user } from "./vocabulary.ts";

/** The number of the process. */
export const getpid = syscall("getpid", {
  subsystem: "proc",
  man: "getpid(2)",
  nr: { amd64: 39, riscv64: 172 },
  args: {},
  returns: pid,
  errors: {},
  support: full("prog:identity"),
  handler: "proc/getpid",
});

/** The number of the parent: none. */
export const getppid = syscall("getppid", {
  subsystem: "proc",
  man: "getpid(2)",
  nr: { amd64: 110, riscv64: 173 },
  args: {},
  returns: pid,
  errors: {},
  support: full("prog:identity"),
  handler: "proc/getppid",
});

/** The user. */
export const getuid = syscall("getuid", {
  subsystem: "proc",
  man: "getuid(2)",
  nr: { amd64: 102, riscv64: 174 },
  args: {},
  returns: uint,
  errors: {},
  support: full("prog:identity"),
  handler: "proc/getuid",
});

/** The effective user. */
export const geteuid = syscall("geteuid", {
  subsystem: "proc",
  man: "getuid(2)",
  nr: { amd64: 107, riscv64: 175 },
  args: {},
  returns: uint,
  errors: {},
  support: full("prog:identity"),
  handler: "proc/geteuid",
});

/** The group. */
export const getgid = syscall("getgid", {
  subsystem: "proc",
  man: "getgid(2)",
  nr: { amd64: 104, riscv64: 176 },
  args: {},
  returns: uint,
  errors: {},
  support: full("prog:identity"),
  handler: "proc/getgid",
});

/** The effective group. */
export const getegid = syscall("getegid", {
  subsystem: "proc",
  man: "getgid(2)",
  nr: { amd64: 108, riscv64: 177 },
  args: {},
  returns: uint,
  errors: {},
  support: full("prog:identity"),
  handler: "proc/getegid",
});

/** Further groups: none. */
export const getgroups = syscall("getgroups", {
  subsystem: "proc",
  man: "getgroups(2)",
  nr: { amd64: 115, riscv64: 158 },
  args: { size: int, list: addr },
  returns: int,
  errors: { EINVAL: "size is negative", EFAULT: "list is outside user memory" },
  support: full("prog:identity"),
  handler: "proc/getgroups",
});

/** The real, effective and saved user. */
export const getresuid = syscall("getresuid", {
  subsystem: "proc",
  man: "getresuid(2)",
  nr: { amd64: 118, riscv64: 148 },
  args: { ruid: user.out("u32"), euid: user.out("u32"), suid: user.out("u32") },
  returns: nothing,
  errors: { EFAULT: "an argument is outside user memory" },
  support: full("prog:identity"),
  handler: "proc/getresuid",
});

/** The real, effective and saved group. */
export const getresgid = syscall("getresgid", {
  subsystem: "proc",
  man: "getresuid(2)",
  nr: { amd64: 120, riscv64: 150 },
  args: { rgid: user.out("u32"), egid: user.out("u32"), sgid: user.out("u32") },
  returns: nothing,
  errors: { EFAULT: "an argument is outside user memory" },
  support: full("prog:identity"),
  handler: "proc/getresgid",
});

/** The process group of a process. */
export const getpgid = syscall("getpgid", {
  subsystem: "proc",
  man: "getpgid(2)",
  nr: { amd64: 121, riscv64: 155 },
  args: { pid: pid },
  returns: pid,
  errors: { ESRCH: "not this process" },
  support: full("prog:identity"),
  handler: "proc/getpgid",
});

/** This process' group. */
export const getpgrp = syscall("getpgrp", {
  subsystem: "proc",
  man: "getpgrp(2)",
  nr: { amd64: 111 },
  args: {},
  returns: pid,
  errors: {},
  support: full("prog:identity"),
  handler: "proc/getpgrp",
});

/** The session of a process. */
export const getsid = syscall("getsid", {
  subsystem: "proc",
  man: "getsid(2)",
  nr: { amd64: 124, riscv64: 156 },
  args: { pid: pid },
  returns: pid,
  errors: { ESRCH: "not this process" },
  support: full("prog:identity"),
  handler: "proc/getsid",
});

/** Begin a session. */
export const setsid = syscall("setsid", {
  subsystem: "proc",
  man: "setsid(2)",
  nr: { amd64: 112, riscv64: 157 },
  args: {},
  returns: pid,
  errors: { EPERM: "always" },
  support: refused("EPERM", "the process leads its group, as Linux answers then"),
});

/** Move a process to a group. */
export const setpgid = syscall("setpgid", {
  subsystem: "proc",
  man: "setpgid(2)",
  nr: { amd64: 109, riscv64: 154 },
  args: { pid: pid, pgid: pid },
  returns: nothing,
  errors: { EPERM: "always" },
  support: refused("EPERM", "the process leads its session, as Linux answers then"),
});

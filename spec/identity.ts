// Who the program is: one process, number 1, of user and group 0, alone in its group and session.
//
// There are no other users and no permission checks by user, so changes of identity are refused, except
// where what is asked for is what is.
import { addr, constant, full, int, nothing, pid, refused, size, syscall, uint, user } from "./vocabulary.ts";

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
  errors: { EINVAL: "size is negative" },
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

/** Change the user. */
export const setuid = syscall("setuid", {
  subsystem: "proc",
  man: "setuid(2)",
  nr: { amd64: 105, riscv64: 146 },
  args: { uid: uint },
  returns: nothing,
  errors: { EPERM: "always" },
  support: refused("EPERM", "there is one user"),
});

/** Change the group. */
export const setgid = syscall("setgid", {
  subsystem: "proc",
  man: "setgid(2)",
  nr: { amd64: 106, riscv64: 144 },
  args: { gid: uint },
  returns: nothing,
  errors: { EPERM: "always" },
  support: refused("EPERM", "there is one group"),
});

/** Change the real and effective user. */
export const setreuid = syscall("setreuid", {
  subsystem: "proc",
  man: "setreuid(2)",
  nr: { amd64: 113, riscv64: 145 },
  args: { ruid: uint, euid: uint },
  returns: nothing,
  errors: { EPERM: "always" },
  support: refused("EPERM", "there is one user"),
});

/** Change the real and effective group. */
export const setregid = syscall("setregid", {
  subsystem: "proc",
  man: "setreuid(2)",
  nr: { amd64: 114, riscv64: 143 },
  args: { rgid: uint, egid: uint },
  returns: nothing,
  errors: { EPERM: "always" },
  support: refused("EPERM", "there is one group"),
});

/** Change the real, effective and saved user. */
export const setresuid = syscall("setresuid", {
  subsystem: "proc",
  man: "setresuid(2)",
  nr: { amd64: 117, riscv64: 147 },
  args: { ruid: uint, euid: uint, suid: uint },
  returns: nothing,
  errors: { EPERM: "always" },
  support: refused("EPERM", "there is one user"),
});

/** Change the real, effective and saved group. */
export const setresgid = syscall("setresgid", {
  subsystem: "proc",
  man: "setresuid(2)",
  nr: { amd64: 119, riscv64: 149 },
  args: { rgid: uint, egid: uint, sgid: uint },
  returns: nothing,
  errors: { EPERM: "always" },
  support: refused("EPERM", "there is one group"),
});

/** Change the further groups. */
export const setgroups = syscall("setgroups", {
  subsystem: "proc",
  man: "getgroups(2)",
  nr: { amd64: 116, riscv64: 159 },
  args: { size: size, list: addr },
  returns: nothing,
  errors: { EPERM: "always" },
  support: refused("EPERM", "there is one group"),
});

/** Change the user that file permissions are checked for. */
export const setfsuid = syscall("setfsuid", {
  subsystem: "proc",
  man: "setfsuid(2)",
  nr: { amd64: 122, riscv64: 151 },
  args: { uid: uint },
  returns: uint,
  errors: {},
  support: constant(0, "the call answers the user before it, and there is one user"),
});

/** Change the group that file permissions are checked for. */
export const setfsgid = syscall("setfsgid", {
  subsystem: "proc",
  man: "setfsgid(2)",
  nr: { amd64: 123, riscv64: 152 },
  args: { gid: uint },
  returns: uint,
  errors: {},
  support: constant(0, "the call answers the group before it, and there is one group"),
});

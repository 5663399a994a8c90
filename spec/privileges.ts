// Becoming another user or group, and giving up privileges.
//
// There are no other users and no permission checks by user, so changes of identity are refused, except
// where what is asked for is what is.
import { addr, constant, full, int, nothing, partial, refused, syscall, uint } from "./vocabulary.ts";

/** Change the user. */
export const setuid = syscall("setuid", {
  subsystem: "proc",
  man: "setuid(2)",
  nr: { amd64: 105, riscv64: 146 },
  args: { uid: uint },
  returns: nothing,
  errors: { EPERM: "another than 0", EINVAL: "-1" },
  support: partial("there is one user, 0, and no becoming another", "prog:identity"),
  handler: "proc/setuid",
});

/** Change the group. */
export const setgid = syscall("setgid", {
  subsystem: "proc",
  man: "setgid(2)",
  nr: { amd64: 106, riscv64: 144 },
  args: { gid: uint },
  returns: nothing,
  errors: { EPERM: "another than 0", EINVAL: "-1" },
  support: partial("there is one group, 0, and no becoming another", "prog:identity"),
  handler: "proc/setgid",
});

/** Change the real and effective user. */
export const setreuid = syscall("setreuid", {
  subsystem: "proc",
  man: "setreuid(2)",
  nr: { amd64: 113, riscv64: 145 },
  args: { ruid: uint, euid: uint },
  returns: nothing,
  errors: { EPERM: "another than 0, where -1 leaves it as it is" },
  support: partial("there is one user, 0, and no becoming another", "prog:identity"),
  handler: "proc/setreuid",
});

/** Change the real and effective group. */
export const setregid = syscall("setregid", {
  subsystem: "proc",
  man: "setreuid(2)",
  nr: { amd64: 114, riscv64: 143 },
  args: { rgid: uint, egid: uint },
  returns: nothing,
  errors: { EPERM: "another than 0, where -1 leaves it as it is" },
  support: partial("there is one group, 0, and no becoming another", "prog:identity"),
  handler: "proc/setregid",
});

/** Change the real, effective and saved user. */
export const setresuid = syscall("setresuid", {
  subsystem: "proc",
  man: "setresuid(2)",
  nr: { amd64: 117, riscv64: 147 },
  args: { ruid: uint, euid: uint, suid: uint },
  returns: nothing,
  errors: { EPERM: "another than 0, where -1 leaves it as it is" },
  support: partial("there is one user, 0, and no becoming another", "prog:identity"),
  handler: "proc/setresuid",
});

/** Change the real, effective and saved group. */
export const setresgid = syscall("setresgid", {
  subsystem: "proc",
  man: "setresuid(2)",
  nr: { amd64: 119, riscv64: 149 },
  args: { rgid: uint, egid: uint, sgid: uint },
  returns: nothing,
  errors: { EPERM: "another than 0, where -1 leaves it as it is" },
  support: partial("there is one group, 0, and no becoming another", "prog:identity"),
  handler: "proc/setresgid",
});

/** Change the further groups. */
export const setgroups = syscall("setgroups", {
  subsystem: "proc",
  man: "getgroups(2)",
  nr: { amd64: 116, riscv64: 159 },
  args: { size: int, list: addr },
  returns: nothing,
  errors: { EPERM: "any group", EINVAL: "size is negative, or more than 65536" },
  support: partial("there are no further groups: the empty list is kept", "prog:identity"),
  handler: "proc/setgroups",
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

/** Tell what the process may do: everything. */
export const capget = syscall("capget", {
  subsystem: "proc",
  man: "capget(2)",
  nr: { amd64: 125, riscv64: 90 },
  args: { hdrp: addr, datap: addr },
  returns: nothing,
  errors: {
    EINVAL: "a version that is none, which is told, or a negative number of a thread",
    ESRCH: "no such thread",
    EFAULT: "an argument is outside user memory",
  },
  support: full("prog:identity"),
  handler: "proc/capget",
});

/** Change what the process may do. */
export const capset = syscall("capset", {
  subsystem: "proc",
  man: "capget(2)",
  nr: { amd64: 126, riscv64: 91 },
  args: { hdrp: addr, datap: addr },
  returns: nothing,
  errors: { EPERM: "always" },
  support: refused("EPERM", "user 0 may do everything, and nothing here checks less"),
});

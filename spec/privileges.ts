// Becoming another user or group, and giving up privileges.
//
// A program begins as user and group 0, who may do everything. Each thread can become somebody else, who may
// do with files what their permissions say.
import { addr, full, int, nothing, refused, syscall, uint } from "./vocabulary.ts";

/** Change the user. */
export const setuid = syscall("setuid", {
  subsystem: "proc",
  man: "setuid(2)",
  nr: { amd64: 105, riscv64: 146 },
  args: { uid: uint },
  returns: nothing,
  errors: {
    EPERM: "neither real nor saved, and the effective user is not 0",
    EINVAL: "-1",
    ENOMEM: "memory is out",
  },
  support: full("prog:identity"),
  handler: "users/setuid",
});

/** Change the group. */
export const setgid = syscall("setgid", {
  subsystem: "proc",
  man: "setgid(2)",
  nr: { amd64: 106, riscv64: 144 },
  args: { gid: uint },
  returns: nothing,
  errors: {
    EPERM: "neither real nor saved, and the effective user is not 0",
    EINVAL: "-1",
    ENOMEM: "memory is out",
  },
  support: full("prog:identity"),
  handler: "users/setgid",
});

/** Change the real and effective user. */
export const setreuid = syscall("setreuid", {
  subsystem: "proc",
  man: "setreuid(2)",
  nr: { amd64: 113, riscv64: 145 },
  args: { ruid: uint, euid: uint },
  returns: nothing,
  errors: {
    EPERM: "not one that the thread has, and the effective user is not 0; -1 leaves it as it is",
    ENOMEM: "memory is out",
  },
  support: full("prog:identity"),
  handler: "users/setreuid",
});

/** Change the real and effective group. */
export const setregid = syscall("setregid", {
  subsystem: "proc",
  man: "setreuid(2)",
  nr: { amd64: 114, riscv64: 143 },
  args: { rgid: uint, egid: uint },
  returns: nothing,
  errors: {
    EPERM: "not one that the thread has, and the effective user is not 0; -1 leaves it as it is",
    ENOMEM: "memory is out",
  },
  support: full("prog:identity"),
  handler: "users/setregid",
});

/** Change the real, effective and saved user. */
export const setresuid = syscall("setresuid", {
  subsystem: "proc",
  man: "setresuid(2)",
  nr: { amd64: 117, riscv64: 147 },
  args: { ruid: uint, euid: uint, suid: uint },
  returns: nothing,
  errors: {
    EPERM: "not one that the thread has, and the effective user is not 0; -1 leaves it as it is",
    ENOMEM: "memory is out",
  },
  support: full("prog:identity"),
  handler: "users/setresuid",
});

/** Change the real, effective and saved group. */
export const setresgid = syscall("setresgid", {
  subsystem: "proc",
  man: "setresuid(2)",
  nr: { amd64: 119, riscv64: 149 },
  args: { rgid: uint, egid: uint, sgid: uint },
  returns: nothing,
  errors: {
    EPERM: "not one that the thread has, and the effective user is not 0; -1 leaves it as it is",
    ENOMEM: "memory is out",
  },
  support: full("prog:identity"),
  handler: "users/setresgid",
});

/** Change the further groups. */
export const setgroups = syscall("setgroups", {
  subsystem: "proc",
  man: "getgroups(2)",
  nr: { amd64: 116, riscv64: 159 },
  args: { size: int, list: addr },
  returns: nothing,
  errors: {
    EPERM: "the effective user is not 0",
    EINVAL: "size is negative, or more than 65536",
    ENOMEM: "memory is out",
    EFAULT: "list is outside user memory",
  },
  support: full("prog:identity"),
  handler: "users/setgroups",
});

/** Change the user that file permissions are checked for. */
export const setfsuid = syscall("setfsuid", {
  subsystem: "proc",
  man: "setfsuid(2)",
  nr: { amd64: 122, riscv64: 151 },
  args: { uid: uint },
  returns: uint,
  errors: {},
  support: full("prog:identity"),
  handler: "users/setfsuid",
});

/** Change the group that file permissions are checked for. */
export const setfsgid = syscall("setfsgid", {
  subsystem: "proc",
  man: "setfsgid(2)",
  nr: { amd64: 123, riscv64: 152 },
  args: { gid: uint },
  returns: uint,
  errors: {},
  support: full("prog:identity"),
  handler: "users/setfsgid",
});

/** Tell what a thread may do. */
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

/** Change what a thread may do. */
export const capset = syscall("capset", {
  subsystem: "proc",
  man: "capget(2)",
  nr: { amd64: 126, riscv64: 91 },
  args: { hdrp: addr, datap: addr },
  returns: nothing,
  errors: { EPERM: "always" },
  support: refused("EPERM", "capabilities go by the user alone, and none can be given up by itself"),
});

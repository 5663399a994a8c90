// Wrong rows, one mistake each. What the checker must say stands on the line where it must say it, behind
// three crosses (or alone on the line below); several messages of one line are separated by bars. A line
// without any must be silent. Long because every mistake needs a row.
import {
  addr,
  constant,
  exactly,
  fd,
  flags,
  full,
  ignored,
  int,
  nothing,
  partial,
  path,
  reads,
  refused,
  size,
  syscall,
  uint,
  user,
  writes,
} from "./vocabulary.ts";

/** Numbers. */
export const numberWrong = syscall("mmap", {
  subsystem: "mem",
  man: "mmap(2)",
  nr: {
    amd64: 10, // ### mmap has number 9 on amd64, not 10.
    riscv64: 222,
  },
  args: {},
  returns: addr,
  errors: {},
  support: full("prog:there"),
  handler: "mem/there",
});

/** One architecture is forgotten. */
export const numberMissing = syscall("munmap", {
  subsystem: "mem",
  man: "munmap(2)",
  nr: { amd64: 11 }, // ### munmap exists on riscv64 too.
  args: {},
  returns: nothing,
  errors: {},
  support: full("prog:there"),
  handler: "mem/there",
});

/** No such call. */
export const callUnknown = syscall("mumap", {
  subsystem: "mem",
  man: "munmap(2)",
  nr: {
    amd64: 156, // ### Linux has no call named mumap on amd64.
  },
  args: {},
  returns: nothing,
  errors: {},
  support: full("prog:there"),
  handler: "mem/there",
});

/** It exists, but not there. */
export const callElsewhere = syscall("fork", {
  subsystem: "proc",
  man: "fork(2)",
  nr: {
    amd64: 57,
    riscv64: 244, // ### Linux has no call named fork on riscv64.
  },
  args: {},
  returns: nothing,
  errors: { ENOSYS: "always" },
  support: refused("ENOSYS", "one process"),
});

/** Its number is taken: rows are looked at by name, so the later name is told. */
export const numberTwice = syscall("vfork", {
  subsystem: "proc",
  man: "vfork(2)",
  nr: {
    amd64: 57, // ### fork has number 57 on amd64 already. | vfork has number 58 on amd64, not 57.
  },
  args: {},
  returns: nothing,
  errors: { ENOSYS: "always" },
  support: refused("ENOSYS", "one process"),
});

/** A newer Linux than the headers: nothing can be said of its numbers. */
export const fromTheFuture = syscall("teleport", {
  subsystem: "proc",
  man: "teleport(2)",
  nr: { amd64: 9001 },
  args: {},
  returns: nothing,
  errors: { ENOSYS: "always" },
  support: refused("ENOSYS", "not invented yet"),
});

/** First of two. */
export const rowOnce = syscall("sync", {
  subsystem: "fs",
  man: "sync(2)",
  nr: { amd64: 162, riscv64: 81 },
  args: {},
  returns: nothing,
  errors: {},
  support: ignored("files are in memory"),
});

/** Second of two. */
export const rowTwice = syscall("sync", {
  // ### There is another row for sync.
  subsystem: "fs",
  man: "sync(2)",
  nr: { amd64: 162, riscv64: 81 },
  args: {},
  returns: nothing,
  errors: {},
  support: ignored("files are in memory"),
});

/** Words about the row itself. */
export const words = syscall("Sync", {
  // ### "Sync" is no name of a call.
  subsystem: "disk", // ### There is no subsystem "disk".
  man: "sync", // ### "sync" is no manual page.
  nr: {}, // ### Sync has no number on any architecture.
  args: {},
  returns: nothing,
  errors: {},
  support: ignored("files are in memory"),
});

/** Arguments. */
export const argumentsWrong = syscall("read", {
  subsystem: "fs",
  man: "read(2)",
  nr: { amd64: 0, riscv64: 63 },
  args: {
    fd: fd({ or: "AT_FDCDW" }), // ### fd: there is no constant AT_FDCDW.
    buf: writes("cuont"), // ### buf: there is no argument "cuont" to hold the length.
    count: size,
    where: reads("fd"), // ### where: "fd" is no number (fd).
    what: user.in("timespek"), // ### what: there is no type "timespek" on amd64. | what: there is no type "timespek" on riscv64.
  },
  returns: size,
  errors: { EFAULT: "buf is outside user memory" },
  support: full("prog:there"),
  handler: "mem/there",
});

/** More arguments than registers. */
export const argumentsMany = syscall("write", {
  subsystem: "fs",
  man: "write(2)",
  nr: { amd64: 1, riscv64: 64 },
  args: { a: int, b: int, c: int, d: int, e: int, f: int, g: int }, // ### write has 7 arguments, and there are 6 registers.
  returns: size,
  errors: {},
  support: full("prog:there"),
  handler: "mem/there",
});

/** Other arguments elsewhere. */
export const argumentsDiffer = syscall("clone", {
  subsystem: "thread",
  man: "clone(2)",
  nr: { amd64: 56, riscv64: 220 },
  args: { amd64: { flags: int, stack: addr }, riscv64: { flags: int, steak: addr } }, // ### clone has other arguments on riscv64 than on amd64.
  returns: int,
  errors: {},
  support: full("prog:there"),
  handler: "mem/there",
});

/** A struct of the other architecture. */
export const typeElsewhere = syscall("uname", {
  subsystem: "proc",
  man: "uname(2)",
  nr: { amd64: 63, riscv64: 160 },
  args: {
    buf: user.out("riscv_hwprobe"), // ### buf: there is no type "riscv_hwprobe" on amd64.
  },
  returns: nothing,
  errors: { EFAULT: "buf" },
  support: full("prog:there"),
  handler: "mem/there",
});

/** Nobody writes the answer. */
export const resultUnwritten = syscall("getitimer", {
  subsystem: "time",
  man: "getitimer(2)",
  nr: { amd64: 36, riscv64: 102 },
  args: {
    which: int,
    curr_value: user.out("itimerval"), // ### curr_value is never written, for getitimer is constant.
  },
  returns: nothing,
  errors: {},
  support: constant(0, "no timer ever runs"),
});

/** Support without words or proofs. */
export const supportSilent = syscall("openat", {
  subsystem: "fs",
  man: "openat(2)",
  nr: { amd64: 257, riscv64: 56 },
  args: {
    flags: flags({
      O_RDONLY: refused("EINVAL", "never to be read"), // ### O_RDONLY is 0: no bit asks for it, so it cannot be refused.
      O_CREAT: full(), // ### openat: O_CREAT is full without a proof.
      O_EXCL: full("prog:nowhere"), // ### openat: O_EXCL: there is no proof prog:nowhere.
      O_TRUNC: full("test:there"), // ### openat: O_TRUNC: "test:there" is no proof.
      O_DIRECT: ignored(""), // ### openat: O_DIRECT is ignored without a reason.
      O_PATH: refused("EINVAL", "no"), // ### openat: O_PATH is refused without a reason.
      O_TEMPFILE: ignored("there is no page cache"), // ### There is no constant O_TEMPFILE on amd64. | There is no constant O_TEMPFILE on riscv64.
    }),
  },
  returns: fd(),
  errors: { EINVAL: "an unknown bit" },
  support: partial("", "prog:there"), // ### openat is partial, but does not say what is missing.
  handler: "mem/there",
});

/** A partial claim needs a proof too. */
export const partialUnproved = syscall("mremap", {
  subsystem: "mem",
  man: "mremap(2)",
  nr: { amd64: 25, riscv64: 216 },
  args: {},
  returns: addr,
  errors: {},
  support: partial("cannot move"), // ### mremap is partial without a proof.
  handler: "mem/there",
});

/** A constant needs a reason. */
export const constantSilent = syscall("mlock", {
  subsystem: "mem",
  man: "mlock(2)",
  nr: { amd64: 149, riscv64: 228 },
  args: {},
  returns: nothing,
  errors: {},
  support: constant(0, " "), // ### mlock is constant without a reason.
});

/** Bodies. */
export const bodyMissing = syscall("close", {
  // ### close is kept, but names no body.
  subsystem: "fs",
  man: "close(2)",
  nr: { amd64: 3, riscv64: 57 },
  args: {},
  returns: nothing,
  errors: {},
  support: full("prog:there"),
});

/** A body that nobody wrote. */
export const bodyUnknown = syscall("dup", {
  subsystem: "fs",
  man: "dup(2)",
  nr: { amd64: 32, riscv64: 23 },
  args: {},
  returns: fd(),
  errors: {},
  support: full("prog:there"),
  handler: "fs/dupe", // ### dup: there is no function sys_dupe in shim-templates/fs/.
});

/** A body that is never called. */
export const bodySuperfluous = syscall("execve", {
  subsystem: "proc",
  man: "execve(2)",
  nr: { amd64: 59, riscv64: 221 },
  args: {},
  returns: nothing,
  errors: { ENOSYS: "always" },
  support: refused("ENOSYS", "one process"),
  handler: "mem/there", // ### execve is not kept, so mem/there is never called.
});

/** Variants. */
export const variantsWrong = syscall("madvise", {
  subsystem: "mem",
  man: "madvise(2)",
  nr: { amd64: 28, riscv64: 233 },
  args: { addr: addr, length: size, advice: int },
  select: { on: "advise" }, // ### select: there is no argument "advise".
  variants: {
    // ### madvise does not say what other values of the selector do.
    MADV_DONTNEED: { support: full("prog:there") }, // ### madvise: MADV_DONTNEED is kept, but names no body.
    MADV_MAYBE: { support: ignored("a hint only") }, // ### There is no constant MADV_MAYBE on amd64. | There is no constant MADV_MAYBE on riscv64.
    MADV_FREE: { support: refused("ENOTSUP", "a hint only") }, // ### madvise does not list ENOTSUP: madvise: MADV_FREE is refused with it.
  },
  returns: nothing,
  errors: {},
});

/** Variants that nothing chooses, beside a support. */
export const selectMissing = syscall("fcntl", {
  subsystem: "fs",
  man: "fcntl(2)",
  nr: { amd64: 72, riscv64: 25 },
  args: { fd: fd(), cmd: int },
  variants: {
    // ### fcntl has variants, but nothing chooses between them.
    F_GETLK: { support: ignored("one process") },
    F_DUPFD: { support: ignored("one process") },
    F_RDLCK: { support: ignored("one process") }, // ### F_RDLCK is 0, as is F_DUPFD.
  },
  otherwise: refused("EINVAL", "not kept here"),
  support: ignored("one process"), // ### fcntl has a support beside those of its variants.
  returns: nothing,
  errors: { EINVAL: "not kept" },
});

/** A selector with nothing to select. */
export const variantsMissing = syscall("ioctl", {
  // ### ioctl does not say what is kept of it.
  subsystem: "fs",
  man: "ioctl(2)",
  nr: { amd64: 16, riscv64: 29 },
  args: { fd: fd(), request: uint },
  select: { on: "request" }, // ### ioctl has no variants to choose between.
  returns: nothing,
  errors: {},
});

/** Errors. */
export const errorsWrong = syscall("futex", {
  subsystem: "thread",
  man: "futex(2)",
  nr: { amd64: 202, riscv64: 98 },
  args: {
    uaddr: user.word, // ### futex does not list EINVAL: uaddr can lead to it. | futex does not list EFAULT: uaddr can lead to it.
  },
  returns: int,
  errors: {
    EAGIAN: "the value differs", // ### Linux has no EAGIAN.
    EINTR: "", // ### futex does not say when it answers EINTR.
  },
  support: full("prog:there"),
  handler: "mem/there",
});

/** Errors of generated checks. */
export const errorsUnlisted = syscall("newfstatat", {
  subsystem: "fs",
  man: "stat(2)",
  nr: { amd64: 262, riscv64: 79 },
  args: {
    pathname: path, // ### newfstatat does not list EFAULT: pathname can lead to it. | newfstatat does not list ENAMETOOLONG: pathname can lead to it.
    flags: flags({ AT_EMPTY_PATH: full("prog:there") }), // ### newfstatat does not list EINVAL: unknown bits of flags get it.
    sigsetsize: exactly(8),
  },
  returns: nothing,
  errors: {},
  support: full("prog:there"),
  handler: "mem/there",
});

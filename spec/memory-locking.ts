// Keeping pages in memory: nothing is ever paged out, so every page that is there stays. What is not there
// yet comes when it is touched, in memory that is locked too.
import { addr, constant, flags, ignored, int, nothing, size, syscall } from "./vocabulary.ts";

/** Keep pages in memory. */
export const mlock = syscall("mlock", {
  subsystem: "mem",
  man: "mlock(2)",
  nr: { amd64: 149, riscv64: 228 },
  args: { addr: addr, len: size },
  returns: nothing,
  errors: {},
  support: constant(0, "nothing is ever paged out"),
});

/** Keep pages in memory, perhaps only once they are touched. */
export const mlock2 = syscall("mlock2", {
  subsystem: "mem",
  man: "mlock(2)",
  nr: { amd64: 325, riscv64: 284 },
  args: { addr: addr, len: size, flags: flags({ MLOCK_ONFAULT: ignored("pages stay once they are there") }) },
  returns: nothing,
  errors: { EINVAL: "an unknown bit" },
  support: constant(0, "nothing is ever paged out"),
});

/** Let pages be paged out again. */
export const munlock = syscall("munlock", {
  subsystem: "mem",
  man: "mlock(2)",
  nr: { amd64: 150, riscv64: 229 },
  args: { addr: addr, len: size },
  returns: nothing,
  errors: {},
  support: constant(0, "nothing is ever paged out"),
});

/** Keep all pages in memory. */
export const mlockall = syscall("mlockall", {
  subsystem: "mem",
  man: "mlock(2)",
  nr: { amd64: 151, riscv64: 230 },
  args: { flags: int },
  returns: nothing,
  errors: {},
  support: constant(0, "nothing is ever paged out"),
});

/** Let all pages be paged out again. */
export const munlockall = syscall("munlockall", {
  subsystem: "mem",
  man: "mlock(2)",
  nr: { amd64: 152, riscv64: 231 },
  args: {},
  returns: nothing,
  errors: {},
  support: constant(0, "nothing is ever paged out"),
});

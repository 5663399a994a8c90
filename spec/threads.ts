// Threads of the one process: how they start and end, where they run, and what the CPU keeps for them.
//
// There is one process and it never becomes two: of clone, exactly what makes a thread is kept
// (Go: 0x50f00, with CLONE_SETTLS 0xd0f00). os/exec gets ENOSYS and says so to the program.
import {
  addr,
  exactly,
  flags,
  full,
  ignored,
  int,
  long,
  noReturn,
  nothing,
  nullable,
  partial,
  pid,
  reads,
  refused,
  size,
  syscall,
  uint,
  user,
  writes,
} from "./vocabulary.ts";

const cloneFlags = flags(
  {
    CLONE_VM: full("prog:threads"),
    CLONE_FS: full("prog:threads"),
    CLONE_FILES: full("prog:threads"),
    CLONE_SIGHAND: full("prog:threads"),
    CLONE_THREAD: full("prog:threads"),
    CLONE_SYSVSEM: ignored("there are no System V semaphores to undo"),
    CLONE_SETTLS: full("prog:threads"),
    CLONE_PARENT_SETTID: full("prog:threads"),
    CLONE_CHILD_SETTID: full("prog:threads"),
    CLONE_CHILD_CLEARTID: full("prog:threads"),
    CLONE_DETACHED: ignored("Linux ignores it too"),
    CLONE_IO: ignored("there is no I/O scheduler whose context could be shared"),
    CLONE_UNTRACED: ignored("nothing can trace a thread"),
    CLONE_VFORK: refused("ENOSYS", "one process"),
    CLONE_PIDFD: refused("ENOSYS", "one process"),
  },
  refused("ENOSYS", "one process: an exit signal or a namespace asks for another"),
);

/** Start a thread. */
export const clone = syscall("clone", {
  subsystem: "thread",
  man: "clone(2)",
  nr: { amd64: 56, riscv64: 220 },
  args: {
    amd64: { flags: cloneFlags, stack: addr, parent_tid: addr, child_tid: addr, tls: addr },
    riscv64: { flags: cloneFlags, stack: addr, parent_tid: addr, tls: addr, child_tid: addr },
  },
  returns: pid,
  errors: {
    EAGAIN: "no memory for the thread's kernel stack",
    EINVAL: "CLONE_THREAD without CLONE_SIGHAND, or CLONE_SIGHAND without CLONE_VM",
    EPERM: "CLONE_SETTLS with an address outside user memory",
    ENOSYS: "not a thread of this process",
  },
  support: partial(
    "threads only, sharing everything: a new process is refused",
    "prog:threads",
    "prog:goroutines",
  ),
  handler: "thread/clone",
  frame: "whole",
});

/** End this thread. */
export const exit = syscall("exit", {
  subsystem: "thread",
  man: "_exit(2)",
  nr: { amd64: 60, riscv64: 93 },
  args: { status: int },
  returns: noReturn,
  errors: {},
  support: full("prog:threads"),
  handler: "thread/exit",
});

/** End all threads: the machine stops with this status. */
export const exit_group = syscall("exit_group", {
  subsystem: "thread",
  man: "exit_group(2)",
  nr: { amd64: 231, riscv64: 94 },
  args: { status: int },
  returns: noReturn,
  errors: {},
  support: full("prog:exit-status"),
  handler: "thread/exit_group",
});

/** The number of this thread. */
export const gettid = syscall("gettid", {
  subsystem: "thread",
  man: "gettid(2)",
  nr: { amd64: 186, riscv64: 178 },
  args: {},
  returns: pid,
  errors: {},
  support: full("prog:threads"),
  handler: "thread/gettid",
});

/** Name the word that is cleared and woken when this thread ends. */
export const set_tid_address = syscall("set_tid_address", {
  subsystem: "thread",
  man: "set_tid_address(2)",
  nr: { amd64: 218, riscv64: 96 },
  args: { tidptr: addr },
  returns: pid,
  errors: {},
  support: full("prog:threads"),
  handler: "thread/set_tid_address",
});

/** Let another thread run. */
export const sched_yield = syscall("sched_yield", {
  subsystem: "thread",
  man: "sched_yield(2)",
  nr: { amd64: 24, riscv64: 124 },
  args: {},
  returns: nothing,
  errors: {},
  support: full("prog:threads", "prog:goroutines"),
  handler: "thread/sched_yield",
});

/** Tell on which CPUs a thread may run: the runtime counts them for GOMAXPROCS. */
export const sched_getaffinity = syscall("sched_getaffinity", {
  subsystem: "thread",
  man: "sched_setaffinity(2)",
  nr: { amd64: 204, riscv64: 123 },
  args: { pid: pid, cpusetsize: size, mask: writes("cpusetsize") },
  returns: int,
  errors: {
    EINVAL: "the mask is smaller than the kernel's, or not a multiple of 8 bytes",
    ESRCH: "no such thread",
    EFAULT: "mask is outside user memory",
  },
  support: full("prog:threads", "prog:start"),
  handler: "thread/sched_getaffinity",
});

/** Choose the CPUs on which a thread may run. */
export const sched_setaffinity = syscall("sched_setaffinity", {
  subsystem: "thread",
  man: "sched_setaffinity(2)",
  nr: { amd64: 203, riscv64: 122 },
  args: { pid: pid, cpusetsize: size, mask: reads("cpusetsize") },
  returns: nothing,
  errors: {
    EINVAL: "the mask names no CPU that runs",
    ESRCH: "no such thread",
    EFAULT: "mask is outside user memory",
  },
  support: full("prog:threads"),
  handler: "thread/sched_setaffinity",
});

/** Tell on which CPU and NUMA node this thread runs. */
export const getcpu = syscall("getcpu", {
  subsystem: "thread",
  man: "getcpu(2)",
  nr: { amd64: 309, riscv64: 168 },
  args: { cpu: user.out("u32", nullable), node: user.out("u32", nullable), tcache: addr },
  returns: nothing,
  errors: { EFAULT: "an argument is outside user memory" },
  support: full("prog:threads"),
  handler: "thread/getcpu",
});

/** Order memory accesses of all threads. */
export const membarrier = syscall("membarrier", {
  subsystem: "thread",
  man: "membarrier(2)",
  nr: { amd64: 324, riscv64: 283 },
  args: { cmd: int, flags: uint, cpu_id: int },
  returns: int,
  errors: { EINVAL: "an unknown command, or flags", EPERM: "an expedited command that was not registered" },
  support: partial(
    "no commands for instruction caches or restartable sequences, and none for one CPU",
    "prog:threads",
  ),
  handler: "thread/membarrier",
});

/** Set or get the thread's FS base, where amd64 code finds its thread-local storage. */
export const arch_prctl = syscall("arch_prctl", {
  subsystem: "arch",
  man: "arch_prctl(2)",
  nr: { amd64: 158 },
  args: { code: int, addr: addr },
  select: { on: "code" },
  variants: {
    ARCH_SET_FS: {
      args: { addr: "the new base" },
      support: full("prog:start", "prog:threads"),
      handler: "arch/arch_prctl_set_fs",
    },
    ARCH_GET_FS: {
      args: { addr: "where the base is written, 8 bytes" },
      support: full("prog:threads"),
      handler: "arch/arch_prctl_get_fs",
    },
    ARCH_SET_GS: { support: refused("EINVAL", "GS belongs to the kernel's entry code; Go does not use it") },
    ARCH_GET_GS: { support: refused("EINVAL", "GS belongs to the kernel's entry code; Go does not use it") },
  },
  otherwise: refused("EINVAL", "no CPUID faulting, shadow stacks, or dynamic vector state"),
  returns: nothing,
  errors: {
    EINVAL: "a code that is not kept",
    EPERM: "the base is outside user memory",
    EFAULT: "addr is outside user memory",
  },
});

/** Name the list of locks that are marked when this thread dies. */
export const set_robust_list = syscall("set_robust_list", {
  subsystem: "thread",
  man: "set_robust_list(2)",
  nr: { amd64: 273, riscv64: 99 },
  args: { head: addr, len: exactly(24) },
  returns: nothing,
  errors: { ENOSYS: "always", EINVAL: "len is not 24" },
  support: refused(
    "ENOSYS",
    "when a thread of the one process dies by a fault, so does everything that could wait for its locks",
  ),
});

/** Register restartable sequences. */
export const rseq = syscall("rseq", {
  subsystem: "thread",
  man: "rseq(2)",
  nr: { amd64: 334, riscv64: 293 },
  args: { rseq: addr, len: uint, flags: uint, sig: uint },
  returns: nothing,
  errors: { ENOSYS: "always" },
  support: refused("ENOSYS", "Go never registers one; C libraries do without it"),
});

/** Probe what the harts can do. */
export const riscv_hwprobe = syscall("riscv_hwprobe", {
  subsystem: "arch",
  man: "riscv_hwprobe(2)",
  nr: { riscv64: 258 },
  args: {
    pairs: user.inoutArray("riscv_hwprobe", "pair_count", 1024),
    pair_count: size,
    cpusetsize: size,
    cpus: reads("cpusetsize"),
    flags: flags({
      RISCV_HWPROBE_WHICH_CPUS: refused("EINVAL", "all harts that run are alike to a program"),
    }),
  },
  returns: nothing,
  errors: {
    EINVAL: "a flag is set, the set names no CPU that runs, or there are more than 1024 pairs",
    EFAULT: "an argument is outside user memory",
    ENOMEM: "memory is out",
  },
  support: full("prog:processor"),
  handler: "arch/riscv_hwprobe",
});

/** Make instruction fetches see stores, on all harts or this one. */
export const riscv_flush_icache = syscall("riscv_flush_icache", {
  subsystem: "arch",
  man: "riscv_flush_icache(2)",
  nr: { riscv64: 259 },
  args: { start: addr, end: addr, flags: long },
  returns: nothing,
  errors: { EINVAL: "flags has a bit other than 1 (this hart only)" },
  support: full("prog:mmap"),
  handler: "arch/riscv_flush_icache",
});

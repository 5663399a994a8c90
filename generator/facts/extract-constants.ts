/**
 * Values of the constants that the table and the kernel name, taken from the headers by family.
 *
 * A family is a spelling (`MAP_*`, `E*`): listing every name by hand would be a second table. Names
 * that are enumerators and not macros, which the preprocessor cannot list, are given one by one.
 */
import type { Headers } from "./headers.ts";
import { compile, evaluate, includes } from "./probe.ts";

/** Headers that define them, without those that clash with each other. */
const files = [
  "asm/errno.h", "asm/fcntl.h", "linux/fcntl.h", "linux/stat.h", "asm/stat.h", "linux/fs.h", "linux/falloc.h", "linux/fadvise.h",
  "linux/openat2.h", "linux/close_range.h", "linux/uio.h", "linux/limits.h", "linux/magic.h", "asm/mman.h", "linux/mman.h", "linux/mempolicy.h", "linux/sched.h",
  "linux/futex.h", "linux/membarrier.h", "linux/rseq.h", "linux/prctl.h", "asm/signal.h", "linux/signal.h", "asm/siginfo.h", "linux/memfd.h", "linux/time.h",
  "linux/timerfd.h", "linux/eventpoll.h", "linux/eventfd.h", "asm/poll.h", "linux/random.h", "linux/resource.h", "linux/wait.h", "linux/pidfd.h",
  "asm/termbits.h", "asm/ioctls.h", "asm/termios.h", "linux/auxvec.h", "asm/auxvec.h", "linux/elf.h", "linux/elf-em.h", "linux/reboot.h", "linux/utsname.h", "linux/mount.h",
  "asm/prctl.h", "asm/hwprobe.h", "asm/hwcap.h", "asm/sigcontext.h", "asm/ucontext.h",
];

/** Spellings of the families. Anchored at the start. */
const families =
  /^(E[A-Z0-9]+$|O_[A-Z]|AT_|S_I|F_[A-Z]|FD_CLOEXEC|LOCK_(SH|EX|NB|UN)$|SEEK_|FALLOC_FL_|POSIX_FADV_|RENAME_|STATX_|CLOSE_RANGE_|RWF_|UIO_MAXIOV|PATH_MAX|NAME_MAX|PIPE_BUF|XATTR_|[A-Z0-9]+_(SUPER_)?MAGIC$|PROT_|MAP_|MADV_|MREMAP_|MS_|MCL_|MLOCK_|MFD_|MPOL_|PKEY_|CLONE_|CSIGNAL|SCHED_|FUTEX_|MEMBARRIER_|RSEQ_|PR_|SIG[A-Z0-9]+$|SIG_|SA_|SS_|MINSIGSTKSZ|SI_|SEGV_|BUS_|FPE_|ILL_|TRAP_|POLL|CLD_|SIGEV_|CLOCK_|TIMER_|ITIMER_|TFD_|EPOLL|EFD_|GRND_|RLIMIT_|RLIM_|RUSAGE_|W[A-Z]+$|P_[A-Z]|PIDFD_|N?CC[A-Z]*$|TC[A-Z]|TIO|FIO|B\d|V[A-Z0-9]+$|(IGNBRK|BRKINT|IGNPAR|PARMRK|INPCK|ISTRIP|INLCR|IGNCR|ICRNL|IUCLC|IXON|IXANY|IXOFF|IMAXBEL|IUTF8|OPOST|OLCUC|ONLCR|OCRNL|ONOCR|ONLRET|CS[5-8]|CSIZE|CSTOPB|CREAD|PAREN[BD]|PARODD|HUPCL|CLOCAL|ISIG|ICANON|XCASE|ECHO[A-Z]*|NOFLSH|TOSTOP|FLUSHO|PENDIN|IEXTEN|EXTPROC|NCCS)$|EI_|ELF|ET_|EM_(386|X86_64|RISCV)$|EV_|PT_|PF_[RWX]$|LINUX_REBOOT_|ARCH_|RISCV_HWPROBE_|COMPAT_HWCAP_|UC_|FP_XSTATE_)/;

const enumerators = [
  "MEMBARRIER_CMD_QUERY", "MEMBARRIER_CMD_GLOBAL", "MEMBARRIER_CMD_GLOBAL_EXPEDITED", "MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED",
  "MEMBARRIER_CMD_PRIVATE_EXPEDITED", "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED", "MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE",
  "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE", "MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ",
  "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ", "MEMBARRIER_CMD_GET_REGISTRATIONS", "MEMBARRIER_CMD_FLAG_CPU", "RSEQ_FLAG_UNREGISTER",
];

/** Constant name to value, sorted by name. */
export function extractConstants(headers: Headers): Record<string, bigint> {
  const prelude = includes(headers, files);
  const { stdout } = compile(headers, prelude, ["-dM", "-E"]);
  const macros = [...stdout.matchAll(/^#define ([A-Z][A-Z0-9a-z_]*) \S/gm)].map((match) => match[1]!).filter((name) => families.test(name));
  const names = [...new Set([...macros, ...enumerators])].sort();
  return Object.fromEntries(evaluate(headers, prelude, names));
}

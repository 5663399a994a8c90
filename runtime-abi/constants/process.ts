// Limits, auxiliary vector, executable files. Values as Linux defines them; the header that is the witness stands above each group.
import { group } from "./group.ts";

/** getrlimit(2). Witness: asm/resource.h. */
export const resources = group({
  RLIMIT_CPU: 0,
  RLIMIT_FSIZE: 1,
  RLIMIT_DATA: 2,
  RLIMIT_STACK: 3,
  RLIMIT_CORE: 4,
  RLIMIT_RSS: 5,
  RLIMIT_NPROC: 6,
  RLIMIT_NOFILE: 7,
  RLIMIT_MEMLOCK: 8,
  RLIMIT_AS: 9,
  RLIMIT_LOCKS: 10,
  RLIMIT_SIGPENDING: 11,
  RLIMIT_MSGQUEUE: 12,
  RLIMIT_NICE: 13,
  RLIMIT_RTPRIO: 14,
  RLIMIT_RTTIME: 15,
  RLIM_NLIMITS: 16,
  RLIM_INFINITY: 0xffffffffffffffffn,
});

/** getrusage(2). Witness: linux/resource.h. */
export const usageTargets = group({
  RUSAGE_SELF: 0,
  RUSAGE_THREAD: 1,
  RUSAGE_CHILDREN: -1,
});

/** getrandom(2). Witness: linux/random.h. */
export const randomFlags = group({
  GRND_NONBLOCK: 0x1,
  GRND_RANDOM: 0x2,
  GRND_INSECURE: 0x4,
});

/** The auxiliary vector on a new program's stack. Witness: linux/auxvec.h, asm/auxvec.h. */
export const auxiliaryTags = group({
  AT_NULL: 0,
  AT_IGNORE: 1,
  AT_EXECFD: 2,
  AT_PHDR: 3,
  AT_PHENT: 4,
  AT_PHNUM: 5,
  AT_PAGESZ: 6,
  AT_BASE: 7,
  AT_FLAGS: 8,
  AT_ENTRY: 9,
  AT_NOTELF: 10,
  AT_UID: 11,
  AT_EUID: 12,
  AT_GID: 13,
  AT_EGID: 14,
  AT_PLATFORM: 15,
  AT_HWCAP: 16,
  AT_CLKTCK: 17,
  AT_SECURE: 23,
  AT_BASE_PLATFORM: 24,
  AT_RANDOM: 25,
  AT_HWCAP2: 26,
  AT_EXECFN: 31,
  AT_SYSINFO_EHDR: 33,
  AT_MINSIGSTKSZ: 51,
});

/** ELF files. Witness: linux/elf.h. */
export const elfConstants = group({
  ET_NONE: 0,
  PT_NULL: 0,
  ELFCLASS32: 1,
  ELFDATA2LSB: 1,
  ET_REL: 1,
  EV_CURRENT: 1,
  PF_X: 1,
  PT_LOAD: 1,
  ELFCLASS64: 2,
  ELFDATA2MSB: 2,
  ET_EXEC: 2,
  PF_W: 2,
  PT_DYNAMIC: 2,
  ET_DYN: 3,
  PT_INTERP: 3,
  EI_CLASS: 4,
  ET_CORE: 4,
  PF_R: 4,
  PT_NOTE: 4,
  EI_DATA: 5,
  EI_VERSION: 6,
  PT_PHDR: 6,
  EI_OSABI: 7,
  PT_TLS: 7,
  EM_X86_64: 62,
  EM_RISCV: 243,
  PT_GNU_STACK: 1685382481,
});

/** memfd_create(2). Witness: linux/memfd.h. */
export const memfdFlags = group({
  MFD_CLOEXEC: 0x1,
  MFD_ALLOW_SEALING: 0x2,
  MFD_HUGETLB: 0x4,
});

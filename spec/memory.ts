// Memory: areas of the one address space, their permissions, and what the program says about their use.
//
// Pages come on first touch and are zero. Nothing is ever paged out, nothing forks and no core is
// dumped, so whatever only speaks of these is accepted. `MADV_DONTNEED` is no such hint: the Go runtime
// relies on zeroes after it (golang 1.26, runtime/mheap.go), so the pages really go.
import {
  addr,
  fd,
  flags,
  full,
  ignored,
  int,
  nothing,
  off,
  partial,
  refused,
  size,
  syscall,
} from "./vocabulary.ts";

/** Map anonymous memory or a file into the address space. */
export const mmap = syscall("mmap", {
  subsystem: "mem",
  man: "mmap(2)",
  nr: { amd64: 9, riscv64: 222 },
  args: {
    addr: addr,
    length: size,
    prot: flags(
      {
        PROT_NONE: full("prog:mmap"),
        PROT_READ: full("prog:mmap"),
        PROT_WRITE: full("prog:mmap"),
        PROT_EXEC: full("prog:mmap"),
        PROT_SEM: ignored("Linux ignores it on these architectures too"),
      },
      ignored("mmap of Linux ignores bits it does not know here, unlike mprotect"),
    ),
    flags: flags({
      MAP_SHARED: full("prog:mmap"),
      MAP_PRIVATE: full("prog:mmap"),
      MAP_FIXED: full("prog:mmap"),
      MAP_ANONYMOUS: full("prog:mmap"),
      MAP_FIXED_NOREPLACE: full("prog:mmap"),
      MAP_NORESERVE: ignored("no memory is set aside for any mapping: pages come on first touch"),
      MAP_POPULATE: ignored("only when pages come, not what they hold, is different"),
      MAP_NONBLOCK: ignored("it only weakens MAP_POPULATE"),
      MAP_LOCKED: ignored("nothing is ever paged out"),
      MAP_STACK: ignored("Linux ignores it too"),
      MAP_DENYWRITE: ignored("Linux ignores it too"),
      MAP_EXECUTABLE: ignored("Linux ignores it too"),
      MAP_GROWSDOWN: refused("EINVAL", "areas do not grow; Go's stacks are plain memory"),
      MAP_HUGETLB: refused("ENOMEM", "there is no reserved pool, as on a Linux where nobody filled it"),
      MAP_SYNC: refused("EOPNOTSUPP", "there are no persistent-memory files"),
    }),
    fd: fd(),
    offset: off,
  },
  returns: addr,
  errors: {
    EINVAL:
      "length is zero, addr or offset is not page-aligned, neither or both of MAP_SHARED and MAP_PRIVATE, or an unknown bit",
    ENOMEM: "no gap is large enough, the range leaves user space, or MAP_HUGETLB",
    EEXIST: "MAP_FIXED_NOREPLACE, and something is mapped there",
    EBADF: "fd is not open, and MAP_ANONYMOUS is not set",
    EACCES: "the descriptor is not open for reading, or not for the writing that MAP_SHARED asks for",
    ENODEV: "that kind of file cannot be mapped",
    EPERM: "MAP_FIXED at page 0, which is never mapped",
    EOVERFLOW: "offset and length together are no offset",
    EOPNOTSUPP: "MAP_SYNC",
  },
  support: full("prog:mmap", "prog:start", "prog:gc-stress"),
  handler: "mem/mmap",
});

/** Remove mappings from a range; what is not mapped there is no error. */
export const munmap = syscall("munmap", {
  subsystem: "mem",
  man: "munmap(2)",
  nr: { amd64: 11, riscv64: 215 },
  args: { addr: addr, length: size },
  returns: nothing,
  errors: {
    EINVAL: "addr is not page-aligned, length is zero, or the range leaves user space",
    ENOMEM: "splitting an area needs memory, and there is none",
  },
  support: full("prog:mmap"),
  handler: "mem/munmap",
});

/** Change the permissions of a range. */
export const mprotect = syscall("mprotect", {
  subsystem: "mem",
  man: "mprotect(2)",
  nr: { amd64: 10, riscv64: 226 },
  args: {
    addr: addr,
    len: size,
    prot: flags({
      PROT_NONE: full("prog:mmap"),
      PROT_READ: full("prog:mmap"),
      PROT_WRITE: full("prog:mmap"),
      PROT_EXEC: full("prog:mmap"),
      PROT_SEM: ignored("Linux ignores it on these architectures too"),
    }),
  },
  returns: nothing,
  errors: {
    EINVAL: "addr is not page-aligned, or an unknown bit (PROT_GROWSDOWN, PROT_GROWSUP)",
    ENOMEM: "part of the range is not mapped, or there would be too many areas",
    EACCES: "writing to a file that was opened for reading only",
  },
  support: full("prog:mmap"),
  handler: "mem/mprotect",
});

/**
 * Give advice about the use of memory. Files are in memory, nothing is paged out, forks or is dumped: what speaks of
 * that only has to name memory that is there.
 */
export const madvise = syscall("madvise", {
  subsystem: "mem",
  man: "madvise(2)",
  nr: { amd64: 28, riscv64: 233 },
  args: { addr: addr, length: size, advice: int },
  select: { on: "advice" },
  variants: {
    MADV_DONTNEED: {
      support: full("prog:memory-return", "prog:mmap", "prog:shootdown"),
      handler: "mem/madvise_dontneed",
    },
    MADV_FREE: { support: full("prog:mmap"), handler: "mem/madvise_free" },
    MADV_HUGEPAGE: { support: full("prog:mmap", "prog:gc-stress"), handler: "mem/madvise_hugepage" },
    MADV_NOHUGEPAGE: { support: full("prog:mmap", "prog:gc-stress"), handler: "mem/madvise_nohugepage" },
    MADV_NORMAL: { support: full("prog:random"), handler: "mem/madvise_hint" },
    MADV_RANDOM: { support: full("prog:random"), handler: "mem/madvise_hint" },
    MADV_SEQUENTIAL: { support: full("prog:random"), handler: "mem/madvise_hint" },
    MADV_WILLNEED: { support: full("prog:random"), handler: "mem/madvise_hint" },
    MADV_COLD: { support: full("prog:random"), handler: "mem/madvise_hint" },
    MADV_PAGEOUT: { support: full("prog:random"), handler: "mem/madvise_hint" },
    MADV_DONTFORK: { support: full("prog:random"), handler: "mem/madvise_hint" },
    MADV_DOFORK: { support: full("prog:random"), handler: "mem/madvise_hint" },
    MADV_DONTDUMP: { support: full("prog:random"), handler: "mem/madvise_hint" },
    MADV_DODUMP: { support: full("prog:random"), handler: "mem/madvise_hint" },
    MADV_COLLAPSE: {
      support: refused("EINVAL", "pages are not moved to make large ones, as on a Linux without THP"),
    },
  },
  otherwise: refused("EINVAL", "nothing to merge, to poison, to punch or to wipe on fork"),
  returns: nothing,
  errors: {
    EINVAL: "addr is not page-aligned, or that advice is not given here",
    EAGAIN: "there are as many areas as there may be",
    ENOMEM: "part of the range is not mapped",
  },
});

/** Tell which pages of a range are in memory. */
export const mincore = syscall("mincore", {
  subsystem: "mem",
  man: "mincore(2)",
  nr: { amd64: 27, riscv64: 232 },
  args: { addr: addr, length: size, vec: addr },
  returns: nothing,
  errors: {
    EINVAL: "addr is not page-aligned",
    ENOMEM: "part of the range is not mapped",
    EFAULT: "vec is outside user memory",
  },
  support: full("prog:mmap"),
  handler: "mem/mincore",
});

/** Move the end of the data segment. */
export const brk = syscall("brk", {
  subsystem: "mem",
  man: "brk(2)",
  nr: { amd64: 12, riscv64: 214 },
  args: { addr: addr },
  returns: addr,
  errors: {},
  support: full("prog:mmap"),
  handler: "mem/brk",
});

/** Grow, shrink or move a mapping. */
export const mremap = syscall("mremap", {
  subsystem: "mem",
  man: "mremap(2)",
  nr: { amd64: 25, riscv64: 216 },
  args: {
    old_address: addr,
    old_size: size,
    new_size: size,
    flags: flags({
      MREMAP_MAYMOVE: full("prog:mmap"),
      MREMAP_FIXED: full("prog:mmap"),
      MREMAP_DONTUNMAP: refused("EINVAL", "a mapping is in one place; only userfaultfd programs ask for two"),
    }),
    new_address: addr,
  },
  returns: addr,
  errors: {
    EINVAL:
      "an address is not page-aligned, new_size is zero, ranges overlap, MREMAP_FIXED without MREMAP_MAYMOVE, or an unknown bit",
    EFAULT: "the old range is not mapped as one",
    EPERM: "MREMAP_FIXED at page 0, which is never mapped",
    ENOMEM: "the mapping cannot grow in place and may not move, or memory is out",
  },
  support: partial(
    "the range must lie in one area, old_size zero (a second mapping of shared pages) is EINVAL, and shared anonymous memory grows whole, where Linux gives SIGBUS behind its first end",
    "prog:mmap",
  ),
  handler: "mem/mremap",
});

/** Write changes of a mapped file back to the file. */
export const msync = syscall("msync", {
  subsystem: "mem",
  man: "msync(2)",
  nr: { amd64: 26, riscv64: 227 },
  args: {
    addr: addr,
    length: size,
    flags: flags({
      MS_SYNC: full("prog:mmap"),
      MS_ASYNC: full("prog:mmap"),
      MS_INVALIDATE: ignored("a shared mapping and its file are the same pages"),
    }),
  },
  returns: nothing,
  errors: {
    EINVAL: "addr is not page-aligned, both MS_ASYNC and MS_SYNC, or an unknown bit",
    ENOMEM: "part of the range is not mapped",
  },
  support: full("prog:mmap"),
  handler: "mem/msync",
});

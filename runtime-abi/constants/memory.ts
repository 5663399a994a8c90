// The address space. Values as Linux defines them; the header that is the witness stands above each group.
import { group } from "./group.ts";

/** mmap(2), mprotect(2). Witness: asm/mman.h. */
export const protections = group({
  PROT_NONE: 0x0,
  PROT_READ: 0x1,
  PROT_WRITE: 0x2,
  PROT_EXEC: 0x4,
  PROT_SEM: 0x8,
  PROT_GROWSDOWN: 0x1000000,
  PROT_GROWSUP: 0x2000000,
});

/** mmap(2). Witness: asm/mman.h, linux/mman.h. */
export const mapFlags = group({
  MAP_FILE: 0x0,
  MAP_SHARED: 0x1,
  MAP_PRIVATE: 0x2,
  MAP_SHARED_VALIDATE: 0x3,
  MAP_TYPE: 0xf,
  MAP_FIXED: 0x10,
  MAP_HUGE_SHIFT: 0x1a,
  MAP_ANONYMOUS: 0x20,
  MAP_HUGE_MASK: 0x3f,
  MAP_32BIT: { amd64: 0x40 },
  MAP_GROWSDOWN: 0x100,
  MAP_DENYWRITE: 0x800,
  MAP_EXECUTABLE: 0x1000,
  MAP_LOCKED: 0x2000,
  MAP_NORESERVE: 0x4000,
  MAP_POPULATE: 0x8000,
  MAP_NONBLOCK: 0x10000,
  MAP_STACK: 0x20000,
  MAP_HUGETLB: 0x40000,
  MAP_SYNC: 0x80000,
  MAP_FIXED_NOREPLACE: 0x100000,
  MAP_UNINITIALIZED: 0x4000000,
});

/** mremap(2). Witness: linux/mman.h. */
export const remapFlags = group({
  MREMAP_MAYMOVE: 0x1,
  MREMAP_FIXED: 0x2,
  MREMAP_DONTUNMAP: 0x4,
});

/** madvise(2). Witness: asm/mman.h. */
export const memoryAdvice = group({
  MADV_NORMAL: 0,
  MADV_RANDOM: 1,
  MADV_SEQUENTIAL: 2,
  MADV_WILLNEED: 3,
  MADV_DONTNEED: 4,
  MADV_FREE: 8,
  MADV_REMOVE: 9,
  MADV_DONTFORK: 10,
  MADV_DOFORK: 11,
  MADV_MERGEABLE: 12,
  MADV_UNMERGEABLE: 13,
  MADV_HUGEPAGE: 14,
  MADV_NOHUGEPAGE: 15,
  MADV_DONTDUMP: 16,
  MADV_DODUMP: 17,
  MADV_WIPEONFORK: 18,
  MADV_KEEPONFORK: 19,
  MADV_COLD: 20,
  MADV_PAGEOUT: 21,
  MADV_POPULATE_READ: 22,
  MADV_POPULATE_WRITE: 23,
  MADV_DONTNEED_LOCKED: 24,
  MADV_COLLAPSE: 25,
  MADV_HWPOISON: 100,
  MADV_SOFT_OFFLINE: 101,
});

/** msync(2). Witness: asm/mman.h. */
export const syncFlags = group({
  MS_ASYNC: 0x1,
  MS_INVALIDATE: 0x2,
  MS_SYNC: 0x4,
});

/** mlockall(2), mlock2(2). Witness: asm/mman.h. */
export const lockFlags = group({
  MCL_CURRENT: 0x1,
  MLOCK_ONFAULT: 0x1,
  MCL_FUTURE: 0x2,
  MCL_ONFAULT: 0x4,
});

/** membarrier(2). Witness: linux/membarrier.h. */
export const membarrierCommands = group({
  MEMBARRIER_CMD_QUERY: 0x0,
  MEMBARRIER_CMD_FLAG_CPU: 0x1,
  MEMBARRIER_CMD_GLOBAL: 0x1,
  MEMBARRIER_CMD_SHARED: 0x1,
  MEMBARRIER_CMD_GLOBAL_EXPEDITED: 0x2,
  MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED: 0x4,
  MEMBARRIER_CMD_PRIVATE_EXPEDITED: 0x8,
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED: 0x10,
  MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE: 0x20,
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE: 0x40,
  MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ: 0x80,
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ: 0x100,
});

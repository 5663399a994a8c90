/** What programs/costs.c measures, by the name it prints. The first eight are to be cheap; the others are looked at. */

export type Cost = {
  name: string;
  what: string;
  /** Ours over Linux's, at most. */
  goal?: number;
};

const third = 0.33;

export const costs: readonly Cost[] = [
  { name: "getpid", what: "getpid", goal: third },
  { name: "futex-wake", what: "futex wake, nobody waits", goal: third },
  { name: "futex-round-trip", what: "futex, to a thread and back", goal: third },
  { name: "map-touch-unmap", what: "mmap, first touch, munmap", goal: third },
  { name: "page-fault", what: "page fault, written", goal: third },
  { name: "thread", what: "clone, exit and join", goal: third },
  { name: "signal", what: "tgkill, handler and return", goal: third },
  { name: "clock_gettime", what: "clock_gettime in the vDSO", goal: third },
  { name: "read-fault", what: "page fault, read" },
  { name: "pipe-byte", what: "a byte through a pipe" },
  { name: "open-close", what: "open and close" },
  { name: "write-4k", what: "write of 4 KiB" },
  { name: "read-4k", what: "read of 4 KiB" },
];

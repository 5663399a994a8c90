/**
 * Which of Go's own benchmarks are measured: what goroutines, channels, locks, allocation and stacks take, where threads are
 * woken and put to rest, memory is touched for the first time, and the collector runs. GOMAXPROCS is 4 on one CPU, so that
 * threads take turns by way of the kernel.
 */

export type Group = {
  package: "runtime" | "sync";
  benchmarks: readonly string[];
  /** How often each body runs: the same on both sides. */
  times: number;
};

export const processors = 4;

export const groups: readonly Group[] = [
  {
    package: "runtime",
    times: 100_000,
    benchmarks: [
      ...["SelectUncontended", "ChanProdCons10", "CreateGoroutines", "CreateGoroutinesParallel"],
      ...["Malloc16", "PanicRecover"],
    ],
  },
  {
    package: "runtime",
    times: 2000,
    benchmarks: [
      ...["ChanUncontended", "ChanContended", "SelectSyncContended", "MallocLargeStruct", "Allocation"],
      ...["StackGrowth", "NetpollBreak", "ReadMemStats"],
    ],
  },
  {
    package: "runtime",
    times: 10,
    benchmarks: ["StackCopyNoCache", "AppendGrowByte"],
  },
  {
    package: "sync",
    times: 100_000,
    benchmarks: [
      "MutexUncontended",
      "Mutex",
      "RWMutexWrite10",
      "Once",
      "Pool",
      "ContendedSemaphore",
      "SemaSyntBlock",
    ],
  },
  {
    package: "sync",
    times: 2000,
    benchmarks: ["MutexNoSpin", "MutexSpin", "Cond4", "WaitGroupActuallyWait"],
  },
];

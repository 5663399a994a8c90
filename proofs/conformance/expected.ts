/**
 * Tests that pass on Linux and not on ours, each with its reason. `row` names the call of spec/ whose refusal, or whose
 * note, it is. An entry that no result needs any more is a mistake as much as a failure without one.
 */
import type { Row } from "./rows.ts";

export type Expectation = {
  package: string;
  /** Names as Go prints them, with all their subtests; `*` is any part of a name. */
  tests: readonly string[];
  why: string;
  /** A call that spec/ refuses, or keeps with a note. */
  row?: string;
  /** Only there; otherwise everywhere. */
  archs?: readonly Row["arch"][];
  machines?: readonly Row["machine"][];
  gos?: readonly Row["go"][];
  /** They end the program, or never end: the others are run without them. */
  ends?: boolean;
  /** On Linux, too, for there is no go command beside the sources: there the others are run without them as well. */
  onLinuxToo?: boolean;
};

export const needsProcesses = { why: "needs processes", row: "execve" } as const;
export const needsSockets = { why: "needs sockets", row: "socket" } as const;

/** Not of our kernel: what the machines' CPUs lack, QEMU's `max` and the model's, says CPUID. */
const needsShaExtensions = {
  why: "Go wants AVX beside the SHA extensions: these QEMU 7.2 does not have, that the machine model does not",
  archs: ["amd64"],
} as const;

const needsAvx2 = {
  why: "the machine model has no AVX2: vectors of WebAssembly have 128 bits",
  archs: ["amd64"],
  machines: ["model"],
} as const;

const needsAvx512 = {
  why: "neither QEMU 7.2 nor the machine model has a CPU with AVX-512",
  archs: ["amd64"],
} as const;

/** The witness is Linux on amd64; on riscv64 these leave themselves out there, too. */
const notForRiscv64 = { why: "Go has no such code for riscv64", archs: ["riscv64"] } as const;

/** runtime/trace.go: an event's time is RDTIME / 16, but at least one more than that of the CPU's last event. */
const hasCoarseTraces = {
  why: "Go 1.19 has steps of 16 ticks, 1.6 µs on this machine, finds events in them out of order, and skips",
  archs: ["riscv64"],
  gos: ["go1.19.13"],
} as const;

export const expected: readonly Expectation[] = [
  { package: "bufio", tests: ["TestCopyUnixpacket"], ...needsSockets },
  // httptest listens.
  { package: "compress/gzip", tests: ["Example_compressingReader"], ...needsSockets },
  { package: "context", tests: ["ExampleAfterFunc_connection"], ...needsSockets },
  { package: "crypto/cipher", tests: ["TestGCMNoncesFIPSV1", "TestGCMNoncesFIPSV126"], ...needsProcesses },
  {
    package: "crypto/cipher",
    tests: ["TestCBCAESWycheproof", "TestGCMWycheproof"],
    why: "is left out on Linux, too, by its parts, which it has on amd64 alone: go test -short fetches nothing",
    archs: ["riscv64"],
  },
  { package: "crypto/cipher", tests: ["TestGCMAsm"], ...notForRiscv64, gos: ["go1.19.13"] },
  { package: "crypto/fips140", tests: ["TestWithoutEnforcement"], ...needsProcesses },
  { package: "crypto/internal/fips140only", tests: ["TestFIPS140Only"], ...needsProcesses },
  {
    package: "crypto/internal/fips140test",
    tests: ["TestCASTFailures", "TestCASTPasses", "TestIntegrityCheck", "TestIntegrityCheckFailure"],
    ...needsProcesses,
  },
  { package: "crypto/sha1", tests: ["*/SHA-NI"], ...needsShaExtensions },
  { package: "crypto/sha256", tests: ["*/SHA-NI", "*/*/SHA-NI"], ...needsShaExtensions },
  {
    package: "crypto/internal/fips140test",
    tests: ["TestEntropySamples"],
    why: "takes entropy from how long the same work takes, and on the machine model it always takes as long",
    archs: ["amd64"],
    machines: ["model"],
  },
  { package: "crypto/sha1", tests: ["*/AVX2"], ...needsAvx2 },
  { package: "crypto/sha256", tests: ["*/AVX2", "*/*/AVX2"], ...needsAvx2 },
  { package: "crypto/sha512", tests: ["*/AVX2", "*/*/AVX2", "*/*/*/AVX2"], ...needsAvx2 },
  { package: "encoding/json", tests: ["TestHTTPDecoding"], ...needsSockets, ends: true },
  { package: "flag", tests: ["TestExitCode"], ...needsProcesses },
  { package: "hash/crc32", tests: ["TestArchCastagnoli", "TestArchIEEE"], ...notForRiscv64 },
  { package: "internal/cpu", tests: ["TestDisableAllCapabilities"], ...needsProcesses },
  { package: "internal/cpu", tests: ["TestDisableSSE3"], ...needsProcesses, archs: ["amd64"] },
  {
    package: "internal/poll",
    tests: ["TestReadError/ErrNotPollable"],
    why: "opens /dev/net/tun, and there is no network",
  },
  {
    package: "internal/runtime/gc/scan",
    tests: ["TestExpandAVX512", "TestFilterNilAVX512", "TestScanSpanPackedAVX512"],
    ...needsAvx512,
  },
  {
    package: "internal/synctest",
    tests: ["TestChannelMovedOutOfBubble", "TestTimerFromInsideBubble", "TestWaitGroupMoved*"],
    ...needsProcesses,
  },
  // These ask the command zstd.
  {
    package: "internal/zstd",
    tests: ["FuzzDecompressor", "FuzzReverse", "TestAlloc"],
    ...needsProcesses,
  },
  // httptest listens.
  { package: "net/http/cookiejar", tests: ["ExampleNew"], ...needsSockets },
  {
    package: "os",
    tests: [
      "TestExecutable",
      "TestFileChdirTestlog",
      "TestGetppid",
      "TestHostname",
      "TestKillFindProcess",
      "TestKillStartProcess",
      "TestProcessWithHandleLinux",
      "TestReadNonblockingFd",
      "TestStartProcess",
      "TestStatStdin",
      "TestStdPipe",
    ],
    ...needsProcesses,
  },
  {
    package: "os",
    tests: ["TestErrProcessDone"],
    ...needsProcesses,
    gos: ["go1.19.13"],
    ends: true,
    onLinuxToo: true,
  },
  {
    package: "os",
    tests: [
      "TestGetPollFDAndNetwork",
      "TestLargeCopyViaNetwork",
      "TestRootConsistency*/*/unix_domain_socket_*",
      "TestRootConsistency*/unix_domain_socket_*",
      "TestSendFile",
      "TestSpliceFile",
    ],
    ...needsSockets,
  },
  {
    package: "os/signal",
    tests: ["TestAtomicStop", "TestDetectNohup", "TestNohup", "TestNotifyContextNotifications"],
    ...needsProcesses,
  },
  {
    package: "runtime",
    tests: [
      "TestArenaCollision",
      "TestCrashWhileTracing",
      "TestFinalizerRegisterABI",
      "TestG0StackOverflow",
      "TestIssue66841",
      "TestMemHashGlobalSeed",
      "TestRuntimePanic",
      "TestTracebackRuntimeFunction",
      "TestTracebackRuntimeMethod",
      "TestTracebackSystem",
      "TestUsingVDSO",
    ],
    ...needsProcesses,
  },
  {
    package: "runtime",
    tests: ["TestFPUnwindAfterRecovery", "TestFPUnwindStackGrowthAfterRecovery"],
    ...notForRiscv64,
  },
  {
    package: "runtime",
    tests: ["TestFinalizerInterfaceBig", "TestFinalizerType"],
    why: "Go has them for amd64 alone",
    archs: ["riscv64"],
    gos: ["go1.19.13"],
  },
  {
    package: "runtime",
    tests: ["TestMemmoveOverflow"],
    why: "asks for more writable memory than the machine with its 2 GiB has",
    row: "mmap",
  },
  {
    package: "runtime",
    tests: ["TestGoroutineParallelism2"],
    ...needsSockets,
    gos: ["go1.19.13"],
    ends: true,
  },
  { package: "runtime/debug", tests: ["TestSetCrashOutput", "TestStack"], ...needsProcesses },
  {
    package: "runtime/trace",
    tests: ["TestTrace", "TestTraceCPUProfile", "TestTraceFutileWakeup", "TestTraceStressStartStop"],
    ...hasCoarseTraces,
  },
  { package: "runtime/trace", tests: ["TestUserTaskRegion"], ...hasCoarseTraces, machines: ["model"] },
  {
    package: "runtime/trace",
    tests: ["TestTraceStressStartStop"],
    ...needsSockets,
    archs: ["amd64"],
    gos: ["go1.19.13"],
  },
  { package: "runtime/trace", tests: ["TestTraceSymbolize"], ...needsSockets, gos: ["go1.19.13"] },
  { package: "sync", tests: ["TestIssue76126", "TestMutexMisuse"], ...needsProcesses },
  {
    package: "syscall",
    tests: [
      "TestAmbientCapsUserns",
      "TestCloneNEWUSERAndRemap",
      "TestCloneTimeNamespace",
      "TestEmptyCredGroupsDisableSetgroups",
      "TestExec",
      "TestExecPtrace",
      "TestFcntlFlock",
      "TestGroupCleanup",
      "TestGroupCleanupUserNamespace",
      "TestPgid",
      "TestPidFD",
      "TestPidFDClone3",
      "TestPidFDWithUserNS",
      "TestPrlimitFileLimit",
      "TestSetpgid",
      "TestUnshare",
      "TestUnshareMountNameSpace",
      "TestUnshareMountNameSpaceChroot",
      "TestZeroSysProcAttr",
    ],
    ...needsProcesses,
  },
  { package: "syscall", tests: ["TestPrlimitOtherProcess"], ...needsProcesses, ends: true },
  { package: "syscall", tests: ["TestPassFD", "TestSCMCredentials"], ...needsSockets },
  {
    package: "testing",
    tests: [
      "TestArtifactDir*",
      "TestAttr*",
      "TestBenchmarkBLoopIterationCorrect",
      "TestBenchmarkBNIterationCorrect",
      "TestFlag",
      "TestHelperRange",
      "TestMorePanic",
      "TestPanic",
      "TestRunningTests*",
      "TestTBHelper*",
    ],
    ...needsProcesses,
  },
  {
    package: "testing/synctest",
    tests: ["TestError", "TestFatal", "TestHelper", "TestSkip", "TestVerboseError", "TestVerboseSkip"],
    ...needsProcesses,
  },
];

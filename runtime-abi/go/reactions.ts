// What Go does about a request that the kernel does not keep as Linux does: the knowledge that decides whether a refusal
// matters. Each entry names the call, the functions of Go's library that issue it, what becomes of the program, and the
// place in Go's sources where that can be read (Go 1.26 unless a version is named). Functions are named as in a
// program's own table; a `*` at the end stands for any rest.
//
// Whoever issues a call and is not named here gets what `families.ts` says for its family. The first entry that fits
// holds; the call `*` is any call.
//
// Long because it is rows.
import type { Effect } from "./families.ts";

export type Reaction = {
  readonly call: string;
  /** A variant or flag of the row; absent: whatever is refused or missing. */
  readonly value?: string;
  /** Who issues it: the nearest functions that are no mere wrappers of a call. */
  readonly from: readonly string[];
  readonly effect: Effect;
  /** A clause that ends a sentence about Go: "os then waits for processes by their numbers". */
  readonly does: string;
  readonly source: string;
  /** The call that must have succeeded before: where that is refused, this one is not come to. */
  readonly after?: string;
};

export const reactions: readonly Reaction[] = [
  // --- the runtime: it asks, and does without ---------------------------------------------------------
  {
    call: "prctl",
    value: "PR_SET_VMA",
    from: ["runtime.setVMAName", "runtime.sysAlloc*", "runtime.sysReserve*", "runtime.sysMap*", "runtime.*"],
    effect: "none",
    does: "areas of memory have no names, and the runtime does not ask again",
    source: "runtime/set_vma_name_linux.go setVMAName, since Go 1.25",
  },
  {
    call: "madvise",
    from: ["runtime.*"],
    effect: "none",
    does: "the runtime looks at the answer to MADV_DONTNEED only, and that is kept",
    source: "runtime/mem_linux.go sysUnusedOS, sysHugePageCollapseOS",
  },
  {
    call: "clock_gettime",
    from: ["runtime.*", "time.now", "time.runtimeNow", "time.runtimeNano"],
    effect: "none",
    does: "the runtime reads CLOCK_REALTIME and CLOCK_MONOTONIC only",
    source: "runtime/sys_linux_amd64.s walltime, nanotime1; sys_linux_riscv64.s",
  },
  {
    call: "clone",
    from: ["runtime.*"],
    effect: "none",
    does: "the runtime makes threads by it, which is what is kept",
    source: "runtime/os_linux.go newosproc, cloneFlags",
  },
  {
    call: "mmap",
    from: ["runtime.*"],
    effect: "none",
    does: "the runtime maps anonymous private memory only",
    source: "runtime/mem_linux.go sysAllocOS, sysReserveOS, sysMapOS",
  },
  {
    call: "futex",
    from: ["runtime.*"],
    effect: "none",
    does: "the runtime waits and wakes, which is kept",
    source: "runtime/os_linux.go futexsleep, futexwakeup",
  },
  {
    call: "rt_sigaction",
    from: ["runtime.*"],
    effect: "none",
    does: "there are no children whose end a signal could tell",
    source: "runtime/os_linux.go setsig, sysSigaction",
  },
  {
    call: "epoll_ctl",
    from: ["runtime.*"],
    effect: "none",
    does: "the poller adds and removes files, never another poller",
    source: "runtime/netpoll_epoll.go netpollopen, netpollclose",
  },
  {
    call: "fcntl",
    from: ["runtime.*"],
    effect: "none",
    does: "the runtime asks whether descriptors 0, 1 and 2 are open, and makes its own not wait",
    source: "runtime/fds_unix.go checkfds; runtime/nbpipe_pipe2.go",
  },
  {
    call: "setitimer",
    from: ["runtime.*"],
    effect: "none",
    does: "the profiler counts CPU time by ITIMER_PROF, which is kept",
    source: "runtime/os_linux.go setProcessCPUProfiler",
  },
  {
    call: "timer_create",
    from: ["runtime.*"],
    effect: "none",
    does: "the profiler counts a thread's own CPU time, which is kept",
    source: "runtime/os_linux.go setThreadCPUProfiler",
  },
  {
    call: "arch_prctl",
    from: ["runtime.*"],
    effect: "none",
    does: "the runtime sets FS, which is kept",
    source: "runtime/sys_linux_amd64.s settls",
  },
  {
    call: "riscv_hwprobe",
    from: ["runtime.*", "internal/runtime/syscall*", "internal/cpu.*"],
    effect: "none",
    does: "Go asks which extensions there are, and takes any answer",
    source: "runtime/os_linux_riscv64.go, since Go 1.25",
  },
  {
    call: "openat",
    from: ["runtime.*"],
    effect: "none",
    does: "the runtime opens for reading only",
    source: "runtime/os_linux.go getHugePageSize; internal/runtime/cgroup",
  },
  {
    call: "pipe2",
    from: ["runtime.*", "os.Pipe", "os.*", "syscall.forkExec*", "internal/poll.newPipe"],
    effect: "none",
    does: "pipes of bytes are asked for, which are kept",
    source: "os/pipe2_unix.go Pipe; runtime/netpoll_epoll.go up to Go 1.22",
  },
  // --- package syscall and os at the start ------------------------------------------------------------
  {
    call: "prlimit64",
    from: ["syscall.init*", "syscall.adjustFileLimit", "os.init*", "os.adjustFileLimit"],
    effect: "none",
    does: "Go raises its limit of descriptors, and that one limits here, too",
    source: "syscall/rlimit.go init, since Go 1.21; os/rlimit.go before",
  },
  {
    call: "setrlimit",
    from: ["syscall.init*", "os.init*", "os.adjustFileLimit"],
    effect: "none",
    does: "Go raises its limit of descriptors, and that one limits here, too",
    source: "os/rlimit.go adjustFileLimit, Go 1.19 and 1.20",
  },
  {
    call: "fcntl",
    from: ["os.*", "internal/poll.*", "syscall.SetNonblock", "internal/syscall/unix.*", "net.*"],
    effect: "none",
    does: "Go reads and sets O_NONBLOCK, duplicates descriptors and locks files, which is kept",
    source: "os/file_unix.go kind; internal/poll/fd_fsync_posix.go; syscall/exec_unix.go SetNonblock",
  },
  {
    call: "epoll_ctl",
    from: ["internal/poll.*", "os.*", "net.*"],
    effect: "none",
    does: "only the runtime's poller issues it",
    source: "runtime/netpoll_epoll.go netpollopen",
  },
  {
    call: "renameat2",
    from: ["os.*", "syscall.Rename*", "path/filepath.*"],
    effect: "none",
    does: "Go renames without flags",
    source: "syscall/syscall_linux_riscv64.go Renameat; os/file_unix.go rename",
  },
  {
    call: "openat",
    value: "O_TMPFILE",
    from: ["os.*"],
    effect: "none",
    does: "os.CreateTemp makes a file with a name, on Linux too",
    source: "os/tempfile.go CreateTemp",
  },
  {
    call: "getrusage",
    from: ["os.*"],
    effect: "less",
    does: "fields other than CPU time and ru_maxrss are zero",
    source: "os/exec_posix.go ProcessState.SysUsage",
  },
  {
    call: "getrusage",
    from: ["runtime/pprof.*"],
    effect: "none",
    does: "a heap profile tells ru_maxrss, which is kept",
    source: "runtime/pprof/pprof_rusage.go addMaxRSS",
  },
  // --- processes --------------------------------------------------------------------------------------
  {
    call: "pidfd_open",
    from: ["os.checkPidfd*", "os.pidfdFind", "os.init*"],
    effect: "none",
    does: "os then knows processes by their numbers",
    source: "os/pidfd_linux.go checkPidfd, pidfdFind, since Go 1.23",
  },
  {
    call: "pidfd_send_signal",
    from: ["os.checkPidfd*"],
    effect: "none",
    does: "os then signals processes by their numbers",
    source: "os/pidfd_linux.go checkPidfd, since Go 1.23",
  },
  {
    call: "pidfd_send_signal",
    from: ["os.*pidfdSendSignal*"],
    effect: "none",
    does: "it is issued for children only that a pidfd stands for, and there are none",
    source: "os/pidfd_linux.go pidfdSendSignal, since Go 1.23",
  },
  {
    call: "waitid",
    from: ["os.checkPidfd*"],
    effect: "none",
    does: "the answer ECHILD is what os expects, for the process is no child of its own",
    source: "os/pidfd_linux.go checkPidfd, since Go 1.23",
  },
  {
    call: "waitid",
    from: ["os.*blockUntilWaitable*", "os.*pidfdWait*", "os.*wait*"],
    effect: "error",
    does: "os.Process.Wait returns the error: no child processes",
    source: "os/wait_waitid.go, os/pidfd_linux.go",
    after: "clone",
  },
  {
    call: "wait4",
    from: ["syscall.forkExec"],
    effect: "error",
    does: "it waits for a child that could not execute, and none is made",
    source: "syscall/exec_unix.go forkExec",
    after: "clone",
  },
  {
    call: "wait4",
    from: ["os.*pidWait*", "os.*wait*", "os.*Wait*"],
    effect: "error",
    does: "os.Process.Wait returns the error: no child processes",
    source: "os/exec_unix.go pidWait",
    after: "clone",
  },
  {
    call: "clone",
    from: ["os.checkPidfd*", "os.checkClonePidfd", "syscall.os_checkClonePidfd", "syscall.doCheckClonePidfd"],
    effect: "none",
    does: "os then knows processes by their numbers",
    source: "syscall/exec_linux.go os_checkClonePidfd, since Go 1.23",
  },
  {
    call: "waitid",
    from: ["os.checkClonePidfd", "syscall.os_checkClonePidfd"],
    effect: "none",
    does: "os then knows processes by their numbers",
    source: "syscall/exec_linux.go os_checkClonePidfd, since Go 1.23",
  },
  {
    call: "wait4",
    from: ["os.checkClonePidfd", "syscall.os_checkClonePidfd"],
    effect: "none",
    does: "it waits for the child of a trial, which was refused before",
    source: "syscall/exec_linux.go os_checkClonePidfd, since Go 1.23",
  },
  {
    call: "execve",
    from: ["syscall.forkAndExecInChild*"],
    effect: "error",
    does: "it is issued in a child process, and none is made: clone is refused before",
    source: "syscall/exec_linux.go forkAndExecInChild1",
    after: "clone",
  },
  {
    call: "clone",
    from: ["syscall.forkAndExecInChild*"],
    effect: "error",
    does: "os.StartProcess and os/exec return the error: fork/exec PATH: function not implemented",
    source: "syscall/exec_linux.go forkAndExecInChild1",
  },
  {
    call: "*",
    from: ["syscall.forkAndExecInChild*"],
    effect: "none",
    does: "it is issued in a child process, and none is made",
    source: "syscall/exec_linux.go forkAndExecInChild1",
  },
  {
    call: "execve",
    from: ["syscall.Exec", "syscall.runtime_BeforeExec"],
    effect: "error",
    does: "syscall.Exec returns the error: function not implemented",
    source: "syscall/exec_unix.go Exec",
  },
  // --- copying ----------------------------------------------------------------------------------------
  {
    call: "splice",
    from: ["internal/poll.Splice", "internal/poll.splice*", "internal/poll.*", "os.*", "net.*"],
    effect: "none",
    does: "it moves bytes out of sockets or into them, and there are none",
    source: "internal/poll/splice_linux.go Splice; os/zero_copy_linux.go",
  },
  {
    call: "sendfile",
    from: ["internal/poll.*"],
    effect: "none",
    does: "Go copies by reading and writing instead",
    source: "internal/poll/sendfile_unix.go SendFile",
  },
  // --- the network: what is issued on a socket never comes so far --------------------------------------
  ...[
    ["bind", "net/sock_posix.go listenStream"],
    ["listen", "net/sock_posix.go listenStream"],
    ["accept4", "internal/poll/sock_cloexec.go accept"],
    ["accept", "internal/poll/sock_cloexec.go accept, up to Go 1.19"],
    ["connect", "net/fd_unix.go connect"],
    ["getsockname", "net/sock_posix.go"],
    ["getpeername", "net/fd_unix.go connect"],
    ["getsockopt", "net/fd_unix.go connect"],
    ["setsockopt", "net/sockopt_linux.go"],
    ["sendto", "internal/poll/fd_unix.go WriteTo"],
    ["recvfrom", "internal/poll/fd_unix.go ReadFrom"],
    ["sendmsg", "internal/poll/fd_unix.go WriteMsg"],
    ["recvmsg", "internal/poll/fd_unix.go ReadMsg"],
    ["shutdown", "internal/poll/fd_unix.go Shutdown"],
  ].map(
    ([call = "", source = ""]): Reaction => ({
      call,
      from: ["*"],
      effect: "error",
      does: "it is issued on a socket, and there is none: socket is refused before",
      source,
      after: "socket",
    }),
  ),
  // --- others -----------------------------------------------------------------------------------------
  {
    call: "faccessat2",
    from: ["internal/syscall/unix.*", "os/exec.*", "syscall.*"],
    effect: "none",
    does: "os/exec.LookPath looks at the permission bits instead",
    source: "os/exec/lp_unix.go findExecutable",
  },
  {
    call: "capget",
    from: ["syscall.isCapDacOverrideSet"],
    effect: "none",
    does: "Go asks only where faccessat2 is missing, and takes an error for a no",
    source: "syscall/syscall_linux.go Faccessat, isCapDacOverrideSet",
  },
  {
    call: "inotify_init1",
    from: ["github.com/fsnotify/fsnotify.*"],
    effect: "error",
    does: "fsnotify.NewWatcher returns the error: function not implemented",
    source: "github.com/fsnotify/fsnotify backend_inotify.go",
  },
];

/**
 * Sites that take their number from a variable, and what it can be: they are no gap in what is known of a program.
 */
export const numberSources: readonly {
  readonly function: string;
  readonly only: string;
  readonly source: string;
}[] = [
  {
    function: "runtime.runPerThreadSyscall",
    only: "syscall.AllThreadsSyscall and what changes the user of all threads (Setuid and its kin)",
    source: "runtime/os_linux.go syscall_runtime_doAllThreadsSyscall",
  },
];

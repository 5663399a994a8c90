// Packages syscall and os when a program starts and asks about itself.
import type { Reaction } from "./reaction.ts";

export const startReactions: readonly Reaction[] = [
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
];

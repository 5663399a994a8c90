// What system calls are for, in the words of whoever wrote the program: "network", not "AF_INET". Every call of Linux
// belongs to one family, which is the first that names it, else the one that its row's subsystem belongs to.
//
// `without` is what a Go program notices when a call of the family is refused and `reactions.ts` knows nothing more
// particular. Sources are files of Go's src/ tree, as of Go 1.26 unless a version is named.

export type Effect =
  /** Go does without, or in another way: the program cannot tell. */
  | "none"
  /** Something is less exact or slower; the program goes on. */
  | "less"
  /** The caller gets the error, and what it does then is the program's own affair. */
  | "error"
  /** The runtime ends the program. */
  | "fatal";

export type FamilyName =
  | "memory"
  | "threads"
  | "signals"
  | "time"
  | "files"
  | "waiting"
  | "process"
  | "network"
  | "children"
  | "watching"
  | "rights"
  | "machine";

export type Family = {
  readonly title: string;
  /** What a program asks for that needs it: "it asks for the network". */
  readonly thing: string;
  /** What of Go's library comes to it. */
  readonly uses: string;
  /** Subsystems of spec/ whose rows belong here. */
  readonly subsystems: readonly string[];
  /** Calls by name, whatever their subsystem is. */
  readonly calls: readonly string[];
  /** Calls of which only that part belongs here that the table refuses. */
  readonly refusedPartOf?: readonly string[];
  readonly without: { readonly effect: Effect; readonly does: string; readonly source: string };
};

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const families: Readonly<Record<FamilyName, Family>> = {
  network: {
    title: "network",
    thing: "the network",
    uses: "net, net/http, crypto/tls, log/syslog",
    subsystems: ["net"],
    calls:
      words(`socket socketpair bind listen accept accept4 connect getsockname getpeername getsockopt setsockopt
      sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg shutdown splice tee vmsplice setdomainname`),
    without: {
      effect: "error",
      does: "net.Listen, net.Dial and whatever is built on them return the error",
      source: "net/sock_posix.go socket, net/sys_cloexec.go sysSocket",
    },
  },
  children: {
    title: "child processes",
    thing: "child processes",
    uses: "os/exec, os.StartProcess, syscall.Exec",
    subsystems: [],
    calls:
      words(`fork vfork clone3 execve execveat wait4 waitid pidfd_open pidfd_send_signal pidfd_getfd setpgid setsid
      ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp`),
    refusedPartOf: ["clone"],
    without: {
      effect: "error",
      does: "os.StartProcess and os/exec return the error: fork/exec PATH: function not implemented",
      source: "syscall/exec_linux.go forkAndExecInChild1, os/exec_posix.go startProcess",
    },
  },
  watching: {
    title: "watching files",
    thing: "notice of changed files",
    uses: "github.com/fsnotify/fsnotify and whatever watches files",
    subsystems: [],
    calls: words(`inotify_init inotify_init1 inotify_add_watch inotify_rm_watch fanotify_init fanotify_mark
      name_to_handle_at`),
    without: {
      effect: "error",
      does: "a watcher of files is not made: the caller gets the error",
      source: "Go's own library does not issue it; golang.org/x/sys/unix does",
    },
  },
  rights: {
    title: "users and rights",
    thing: "other users or rights",
    uses: "syscall.Setuid and its kin, containers, sandboxes",
    subsystems: [],
    calls:
      words(`setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capget capset chroot
      pivot_root mount umount2 mount_setattr move_mount open_tree fsopen fsconfig fsmount fspick statmount listmount
      unshare setns seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self keyctl add_key request_key
      personality acct quotactl quotactl_fd lsm_get_self_attr lsm_set_self_attr lsm_list_modules`),
    without: {
      effect: "error",
      does: "the caller gets the error, as a user without privileges does on Linux",
      source: "syscall/syscall_linux.go Setuid, Chroot, Mount",
    },
  },
  memory: {
    title: "memory",
    thing: "memory of a kind that is not here",
    uses: "the heap, stacks, syscall.Mmap",
    subsystems: ["mem"],
    calls:
      words(`memfd_create memfd_secret mbind get_mempolicy set_mempolicy set_mempolicy_home_node migrate_pages
      move_pages pkey_alloc pkey_free pkey_mprotect remap_file_pages userfaultfd mseal map_shadow_stack shmget shmat
      shmdt shmctl cachestat readahead`),
    without: {
      effect: "error",
      does: "the caller gets the error",
      source: "runtime/mem_linux.go asks only for what the table keeps",
    },
  },
  threads: {
    title: "goroutines and threads",
    thing: "threads of a kind that are not here",
    uses: "the scheduler, sync, locks",
    subsystems: ["thread", "arch"],
    calls:
      words(`futex clone exit exit_group futex_wait futex_wake futex_waitv futex_requeue set_robust_list get_robust_list
      rseq membarrier sched_setscheduler sched_getscheduler sched_setparam sched_getparam sched_setattr sched_getattr
      sched_get_priority_max sched_get_priority_min sched_rr_get_interval getpriority setpriority ioprio_get ioprio_set
      semget semop semctl semtimedop set_thread_area get_thread_area modify_ldt`),
    without: {
      effect: "error",
      does: "the caller gets the error",
      source: "runtime/os_linux.go asks only for what the table keeps",
    },
  },
  signals: {
    title: "signals",
    thing: "signals of a kind that are not here",
    uses: "preemption, os/signal, panics from faults",
    subsystems: ["signal"],
    calls: words("signalfd signalfd4 rt_sigqueueinfo rt_tgsigqueueinfo restart_syscall"),
    without: {
      effect: "error",
      does: "the caller gets the error",
      source: "runtime/os_linux.go asks only for what the table keeps",
    },
  },
  time: {
    title: "time and timers",
    thing: "timers of a kind that are not here",
    uses: "time, runtime/pprof",
    subsystems: ["time"],
    calls: words("timerfd_create timerfd_settime timerfd_gettime adjtimex clock_adjtime"),
    without: {
      effect: "error",
      does: "the caller gets the error",
      source: "time/sys_unix.go; runtime/os_linux.go setThreadCPUProfiler",
    },
  },
  waiting: {
    title: "pipes and waiting",
    thing: "ways of waiting that are not here",
    uses: "the poller: deadlines, os.Pipe, reading that waits",
    subsystems: ["poll"],
    calls:
      words(`epoll_ctl_old epoll_wait_old io_setup io_destroy io_submit io_cancel io_getevents io_pgetevents io_uring_setup io_uring_enter
      io_uring_register mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr msgget msgsnd msgrcv
      msgctl getpmsg putpmsg`),
    without: {
      effect: "error",
      does: "the caller gets the error",
      source: "os and net do not issue it; golang.org/x/sys/unix does",
    },
  },
  files: {
    title: "files and directories",
    thing: "files of a kind that are not here",
    uses: "os, io/fs, path/filepath",
    subsystems: ["fs"],
    calls: words(`getdents mknod mknodat utime utimes futimesat openat2 open_by_handle_at preadv2 pwritev2
      sync_file_range getxattr lgetxattr fgetxattr setxattr lsetxattr fsetxattr listxattr llistxattr flistxattr
      removexattr lremovexattr fremovexattr ustat sysfs lookup_dcookie swapon swapoff uselib`),
    without: {
      effect: "error",
      does: "the caller gets the error, as on a file system that lacks it",
      source: "os/file_unix.go returns a *PathError",
    },
  },
  process: {
    title: "the process itself",
    thing: "what a process has on Linux and not here",
    uses: "os.Args, os.Hostname, limits, identity, random numbers",
    subsystems: ["proc"],
    calls: words("times getrusage prlimit64"),
    without: {
      effect: "error",
      does: "the caller gets the error",
      source: "os and syscall hand it on",
    },
  },
  machine: {
    title: "the machine",
    thing: "the machine's own devices",
    uses: "golang.org/x/sys/unix alone",
    subsystems: [],
    calls:
      words(`reboot syslog init_module finit_module delete_module create_module query_module get_kernel_syms kexec_load
      kexec_file_load bpf perf_event_open ioperm iopl vhangup _sysctl nfsservctl afs_syscall security tuxcall vserver
      uretprobe`),
    without: {
      effect: "error",
      does: "the caller gets the error: nothing of Go's library issues it",
      source: "golang.org/x/sys/unix",
    },
  },
};

// All reactions. Whoever issues a call and is not named gets what `families.ts` says for its family. The first entry
// that fits holds; the call `*` is any call.

import { processReactions } from "./process-reactions.ts";
import type { Reaction } from "./reaction.ts";
import { runtimeReactions } from "./runtime-reactions.ts";
import { startReactions } from "./start-reactions.ts";

export const reactions: readonly Reaction[] = [
  ...runtimeReactions,
  ...startReactions,
  ...processReactions,
  // --- copying ---------------------------------------------------------------------------------------------
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
  // --- the network: what is issued on a socket never comes so far ------------------------------------------
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
  // --- others ----------------------------------------------------------------------------------------------
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

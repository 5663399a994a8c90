/**
 * What Go's runtime opens by itself, all releases from 1.19 to 1.27. It opens these by functions that nothing else calls,
 * so that a program which opens files by no other can only open these. Behind /proc/self/cgroup come files below
 * /sys/fs/cgroup, which a kernel without groups does not have. /proc/self/auxv is for those who were given no auxiliary
 * vector (runtime/os_linux.go, sysargs), as no static program is.
 */

/** runtime/os_linux.go, runtime/fds_unix.go; internal/runtime/cgroup/cgroup_linux.go. */
export const runtimeOpeners: ReadonlySet<string> = new Set([
  "runtime.open",
  "internal/runtime/syscall.Open",
  "internal/runtime/syscall/linux.Open",
]);

export const runtimePaths: readonly string[] = [
  "/dev/null",
  "/dev/urandom",
  "/proc/self/cgroup",
  "/proc/self/mountinfo",
  "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size",
];

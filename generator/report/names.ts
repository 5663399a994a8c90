/** Which function of a way asks for a call: the last that is no mere wrapper. Names are those of a program's own table. */

/** Packages whose functions hand a call on as they get it, but for those that know what they ask for. */
const wrapping = [
  "syscall.",
  "internal/syscall/unix.",
  "internal/runtime/syscall.",
  "internal/runtime/syscall/linux.",
  "runtime/internal/syscall.",
  "golang.org/x/sys/unix.",
];
const knowing = [
  "syscall.init*",
  "syscall.adjustFileLimit",
  "syscall.forkExec",
  "syscall.forkAndExecInChild*",
  "syscall.forkAndExecFailureCleanup",
  "syscall.doCheckClonePidfd",
  "syscall.os_checkClonePidfd",
  "syscall.Exec",
  "syscall.SetNonblock",
  "syscall.AllThreadsSyscall*",
];

/** `*` stands for any rest, and once in the middle for anything. */
export function matches(name: string, pattern: string): boolean {
  const [head = "", ...tails] = pattern.split("*");
  if (tails.length === 0) return name === pattern;
  if (!name.startsWith(head)) return false;
  let at = head.length;
  for (const tail of tails) {
    const found = tail === "" ? at : name.indexOf(tail, at);
    if (found < 0) return false;
    at = found + tail.length;
  }
  return tails.at(-1) === "" || at === name.length;
}

/** Does it hand a call on as it got it? */
export const isWrapper = (name: string) =>
  wrapping.some((prefix) => name.startsWith(prefix)) && !knowing.some((pattern) => matches(name, pattern));

/** `way` leads from a root to the call. Where all are wrappers it is the outermost of them. */
export function askerOf(way: readonly string[]): { asker: string; below: readonly string[] } {
  const index = way.findLastIndex((name) => !isWrapper(name));
  const at = Math.max(index, 0);
  return { asker: way[at] ?? "", below: way.slice(at) };
}

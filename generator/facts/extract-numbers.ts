/**
 * Call numbers from `asm/unistd.h`: every `__NR_name`, evaluated by the compiler, so that the generic
 * table's aliases (`__NR_fcntl` is `__NR3264_fcntl` on riscv64) come out as plain numbers.
 */
import type { Headers } from "./headers.ts";
import { compile, evaluate } from "./probe.ts";

/** Macros of that spelling which are bounds, not calls. */
const bounds = new Set(["arch_specific_syscall", "syscalls"]);

/** Call name to number, sorted by number. */
export function extractNumbers(headers: Headers): Record<string, number> {
  const prelude = "#include <asm/unistd.h>\n";
  const { stdout } = compile(headers, prelude, ["-dM", "-E"]);
  const names = [...stdout.matchAll(/^#define __NR_(\w+) /gm)].map((match) => match[1]!).filter((name) => !bounds.has(name));
  const values = evaluate(headers, prelude, names.map((name) => `__NR_${name}`));
  const pairs = names.map((name): [string, number] => [name, Number(values.get(`__NR_${name}`))]);
  return Object.fromEntries(pairs.sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)));
}

/**
 * Asks the C compiler, without running anything, what C expressions are worth on an architecture.
 *
 * Each expression becomes a constant in a translation unit; clang prints the unit as LLVM text, where
 * every constant stands evaluated. That works for both architectures on any host, and the words of
 * the headers are never parsed by us.
 */
import { spawnSync } from "node:child_process";
import type { Headers } from "./headers.ts";

/** Feeds a C text to clang for the headers' architecture and returns what clang prints. */
export function compile(headers: Headers, text: string, options: readonly string[]): { stdout: string; stderr: string } {
  const args = [`--target=${headers.target}`, "-nostdinc", ...headers.include.map((folder) => `-I${folder}`), "-w", ...options, "-x", "c", "-"];
  const run = spawnSync("clang", args, { input: text, encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.error) throw new Error(`clang does not start: ${run.error.message}`);
  return { stdout: run.stdout, stderr: run.stderr };
}

/** The `#include` lines for the headers that exist in this version. */
export function includes(headers: Headers, files: readonly string[]): string {
  return files
    .filter((file) => headers.has(file))
    .map((file) => `#include <${file}>\n`)
    .join("");
}

/** Values of those expressions that are integer constants there; the others are left out. */
export function evaluate(headers: Headers, prelude: string, expressions: readonly string[]): Map<string, bigint> {
  const line = (expression: string, index: number) =>
    `const long long value_${index} = (long long)(${expression}); const long long unsigned_${index} = (__typeof__(${expression}))-1 > 0;`;
  // First pass: which lines does clang refuse? Macros need not be integers.
  const marked = expressions.map((expression, index) => `# ${index + 1} "probe"\n${line(expression, index)}\n`).join("");
  const { stderr } = compile(headers, prelude + marked, ["-fsyntax-only", "-ferror-limit=0"]);
  const refused = new Set<number>();
  for (const match of stderr.matchAll(/^probe:(\d+):\d+: (?:fatal )?error:/gm)) refused.add(Number(match[1]) - 1);
  const other = /^(?!probe:).*error:.*$/m.exec(stderr);
  if (other) throw new Error(`clang cannot read the headers: ${other[0]}`);

  // Second pass: the values, as LLVM text.
  const kept = expressions.map((expression, index) => (refused.has(index) ? "" : line(expression, index))).join("\n");
  const { stdout, stderr: failure } = compile(headers, prelude + kept, ["-S", "-emit-llvm", "-o", "-"]);
  const values = new Map<string, bigint>();
  const isUnsigned = new Set<number>();
  for (const match of stdout.matchAll(/^@unsigned_(\d+) = .*constant i64 1\b/gm)) isUnsigned.add(Number(match[1]));
  for (const match of stdout.matchAll(/^@value_(\d+) = .*constant i64 (-?\d+)/gm)) {
    const index = Number(match[1]);
    const value = BigInt(match[2]!);
    values.set(expressions[index]!, isUnsigned.has(index) ? BigInt.asUintN(64, value) : value);
  }
  if (values.size + refused.size !== expressions.length) throw new Error(`clang evaluated ${values.size} of ${expressions.length} expressions\n${failure}`);
  return values;
}

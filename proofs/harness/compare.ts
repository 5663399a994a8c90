/**
 * Compares what a proof printed in the image with what it printed on Linux. What Go prints about a crash holds
 * addresses and thread states that no two runs share; they are blanked, names and lines stay.
 */
import type { ProofCase } from "./read-proofs.ts";

export type Comparison =
  | { how: "exact" }
  | { how: "traceback" }
  | { how: "first-lines"; lines: number }
  | { how: "contains"; text: string };

/** What a run left behind. */
export type Ran = {
  output: string;
  /** Exit status, 128 + n for signal n. */
  status: number;
  ms: number;
  /** It had not ended when its limit was reached. */
  isStopped?: boolean;
  /** The kernel lived to say how the program ended. */
  isRecorded?: boolean;
  /** On the model: by all CPUs. */
  instructions?: number | undefined;
  /** Of a kernel that checks itself. */
  stacks?: readonly StackUse[];
};
/** How deep a way into the kernel went. */
export type StackUse = { path: string; bytes: number; of: number };

export function normalize(output: string, comparison: Comparison): string {
  switch (comparison.how) {
    case "exact":
      return output;
    case "first-lines":
      return blankAddresses(output.split("\n").slice(0, comparison.lines).join("\n"));
    case "contains":
      return output.includes(comparison.text) ? comparison.text : output;
    case "traceback":
      // Only the goroutine that failed: which others Go lists depends on how far its own had come.
      return blankAddresses(output.replace(/\n\ngoroutine (?!1 \[)\d+[\s\S]*?(?=\n\n|$)/g, ""));
  }
}

function blankAddresses(text: string): string {
  return text
    .replace(/0x[0-9a-f]+\??/g, "0x…")
    .replace(/\bm=\d+/g, "m=…")
    .replace(/(goroutine 1)(?: gp=\S+)?(?: m=\S+)?(?: mp=\S+)?/g, "$1");
}

/** Nothing, or what is wrong with a run by itself. */
export function verdictAlone({ output, status }: Ran, { exit }: ProofCase): string | undefined {
  const failed = output.split("\n").filter((line) => line.startsWith("FAIL"));
  if (failed.length > 0) return failed.slice(0, 5).join("; ");
  if (exit === "any" ? status === 0 : status !== exit)
    return `status ${status} instead of ${exit}: ${lastLine(output)}`;
  return undefined;
}

/** Nothing, or how a run differs from the one on Linux. */
export function verdictBeside(ran: Ran, native: Ran, comparison: Comparison): string | undefined {
  const here = normalize(ran.output, comparison).split("\n");
  const there = normalize(native.output, comparison).split("\n");
  const at = here.findIndex((line, index) => line !== there[index]);
  if (at < 0 && here.length === there.length) return undefined;
  const line = at < 0 ? here.length : at;
  return `line ${line + 1}: ${JSON.stringify(here[line] ?? "end")}, on Linux ${JSON.stringify(there[line] ?? "end")}`;
}

function lastLine(output: string): string {
  return JSON.stringify(output.trimEnd().split("\n").at(-1) ?? "");
}

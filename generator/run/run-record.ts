/**
 * The run record: JSON lines that the kernel writes to the second serial port (shim-templates/core/record.c). The guest
 * may be damaged or cut off in the middle of a line, so a line that is no JSON is kept as it is and means nothing.
 */

import type { RunRecord } from "../../hw-models/index.ts";
import type { AskedCall } from "./asked-calls.ts";

export type RecordLine = {
  /** First: the program that ran. */
  program?: { name: string; bytes: number; sha256: string };
  /** `cutTo`: the programs that the kernel was cut to, empty if it is whole. */
  boot?: { cpus: number; memory: number; usUntilUser?: number; cutTo?: string };
  trace?: string;
  unknown?: { nr: number; name: string; args?: (number | string)[]; pc?: string };
  refused?: {
    nr?: number;
    name: string;
    what: string;
    errno: string;
    args?: (number | string)[];
    pc?: string;
  };
  /** On the model, at the end: what was asked, counted by values and answers. */
  asked?: AskedCall;
  /** Of a kernel that checks itself: how deep a way into it went, of how many bytes. */
  stack?: { path: string; bytes: number; of: number };
  /** `us`: monotonic time at the end. */
  exit?: { status: number; signal: number; us?: number };
};

export function parseRecordLine(line: string): RecordLine {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** The shell's convention: a program that a signal ended has 128 + signal. */
export function exitStatus({ status, signal }: { status: number; signal: number }): number {
  return signal > 0 ? 128 + signal : status;
}

/** The model's own record, in the last line of a file that `--record` wrote; undefined if there is none. */
export function readModelRecord(text: string): RunRecord | undefined {
  const last = text.trimEnd().split("\n").at(-1) ?? "";
  const { run } = parseRecordLine(last) as { run?: RunRecord };
  return run?.format === "catkernel run 1" ? run : undefined;
}

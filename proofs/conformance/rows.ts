/**
 * The result file: a line of JSON for each package on each architecture, by each Go, on each machine, sorted, so that a
 * review shows what has changed. Nothing in it depends on the day or on the folder.
 */
import {
  existsSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import type { Arch } from "../../runtime-abi/arch.ts";
import { probe, tools } from "../../setup/tools.js";

export const resultFile = join(import.meta.dirname, "results.jsonl");

/** `native` is this machine's Linux, for riscv64 behind QEMU's user mode. */
export const machines = ["native", "qemu", "model"] as const;
export type MachineName = (typeof machines)[number];

export type RowStatus =
  | "passed"
  | "failed"
  | "hung"
  | "no tests"
  | "did not compile"
  | "machine missing"
  | "not run";

export type Where = { go: string; arch: Arch; machine: MachineName; package: string };

export type Row = Where & {
  status: RowStatus;
  /** Tests, examples and fuzz targets; subtests are not counted. */
  passed?: number;
  failed?: number;
  skipped?: number;
  /** The innermost that failed, or were running when the program ended. */
  failing?: string[];
  /** Those that pass on Linux and say here that they cannot. */
  skippedHere?: string[];
  /** Those that failed once and passed when the package was run again. */
  flaky?: string[];
  /** Those that `expected.ts` says end the program: it was run without them. */
  leftOut?: string[];
  /** How many pass on Linux and were not come to. */
  notReached?: number;
  /** What was said of an end that no test's verdict tells of. */
  ending?: string;
};

export function readRows(file = resultFile): Row[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.includes('"package"'))
    .map((line) => JSON.parse(line) as Row);
}

/** New rows in the place of those of the same package, Go, architecture and machine. */
export function withRows(known: readonly Row[], fresh: readonly Row[]): Row[] {
  const rows = new Map([...known, ...fresh].map((row) => [keyOf(row), row]));
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

export const keyOf = ({ go, arch, machine, package: name }: Where) =>
  [go.replace(/\d+/g, (digits) => digits.padStart(3, "0")), arch, machine, name].join(" ");

export function writeRows(rows: readonly Row[], file = resultFile): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, [made(), ...rows].map((row) => `${JSON.stringify(row)}\n`).join(""));
  renameSync(temporary, file);
}

/** These rows into the file, to which a run of another slice may be writing, too: one after the other. */
export function keepRows(fresh: readonly Row[], file = resultFile): void {
  const lock = `${file}.lock`;
  while (!taken(lock)) Atomics.wait(pause, 0, 0, 20);
  try {
    writeRows(withRows(readRows(file), fresh), file);
  } finally {
    unlinkSync(lock);
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4));

/** A link to the number of the process that holds the lock: making it succeeds for one alone. */
function taken(lock: string): boolean {
  try {
    symlinkSync(String(process.pid), lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const holder = holderOf(lock);
    if (holder !== undefined && !isAlive(holder)) free(lock, holder);
    return false;
  }
}

/** Who took it has ended. Only one may find so and remove it: what comes second would remove the lock of who took it since. */
function free(lock: string, ended: number): void {
  const right = `${lock}.free`;
  if (!taken(right)) return;
  if (holderOf(lock) === ended) unlinkSync(lock);
  unlinkSync(right);
}

function holderOf(lock: string): number | undefined {
  try {
    return Number(readlinkSync(lock));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

let header: object | undefined;

/** The first line: what made it, and the versions that it was made with. */
function made(): object {
  if (header !== undefined) return header;
  const emulator = probe(tools.find(({ name }) => name === "qemu-system-x86_64")!);
  header = {
    command: "npm run conformance",
    linux: /^\d+\.\d+/.exec(release())?.[0],
    qemu: emulator.found ? emulator.version : undefined,
  };
  return header;
}

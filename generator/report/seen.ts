/**
 * What a record tells of a run: on the model every call is counted, by values and answers; the kernel's own record, which
 * is all that QEMU brings, holds each refusal once, and the calls themselves where they were traced.
 */
import { readFile } from "node:fs/promises";
import { fail, type Outcome, succeed } from "../problem.ts";
import type { AskedCall } from "../run/asked-calls.ts";
import { exitStatus, parseRecordLine } from "../run/run-record.ts";
import { systemErrorReason } from "../system-error.ts";

export type SeenCall = {
  /** By number on the model, by name in the kernel's own words. */
  readonly nr?: number;
  readonly name?: string;
  readonly args: AskedCall["args"];
  /** Constants that it named: the flag or value that was refused, or all that a trace shows. */
  readonly words: readonly string[];
  readonly errno: string;
  readonly count: number;
  /** Addresses, innermost first. */
  readonly stack: readonly number[];
};

export type Seen = {
  readonly on: "model" | "QEMU";
  readonly status: number | undefined;
  /** Every call is there, not only those that were refused. */
  readonly isWhole: boolean;
  readonly calls: readonly SeenCall[];
  readonly program: { readonly name: string; readonly sha256: string };
};

/** A record is text of lines; what is larger was not written by a run. */
const largestBytes = 1 << 28;

export async function readSeen(path: string): Promise<Outcome<Seen>> {
  let text: string;
  try {
    const bytes = await readFile(path);
    if (bytes.length > largestBytes)
      return fail("no-record", `${path} has ${bytes.length} bytes: that is no record of a run`);
    text = bytes.toString("utf8");
  } catch (error) {
    return fail("unreadable", `cannot read ${path}: ${systemErrorReason(error)}`);
  }
  const seen = parseSeen(text);
  if (seen !== undefined) return succeed(seen);
  return fail(
    "no-record",
    `${path} is no record of a run`,
    "Make one: catkernel run --record FILE GOBINARY.",
  );
}

export function parseSeen(text: string): Seen | undefined {
  const lines = text.split("\n").map((line) => parseRecordLine(line));
  const program = lines.find((line) => isProgram(line.program))?.program;
  if (program === undefined) return undefined;
  const { sha256, name } = program;
  const exit = lines.find((line) => line.exit)?.exit;
  const counted = lines.flatMap(({ asked }) => (isAsked(asked) ? [fromCount(asked)] : []));
  const isModel = counted.length > 0;
  const traced = lines.flatMap(({ trace }) => (typeof trace === "string" ? fromTrace(trace) : []));
  const refused = lines.flatMap((line): SeenCall[] => {
    const one = line.refused ?? (line.unknown && { ...line.unknown, what: "", errno: "ENOSYS" });
    if (one === undefined) return [];
    const { name, what, errno, pc } = one;
    const stack = typeof pc === "string" && /^0x[0-9a-f]+$/.test(pc) ? [Number(pc)] : [];
    const call = { name: String(name), args: {}, words: what ? [String(what)] : [], errno: String(errno) };
    return [{ ...call, count: 1, stack }];
  });
  return {
    on: isModel ? "model" : "QEMU",
    status: exit === undefined ? undefined : exitStatus(exit),
    isWhole: isModel || traced.length > 0,
    // A trace has the refusals, too, but without their places.
    calls: isModel ? counted : traced.length > 0 ? withPlaces(sum(traced), refused) : refused,
    program: { name, sha256 },
  };
}

const isProgram = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "sha256" in value && "name" in value;

const isAsked = (value: AskedCall | undefined): value is AskedCall =>
  value !== undefined && typeof value.nr === "number" && Array.isArray(value.stack) && value.args !== null;

const fromCount = ({ nr, args, errno, count, stack }: AskedCall): SeenCall => ({
  nr,
  args,
  words: [],
  errno: String(errno),
  count: Number(count),
  stack: stack.map(Number).filter(Number.isSafeInteger),
});

/** `openat(AT_FDCWD, "/x", O_RDONLY) = -1 ENOENT (...)`, behind the number of a thread. */
function fromTrace(line: string): SeenCall[] {
  const found = /^(?:\[\d+\] )?([a-z_]\w*)\((.*)\) = (?:-1 (E[A-Z0-9]+))?/s.exec(line);
  if (found === null) return [];
  const [, name = "", args = "", errno = ""] = found;
  const words = args.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g) ?? [];
  return [{ name, args: {}, words, errno, count: 1, stack: [] }];
}

function sum(calls: readonly SeenCall[]): SeenCall[] {
  const counts = new Map<string, SeenCall>();
  for (const call of calls) {
    const key = `${call.name} ${call.words} ${call.errno}`;
    counts.set(key, { ...call, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}

const withPlaces = (calls: readonly SeenCall[], refused: readonly SeenCall[]): SeenCall[] =>
  calls.map((call) => {
    const same = refused.find(
      ({ name, words, errno }) =>
        name === call.name && errno === call.errno && words.every((word) => call.words.includes(word)),
    );
    return same === undefined ? call : { ...call, stack: same.stack };
  });

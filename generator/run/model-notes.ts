/**
 * What is noted of a run on the model while it runs: the lines of its record. The kernel's own come out of the second
 * output; the program's calls and the console's lines are noted as they come, so that all stand in their order. How
 * the host slices the run changes none of them, and the state is plain data, which goes into snapshots.
 */
import { type CallListener, type Json, type Sha256State, sha256 } from "../../hw-models/index.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { type AskedState, askedCalls } from "./asked-calls.ts";
import { type BegunCall, callTrace } from "./call-trace.ts";
import { completeRecordLine } from "./complete-record.ts";
import { parseRecordLine, type RecordLine } from "./run-record.ts";
import { callsByNumber } from "./spec-calls.ts";

export type NotesState = {
  readonly lines: readonly string[];
  /** Begun lines, as bytes: of the second output, of the console. */
  readonly second: readonly number[];
  readonly console: readonly number[];
  /** The kernel has started: its serial port listens. */
  readonly hasBooted: boolean;
  readonly exit: RecordLine["exit"] | null;
  readonly calls: {
    readonly count: number;
    readonly hash: Sha256State;
    readonly begun: readonly [string, BegunCall][];
    readonly asked: AskedState;
  } | null;
};

export type NotesRequest = {
  readonly arch: Arch;
  /** Calls and console are noted, too. */
  readonly isWhole: boolean;
  onLine?: ((line: RecordLine) => void) | undefined;
  onCall?: ((line: string) => void) | undefined;
  readonly from?: NotesState | undefined;
};

const newline = 10;

/** Lines out of bytes that come in pieces, each with its end. */
function lineReader(rest: number[], onLine: (line: Uint8Array) => void): (bytes: Uint8Array) => void {
  return (bytes) => {
    for (const byte of bytes) {
      rest.push(byte);
      if (byte === newline) onLine(Uint8Array.from(rest.splice(0)));
    }
  };
}

/** As text, if it is some: a record can be read. */
function consoleLine(bytes: Uint8Array): string {
  try {
    return JSON.stringify({ console: new TextDecoder("utf-8", { fatal: true }).decode(bytes) });
  } catch {
    return JSON.stringify({ consoleHex: Buffer.from(bytes).toString("hex") });
  }
}

export async function modelNotes({ arch, isWhole, onLine, onCall, from }: NotesRequest) {
  const lines = [...(from?.lines ?? [])];
  let hasBooted = from?.hasBooted ?? false;
  let exit = from?.exit ?? undefined;

  const ofSecond = [...(from?.second ?? [])];
  const onSecond = lineReader(ofSecond, (bytes) => {
    const line = completeRecordLine(new TextDecoder().decode(bytes).trimEnd(), arch);
    lines.push(line);
    const parsed = parseRecordLine(line);
    if (parsed.boot) hasBooted = true;
    if (parsed.exit) exit = parsed.exit;
    onLine?.(parsed);
  });
  const ofConsole = [...(from?.console ?? [])];
  const onConsole = lineReader(ofConsole, (bytes) => void lines.push(consoleLine(bytes)));

  const traces = isWhole || onCall !== undefined;
  const rows = traces ? await callsByNumber(arch) : new Map();
  const hash = sha256(from?.calls?.hash);
  let count = from?.calls?.count ?? 0;
  const trace = callTrace(
    arch,
    rows,
    (line) => {
      count++;
      hash.update(new TextEncoder().encode(`${line}\n`));
      if (isWhole) lines.push(JSON.stringify({ call: line }));
      onCall?.(line);
    },
    from?.calls?.begun,
  );
  const asked = askedCalls(arch, rows, from?.calls?.asked);
  const listener: CallListener = {
    call(caller) {
      trace.listener.call(caller);
      if (isWhole) asked.listener.call(caller);
    },
    returned(caller) {
      trace.listener.returned(caller);
      if (isWhole) asked.listener.returned(caller);
    },
  };

  return {
    onSecond,
    ...(isWhole && { onConsole }),
    ...(traces && { listener }),
    hasBooted: () => hasBooted,
    exit: () => exit,
    /** The lines so far; those that sum up come last. */
    lines(): string[] {
      const rest = ofConsole.length > 0 ? [consoleLine(Uint8Array.from(ofConsole))] : [];
      return isWhole ? [...lines, ...rest, ...asked.lines()] : [...lines];
    },
    /** Of the trace so far. */
    digest: () => ({ count, sha256: hash.hex() }),
    save(): Json {
      const calls = isWhole && { count, hash: hash.save(), begun: trace.save(), asked: asked.state };
      const state: NotesState = {
        ...{ lines, second: ofSecond, console: ofConsole, hasBooted },
        ...{ exit: exit ?? null, calls: calls || null },
      };
      return JSON.parse(JSON.stringify(state));
    },
  };
}

/**
 * Boots an image in the bundled machine (hw-models): the same contract as `run-qemu.ts`, and what only a model has: a
 * seed, calls traced from outside, a record that repeats the run.
 */
import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { outputTo, runOnHost } from "../../hw-models/host/node.ts";
import {
  type CallListener,
  createMachine,
  type Ending,
  type MachineRequest,
  type RunRecord,
  replayOf,
} from "../../hw-models/index.ts";
import { sha256 } from "../../hw-models/record/sha256.ts";
import { fail, type Outcome, type Problem, succeed } from "../problem.ts";
import { afterFirmware } from "./after-firmware.ts";
import { askedCalls } from "./asked-calls.ts";
import { callTrace } from "./call-trace.ts";
import { modelInput, noInput } from "./model-input.ts";
import type { Run, RunResult } from "./run-qemu.ts";
import { exitStatus, parseRecordLine, type RecordLine } from "./run-record.ts";
import { callsByNumber } from "./spec-calls.ts";

export type ModelOptions = {
  seed?: number | undefined;
  /** The record of an earlier run, to be repeated: conditions and input are its. */
  replay?: RunRecord | undefined;
  /** In step with the host's clock, from its time of day on. */
  realtime: boolean;
  /** The last line of the record is to tell all that the run depended on. */
  record?: boolean | undefined;
  onCall?: ((line: string) => void) | undefined;
  onInstruction?: ((line: string) => void) | undefined;
  /** Aborted: the run is stopped. */
  signal?: AbortSignal | undefined;
  /** Told, line by line, where the CPUs were when the run was stopped from outside. */
  onStopped(line: string): void;
};

const interruptedStatus = 130;
const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Lines out of bytes that come in pieces. */
function lineReader(onLine: (line: string) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = "";
  return (bytes) => {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  };
}

export async function runModel(run: Run, options: ModelOptions): Promise<Outcome<RunResult>> {
  const { arch, cpus, memoryBytes } = run.machine;
  const record: string[] = [];
  const note = (line: string) => record.push(line);

  // What the kernel prints begins behind a NUL where firmware may have printed before it.
  const filter = arch === "riscv64" ? afterFirmware() : new PassThrough();
  filter.pipe(run.output, { end: false });
  const output = outputTo(filter);

  let exit: RecordLine["exit"];

  // Stopping, from outside or because nobody reads any more.
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  const input = options.replay === undefined ? modelInput(run, stop) : noInput;
  const onSecond = lineReader((line) => {
    note(line);
    const parsed = parseRecordLine(line);
    if (parsed.boot) input.booted((bytes) => machine.input(bytes));
    if (parsed.exit) exit = parsed.exit;
    run.onRecord?.(parsed);
  });

  const calls = { count: 0, hash: sha256() };
  let listener: CallListener | undefined;
  if (options.onCall !== undefined) {
    const { onCall } = options;
    listener = await callTrace(arch, (line) => {
      calls.count++;
      calls.hash.update(new TextEncoder().encode(`${line}\n`));
      note(JSON.stringify({ call: line }));
      onCall(line);
    });
  }

  const counted = options.record ? askedCalls(arch, await callsByNumber(arch)) : undefined;
  const listeners = [listener, counted?.listener].filter((one) => one !== undefined);

  const image = new Uint8Array(readFileSync(run.image));
  const asked: MachineRequest = {
    ...{
      arch,
      cpus,
      memoryBytes,
      commandLine: run.commandLine,
      image,
    },
    ...(options.seed !== undefined && { seed: options.seed }),
    ...(options.realtime && { wallClockNs: BigInt(Date.now()) * 1_000_000n }),
    ...(options.replay && replayOf(options.replay, image)),
    ...(listeners.length > 0 && { calls: all(listeners) }),
    ...(options.onInstruction && { onInstruction: options.onInstruction }),
    onConsole: output.write,
    onSecond,
  };
  const made = await createMachine(asked);
  if (made.refusal !== undefined) {
    input.end();
    return fail("model-refuses", `the model cannot run this: ${made.refusal}`);
  }
  const { machine } = made;

  for (const signal of stopSignals) process.on(signal, stop);
  run.output.once("error", stop);
  options.signal?.addEventListener("abort", stop);
  if (options.signal?.aborted) stop();

  const { realtime } = options;
  const driven = await runOnHost({
    ...{ machine, output, realtime, input: input.arrivals },
    listens: input.listens,
    signal: stopping.signal,
  });

  input.end();
  filter.end();
  await finished(filter).catch(() => {});
  for (const signal of stopSignals) process.removeListener(signal, stop);
  run.output.removeListener("error", stop);
  options.signal?.removeEventListener("abort", stop);

  const instructions = machine.counts;
  const digest = options.onCall && { count: calls.count, sha256: calls.hash.hex() };
  for (const line of counted?.lines() ?? []) note(line);
  if (options.record) note(JSON.stringify({ run: machine.record(digest) }));
  if (driven === "stopped") {
    for (const line of machine.where()) options.onStopped(line);
    return succeed({ status: interruptedStatus, record, instructions });
  }
  if (driven === "stands-still") return { problems: [standsStill(machine.where())] };
  const status = exit === undefined ? statusOf(machine.ending) : succeed(exitStatus(exit));
  return status.problems ? status : succeed({ status: status.value, record, instructions });
}

/** One that tells several. */
const all = (listeners: readonly CallListener[]): CallListener => ({
  call(caller) {
    for (const one of listeners) one.call(caller);
  },
  returned(caller) {
    for (const one of listeners) one.returned(caller);
  },
});

function standsStill(where: readonly string[]): Problem {
  return {
    code: "stands-still",
    message: `every CPU waits, and nothing will ever wake one: ${where.join("; ")}`,
    fix: "The program waits for input that has ended, or the kernel lost a wake-up: run it with --trace.",
  };
}

/** The kernel refused to boot or panicked, and said why on the console. */
function statusOf(ending: Ending | undefined): Outcome<number> {
  if (ending?.how === "exit") return succeed(ending.status);
  const how =
    ending?.how === "shutdown"
      ? `CPU ${ending.cpu} cannot go on: ${ending.reason}`
      : "the machine stopped without telling the program's exit status";
  return fail("no-exit-status", how);
}

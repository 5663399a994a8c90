/**
 * Boots an image in the bundled machine (hw-models): the same contract as `run-qemu.ts`, and what only a model has: a
 * seed, calls traced from outside, a record that repeats the run.
 */
import { fstatSync, readFileSync, statSync } from "node:fs";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { arrivalsFrom, outputTo, runOnHost } from "../../hw-models/host/node.ts";
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
import { callTrace } from "./call-trace.ts";
import { encodeWhole, inputEncoder, watchInterrupts } from "./console-input.ts";
import type { Run, RunResult } from "./run-qemu.ts";
import { exitStatus, parseRecordLine, type RecordLine } from "./run-record.ts";

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

/** A file's bytes do not depend on when they are read: all at once, then, so that every run is the same. */
function wholeFile(input: Run["input"]): Uint8Array | undefined {
  const fd = "fd" in input && typeof input.fd === "number" ? input.fd : undefined;
  if (fd === undefined) return undefined;
  try {
    const about = fstatSync(fd);
    const isNull = about.isCharacterDevice() && about.rdev === statSync("/dev/null").rdev;
    return about.isFile() || isNull ? readFileSync(fd) : undefined;
  } catch {
    return undefined;
  }
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
  // A byte that comes before the kernel has set up its serial port would be lost.
  let hasBooted = false;
  const hears = options.replay === undefined;
  const whole = run.isTerminal || !hears ? undefined : wholeFile(run.input);
  const listens = () => {
    hasBooted = true;
    if (whole !== undefined) machine.input(encodeWhole(whole));
  };
  const onSecond = lineReader((line) => {
    note(line);
    const parsed = parseRecordLine(line);
    if (parsed.boot) listens();
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
    ...(listener && { calls: listener }),
    ...(options.onInstruction && { onInstruction: options.onInstruction }),
    onConsole: output.write,
    onSecond,
  };
  const made = await createMachine(asked);
  if (made.refusal !== undefined) return fail("model-refuses", `the model cannot run this: ${made.refusal}`);
  const { machine } = made;

  // Stopping, from outside or because nobody reads any more.
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  for (const signal of stopSignals) process.on(signal, stop);
  run.output.once("error", stop);
  options.signal?.addEventListener("abort", stop);
  if (options.signal?.aborted) stop();

  const { realtime } = options;
  const arrivals = hears && whole === undefined ? connectInput(run, stop) : undefined;
  const driven = await runOnHost({
    ...{ machine, output, realtime, input: arrivals },
    listens: () => hasBooted,
    signal: stopping.signal,
  });

  arrivals?.stop();
  if (run.isTerminal) run.input.setRawMode?.(false);
  run.input.pause();
  filter.end();
  await finished(filter).catch(() => {});
  for (const signal of stopSignals) process.removeListener(signal, stop);
  run.output.removeListener("error", stop);
  options.signal?.removeEventListener("abort", stop);

  const digest = options.onCall && { count: calls.count, sha256: calls.hash.hex() };
  if (options.record) note(JSON.stringify({ run: machine.record(digest) }));
  if (driven === "stopped") {
    for (const line of machine.where()) options.onStopped(line);
    return succeed({ status: interruptedStatus, record });
  }
  if (driven === "stands-still") return { problems: [standsStill(machine.where())] };
  if (exit !== undefined) return succeed({ status: exitStatus(exit), record });
  return withoutExitLine(machine.ending, record);
}

/** From here on keys are ours. */
function connectInput(run: Run, stop: () => void): ReturnType<typeof arrivalsFrom> {
  const { input, isTerminal } = run;
  if (isTerminal) {
    input.setRawMode?.(true);
    input.on("data", watchInterrupts(stop));
    return arrivalsFrom(input);
  }
  return arrivalsFrom(input.pipe(inputEncoder()));
}

function standsStill(where: readonly string[]): Problem {
  return {
    code: "stands-still",
    message: `every CPU waits, and nothing will ever wake one: ${where.join("; ")}`,
    fix: "The program waits for input that has ended, or the kernel lost a wake-up: run it with --trace.",
  };
}

/** The kernel refused to boot or panicked, and said why on the console. */
function withoutExitLine(ending: Ending | undefined, record: string[]): Outcome<RunResult> {
  if (ending?.how === "exit") return succeed({ status: ending.status, record });
  const how =
    ending?.how === "shutdown"
      ? `CPU ${ending.cpu} cannot go on: ${ending.reason}`
      : "the machine stopped without telling the program's exit status";
  return fail("no-exit-status", how);
}

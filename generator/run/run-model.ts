/**
 * Boots an image in the bundled machine (hw-models): the same contract as `run-qemu.ts`, and what only a model has: a
 * seed, calls traced from outside, a record that repeats the run.
 */
import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { outputTo, runOnHost } from "../../hw-models/host/node.ts";
import {
  createMachine,
  type Ending,
  type Json,
  type Machine,
  type MachineRequest,
  type ResumeRequest,
  type RunRecord,
  replayOf,
  resumeMachine,
  type Snapshot,
} from "../../hw-models/index.ts";
import { fail, type Outcome, type Problem, succeed } from "../problem.ts";
import { afterFirmware } from "./after-firmware.ts";
import { type InputState, modelInput, noInput } from "./model-input.ts";
import { modelNotes, type NotesState } from "./model-notes.ts";
import type { Run, RunResult } from "./run-qemu.ts";
import { exitStatus } from "./run-record.ts";

export type ModelOptions = {
  seed?: number | undefined;
  longestTurn?: number | undefined;
  /** The record of an earlier run, to be repeated: conditions and input are its. */
  replay?: RunRecord | undefined;
  /** Where to go on: conditions are its. */
  resume?: Snapshot | undefined;
  /** In step with the host's clock, from its time of day on. */
  realtime: boolean;
  /** Stops after so many instructions of all CPUs. */
  instructions?: number | undefined;
  /** The record is to be whole: calls, console, and all that the run depended on. */
  record?: boolean | undefined;
  /** If it is stopped: all of it is to be in the result, with what the caller wants to find in it again. */
  save?: boolean | undefined;
  about?: Json;
  onCall?: ((line: string) => void) | undefined;
  onInstruction?: ((line: string) => void) | undefined;
  /** How it is executed; changes nothing but the speed. */
  tier?: MachineRequest["tier"] | undefined;
  /** Aborted: the run is stopped. */
  signal?: AbortSignal | undefined;
  /** Shown the machine when the run is over, however it ended. */
  onEnd?: ((machine: Machine) => void) | undefined;
  /** Told, line by line, where the CPUs were when the run was stopped before its end. */
  onStopped(line: string): void;
};

/** As the shell names an end by SIGINT, and as timeout(1) one by its limit. */
export const stoppedStatus = { interrupt: 130, instructions: 124 } as const;
const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What a snapshot holds for us. */
type HostState = { notes: NotesState; input: InputState; isBehindFirmware: boolean };

export async function runModel(run: Run, options: ModelOptions): Promise<Outcome<RunResult>> {
  const { resume } = options;
  const { arch } = run.machine;
  const from = resume?.host as HostState | undefined;

  // Stopping, from outside or because nobody reads any more.
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  const isRepeated = options.replay !== undefined;
  const input = isRepeated ? noInput : modelInput(run, stop, from?.input);

  // What the kernel prints begins behind a NUL where firmware may have printed before it.
  let isBehindFirmware = from?.isBehindFirmware ?? arch === "amd64";
  const filter = isBehindFirmware ? new PassThrough() : afterFirmware();
  filter.pipe(run.output, { end: false });
  const output = outputTo(filter);

  const notes = await modelNotes({
    arch,
    isWhole: options.record === true || options.save === true,
    onLine(line) {
      if (line.boot) input.listen((bytes) => machine.input(bytes));
      run.onRecord?.(line);
    },
    onCall: options.onCall,
    from: from?.notes,
  });
  const listeners: ResumeRequest = {
    ...(notes.listener && { calls: notes.listener }),
    ...(options.onInstruction && { onInstruction: options.onInstruction }),
    ...(options.tier && { tier: options.tier }),
    onConsole(bytes) {
      output.write(bytes);
      const begin = isBehindFirmware ? 0 : bytes.indexOf(0) + 1;
      isBehindFirmware ||= begin > 0;
      if (isBehindFirmware) notes.onConsole?.(bytes.subarray(begin));
    },
    onSecond: notes.onSecond,
  };
  const made = await (resume === undefined
    ? createMachine({ ...powerOn(run, options), ...listeners })
    : resumeMachine(resume, listeners));
  if (made.refusal !== undefined) {
    input.end();
    return fail("model-refuses", `the model cannot run this: ${made.refusal}`);
  }
  const { machine } = made;
  if (notes.hasBooted()) input.listen((bytes) => machine.input(bytes));

  for (const signal of stopSignals) process.on(signal, stop);
  run.output.once("error", stop);
  options.signal?.addEventListener("abort", stop);
  if (options.signal?.aborted) stop();

  const executed = () => machine.counts.reduce((sum, { total }) => sum + total, 0);
  const limit = options.instructions === undefined ? undefined : executed() + options.instructions;
  const driven = await runOnHost({
    ...{ machine, output, realtime: options.realtime, input: input.arrivals },
    listens: notes.hasBooted,
    instructions: limit,
    signal: stopping.signal,
  });

  options.onEnd?.(machine);
  const stopped = driven === "stopped" ? "interrupt" : driven === "limit" ? "instructions" : undefined;
  let snapshot: Uint8Array | undefined;
  if (options.save && stopped !== undefined) {
    const host: Json = {
      about: options.about ?? null,
      notes: notes.save(),
      input: input.save(),
      isBehindFirmware,
    };
    snapshot = machine.save(host);
  }
  input.end();
  filter.end();
  await finished(filter).catch(() => {});
  for (const signal of stopSignals) process.removeListener(signal, stop);
  run.output.removeListener("error", stop);
  options.signal?.removeEventListener("abort", stop);

  const record = notes.lines();
  if (options.record) record.push(JSON.stringify({ run: machine.record(notes.digest()) }));
  const result = { record, instructions: machine.counts, ...(snapshot && { snapshot }) };
  if (stopped !== undefined) {
    const isWanted = snapshot !== undefined && stopped === "instructions";
    const where = isWanted ? [] : [`stopped after ${executed()} instructions`, ...machine.where()];
    for (const line of where) options.onStopped(line);
    return succeed({ ...result, status: stoppedStatus[stopped], stopped });
  }
  const exit = notes.exit();
  if (exit !== undefined) return succeed({ ...result, status: exitStatus(exit) });
  if (machine.ending?.how === "exit") return succeed({ ...result, status: machine.ending.status });
  const failure =
    driven === "stands-still"
      ? standsStill(machine.where(), notes.hasBooted())
      : withoutStatus(machine.ending, notes.hasBooted());
  return succeed({ ...result, status: 1, failure });
}

/** How the machine begins: as asked, or as it did in the record. */
function powerOn(run: Run, { seed, longestTurn, realtime, replay }: ModelOptions): MachineRequest {
  const { arch, cpus, memoryBytes } = run.machine;
  const image = new Uint8Array(readFileSync(run.image));
  return {
    ...{ arch, cpus, memoryBytes, commandLine: run.commandLine, image },
    ...(seed !== undefined && { seed }),
    ...(longestTurn !== undefined && { longestTurn }),
    ...(realtime && { wallClockNs: BigInt(Date.now()) * 1_000_000n }),
    ...(replay && replayOf(replay, image)),
  };
}

const didNotBoot =
  "The kernel in the image did not come so far as to start the program: make the image again.";

function standsStill(where: readonly string[], hasBooted: boolean): Problem {
  return {
    code: "stands-still",
    message: `every CPU waits, and nothing will ever wake one: ${where.join("; ")}`,
    fix: hasBooted
      ? "The program waits for input that has ended, or the kernel lost a wake-up: run it with --trace."
      : didNotBoot,
  };
}

/** The kernel refused to boot or panicked, and said why on the console, or the machine could not go on. */
function withoutStatus(ending: Ending | undefined, hasBooted: boolean): Problem {
  const problem = (message: string, fix = hasBooted ? "" : didNotBoot) => ({
    code: "no-exit-status",
    message,
    fix,
  });
  switch (ending?.how) {
    case "shutdown":
      return problem(`CPU ${ending.cpu} cannot go on: ${ending.reason}`);
    case "power-off":
      return ending.failed
        ? problem("the kernel gave up and switched the machine off; its own words are above", "")
        : problem("the machine was switched off without telling the program's exit status");
    case "reset":
      return problem("the guest reset the machine instead of ending");
    default:
      return problem("the machine stopped without telling the program's exit status");
  }
}

/**
 * Boots an image in QEMU: the guest's console on standard output, standard input to the guest, the record read line by
 * line, and at the end the program's exit status. QEMU never outlives us.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { finished } from "node:stream/promises";
import { findTool } from "../compile/toolchain.ts";
import { fail, type Outcome, type Problem, succeed } from "../problem.ts";
import { afterFirmware } from "./after-firmware.ts";
import { completeRecordLine } from "./complete-record.ts";
import { inputEncoder, watchInterrupts } from "./console-input.ts";
import type { Machine } from "./machine.ts";
import { oneWayPipe } from "./one-way-pipe.ts";
import { qemuArguments } from "./qemu-arguments.ts";
import { qemuCommands, qemuMachine } from "./qemu-machines.ts";
import { exitStatus, parseRecordLine, type RecordLine } from "./run-record.ts";

export type Run = {
  machine: Machine;
  image: string;
  commandLine: string;
  input: Readable & { isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  output: Writable;
  /** Both ends are a terminal: keys go through one by one. */
  isTerminal: boolean;
  onRecord?: (line: RecordLine) => void;
};

export type RunResult = {
  status: number;
  /** The record's lines as they came. */
  record: string[];
  /** By CPU; only the model counts them. */
  instructions?: readonly { total: number; user: number }[];
  /** Only the model: why it stopped before the program's end, and what it was then if that was asked for. */
  stopped?: "interrupt" | "instructions";
  snapshot?: Uint8Array;
  /** The run came to no end that has a status. */
  failure?: Problem;
};

/** How the shell names an end by SIGINT. */
const interruptedStatus = 130;

export async function runQemu(run: Run): Promise<Outcome<RunResult>> {
  const { machine, image, commandLine } = run;
  const qemu = findTool(qemuCommands[machine.arch]);
  if (qemu.problems) return qemu;

  const { writeEnd: consoleEnd, stream: console } = oneWayPipe();
  const { writeEnd: recordEnd, stream: recordStream } = oneWayPipe();
  const child = spawn(qemu.value.path, qemuArguments(machine, image, commandLine), {
    stdio: ["pipe", consoleEnd, "pipe", recordEnd],
  });
  for (const fd of [consoleEnd, recordEnd]) closeSync(fd);
  // QEMU may end at any moment, with input unread or a line half written: its exit tells what matters.
  for (const stream of [child.stdin, console, recordStream]) stream?.on("error", () => {});
  const ours = qemuMachine(machine).firmwareSpeaks ? console.pipe(afterFirmware()) : console;
  holdWhileSlow(child, ours, run.output);

  let interrupted = false;
  const stop = () => {
    interrupted = true;
    child.kill("SIGKILL");
    for (const stream of [console, ours]) stream.destroy();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  process.once("exit", stop);

  // Whoever reads our output may have had enough (`| head`): then the machine has no reason to go on.
  run.output.once("error", stop);

  const record: string[] = [];
  let exit: RecordLine["exit"];
  const booted = Promise.withResolvers<void>();
  const lines = createInterface({ input: recordStream });
  const recorded = once(lines, "close");
  lines.on("line", (written) => {
    const line = completeRecordLine(written, run.machine.arch);
    record.push(line);
    const parsed = parseRecordLine(line);
    if (parsed.boot) booted.resolve();
    if (parsed.exit) exit = parsed.exit;
    run.onRecord?.(parsed);
  });
  // A byte that comes before the kernel has set up its serial port would be lost.
  let disconnect = () => {};
  booted.promise.then(() => {
    disconnect = connectInput(run, child.stdin as Writable, stop);
  });

  const complaints = text(child.stderr as Readable);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("close", resolve).on("error", reject);
  });
  disconnect();
  // What QEMU wrote is still in the pipes, and a slow reader's part on its way.
  await Promise.all([recorded, finished(ours, { writable: false }).catch(() => {})]);
  if (run.output.writableNeedDrain)
    await Promise.race([once(run.output, "drain"), once(run.output, "close")]);
  for (const signal of signals) process.removeListener(signal, stop);
  process.removeListener("exit", stop);
  run.output.removeListener("error", stop);

  if (interrupted) return succeed({ status: interruptedStatus, record });
  if (exit !== undefined) return succeed({ status: exitStatus(exit), record });
  return withoutExitLine(machine, code, (await complaints).trim(), record);
}

/**
 * Nobody waits for a terminal for ever, the guest's kernel neither: while the reader of the output is slow, the machine
 * stands still, so that no text is lost and none piles up here.
 */
function holdWhileSlow(child: ChildProcess, console: Readable, output: Writable): void {
  console.on("data", (chunk: Buffer) => {
    if (output.destroyed || output.write(chunk) || !output.writableNeedDrain) return;
    child.kill("SIGSTOP");
    console.pause();
    output.once("drain", () => {
      child.kill("SIGCONT");
      console.resume();
    });
  });
}

/** From here on input reaches the guest; the function that is returned ends that. */
function connectInput({ input, isTerminal }: Run, console: Writable, stop: () => void): () => void {
  const disconnect = () => {
    if (isTerminal) input.setRawMode?.(false);
    input.unpipe();
    input.pause();
  };
  if (isTerminal) {
    input.setRawMode?.(true);
    input.on("data", watchInterrupts(stop));
    input.pipe(console, { end: false });
  } else {
    input.pipe(inputEncoder()).pipe(console, { end: false });
  }
  return disconnect;
}

/** The kernel refused to boot or panicked (and said why on the console), or QEMU did not even start. */
function withoutExitLine(
  machine: Machine,
  code: number | null,
  complaints: string,
  record: string[],
): Outcome<RunResult> {
  const lastComplaint = complaints.split("\n").at(-1) ?? "";
  if (complaints !== "" && record.length === 0) {
    return fail(
      "qemu-failed",
      `QEMU did not run the image: ${lastComplaint}`,
      "npx catkernel doctor tells what is installed.",
    );
  }
  const status = code === null ? undefined : qemuMachine(machine).exitStatus(code);
  if (status !== undefined) return succeed({ status, record });
  return fail("no-exit-status", "the machine stopped without telling the program's exit status");
}

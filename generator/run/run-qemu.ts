/**
 * Boots an image in QEMU: the guest's console on standard output, standard input to the guest, the record read line by
 * line, and at the end the program's exit status. QEMU never outlives us.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { finished } from "node:stream/promises";
import { findTool } from "../compile/toolchain.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import { afterFirmware } from "./after-firmware.ts";
import { inputEncoder, watchInterrupts } from "./console-input.ts";
import type { Machine } from "./machine.ts";
import { qemuArguments, recordFd } from "./qemu-arguments.ts";
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

export type RunResult = { status: number /** The record's lines as they came. */; record: string[] };

/** How the shell names an end by SIGINT. */
const interruptedStatus = 130;

export async function runQemu(run: Run): Promise<Outcome<RunResult>> {
  const { machine, image, commandLine } = run;
  const qemu = findTool(qemuCommands[machine.arch]);
  if (qemu.problems) return qemu;

  const child = spawn(qemu.value.path, qemuArguments(machine, image, commandLine), {
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  const console = child.stdout as Readable;
  // QEMU may end at any moment, with input unread or a line half written: its exit tells what matters.
  for (const stream of [child.stdin, console, child.stdio[recordFd]]) stream?.on("error", () => {});
  const filter = qemuMachine(machine).firmwareSpeaks ? afterFirmware() : undefined;
  const ours = filter === undefined ? console : console.pipe(filter);
  // A console that breaks off ends what comes behind it, too.
  console.once("close", () => filter?.end());
  ours.pipe(run.output, { end: false });

  let interrupted = false;
  const stop = () => {
    interrupted = true;
    child.kill("SIGKILL");
    ours.destroy();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);

  // Whoever reads our output may have had enough (`| head`): then the machine has no reason to go on.
  run.output.once("error", stop);

  const record: string[] = [];
  let exit: RecordLine["exit"];
  const booted = Promise.withResolvers<void>();
  createInterface({ input: child.stdio[recordFd] as Readable }).on("line", (line) => {
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
  // What a slow reader has not taken yet is still on its way; a reader that has gone ends that as an error.
  if (filter !== undefined) await finished(filter, { writable: false }).catch(() => {});
  for (const signal of signals) process.removeListener(signal, stop);
  run.output.removeListener("error", stop);

  if (interrupted) return succeed({ status: interruptedStatus, record });
  if (exit !== undefined) return succeed({ status: exitStatus(exit), record });
  return withoutExitLine(machine, code, (await complaints).trim(), record);
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

/** `catkernel run` without its command line: prepare the image, check the machine, boot, tell how it ended. */
import { readFileSync } from "node:fs";
import type { RunRecord } from "../../hw-models/index.ts";
import { sha256Hex } from "../../hw-models/record/sha256.ts";
import { atomicWrite } from "../pack/atomic-write.ts";
import { bootOptions, type ProgramOptions } from "../pack/boot-options.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import { checkMachine, checkModel, qemuMachines } from "./machine.ts";
import { type Prepared, prepareImage } from "./prepare-image.ts";
import { type ModelOptions, runModel } from "./run-model.ts";
import { type Run, type RunResult, runQemu } from "./run-qemu.ts";
import { readModelRecord } from "./run-record.ts";

export type RunRequest = {
  /** An image or a Go program. */
  file: string;
  root?: string | undefined;
  program: ProgramOptions;
  /** Of QEMU's; by default the fastest to boot that has what the program was built for. */
  machine?: string | undefined;
  cpus: number;
  memoryBytes: number;
  /** Where: in the machine that comes along, or in QEMU. */
  on: "model" | "qemu";
  model?: ModelOptions | undefined;
  /** Told every decoded system call, if given. */
  onTrace?: ((line: string) => void) | undefined;
  /** Model: the record of the run to repeat. */
  replayFile?: string | undefined;
  /** Path that the record is written to. */
  recordFile?: string | undefined;
  progress: (step: string) => void;
} & Pick<Run, "input" | "output" | "isTerminal">;

export async function runImage(request: RunRequest): Promise<Outcome<RunResult>> {
  const prepared = await prepareImage(request.file, request.root, request.progress);
  if (prepared.problems) return prepared;
  try {
    return await boot(request, prepared.value);
  } finally {
    await prepared.value.dispose();
  }
}

async function boot(request: RunRequest, image: Prepared): Promise<Outcome<RunResult>> {
  const { program, cpus, memoryBytes, onTrace, recordFile, input, output, isTerminal } = request;
  if (request.on === "model") return bootModel(request, image);
  const needsVectors = image.profile === "rva23u64";
  const name = request.machine ?? (needsVectors ? "virt-v" : qemuMachines[image.arch][0]);
  if (needsVectors && name === "virt")
    return fail(
      "no-vectors",
      "the program was built for rva23u64: it needs the vector extension V, which the machine virt lacks",
      "Give it --machine virt-v, or build it with GORISCV64=rva22u64.",
    );
  const machine = checkMachine({ arch: image.arch, name, cpus, memoryBytes }, image.bytes);
  if (machine.problems) return machine;

  // The record is always on: it brings the whole exit status, and the trace beside the console.
  const commandLine = bootOptions(program, { record: true, tty: isTerminal, trace: onTrace !== undefined });
  const tooLong = checkLength(commandLine, image);
  if (tooLong.problems) return tooLong;
  const result = await runQemu({
    machine: machine.value,
    image: image.path,
    commandLine,
    input,
    output,
    isTerminal,
    onRecord: ({ trace }) => {
      if (trace !== undefined) onTrace?.(trace);
    },
  });
  return writeRecord(result, image, recordFile);
}

function checkLength(commandLine: string, { commandLineCapacity }: Prepared): Outcome<void> {
  const length = Buffer.byteLength(commandLine);
  if (length <= commandLineCapacity) return succeed(undefined);
  const message = `arguments and environment take ${length} bytes, but the boot command line holds ${commandLineCapacity}`;
  return fail("options-too-long", message, "Put them into a file under --root that the program reads.");
}

async function bootModel(request: RunRequest, image: Prepared): Promise<Outcome<RunResult>> {
  const { program, cpus, memoryBytes, onTrace, recordFile, input, output, isTerminal } = request;
  const machine = checkModel({ arch: image.arch, cpus, memoryBytes }, image.bytes);
  if (machine.problems) return machine;
  const replay = request.replayFile === undefined ? undefined : readReplay(request.replayFile, image);
  if (replay?.problems) return replay;
  if (image.profile === "rva23u64") {
    const message =
      "the program was built for rva23u64: it needs the vector extension V, which the model lacks";
    return fail("no-vectors", message, "Build it with GORISCV64=rva22u64, or run it --on qemu.");
  }
  // Calls are traced from outside: the kernel need not do it.
  const commandLine = bootOptions(program, { record: true, tty: isTerminal });
  const tooLong = checkLength(commandLine, image);
  if (tooLong.problems) return tooLong;
  const run = { machine: machine.value, image: image.path, commandLine, input, output, isTerminal };
  const options = request.model ?? { realtime: false, onStopped() {} };
  const record = recordFile !== undefined;
  const result = await runModel(run, { ...options, replay: replay?.value, record, onCall: onTrace });
  return writeRecord(result, image, recordFile);
}

/** A record repeats a run of the image that it was made with, and of no other. */
function readReplay(path: string, image: Prepared): Outcome<RunRecord> {
  const file = readTextFile(path);
  if (file.problems) return file;
  const record = readModelRecord(file.value);
  if (record === undefined)
    return fail("no-record", `${path} is no record of a run on the model`, "Make one with --record FILE.");
  if (record.image.sha256 !== sha256Hex(new Uint8Array(readFileSync(image.path)))) {
    const message = `${path} is the record of another image`;
    return fail(
      "other-image",
      message,
      "Give the image, or the program and the kernel, that it was made with.",
    );
  }
  return succeed(record);
}

function readTextFile(path: string): Outcome<string> {
  try {
    return succeed(readFileSync(path, "utf8"));
  } catch (error) {
    return fail("no-record", `${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

async function writeRecord(
  result: Outcome<RunResult>,
  { program }: Prepared,
  recordFile: string | undefined,
): Promise<Outcome<RunResult>> {
  if (result.problems || recordFile === undefined) return result;
  const all = [JSON.stringify({ program }), ...result.value.record];
  const lines = all.map((line) => `${line}\n`).join("");
  const written = await atomicWrite(recordFile, [Buffer.from(lines)]);
  return written.problems ? written : result;
}

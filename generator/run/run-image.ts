/** `catkernel run` without its command line: prepare the image, check the machine, boot, tell how it ended. */
import { bootOptions, type ProgramOptions } from "../pack/boot-options.ts";
import { fail, type Outcome } from "../problem.ts";
import { bootModel, resumeModel } from "./boot-model.ts";
import { checkMachine, qemuMachines } from "./machine.ts";
import { checkLength, type Prepared, prepareImage } from "./prepare-image.ts";
import type { ModelOptions } from "./run-model.ts";
import { type Run, type RunResult, runQemu } from "./run-qemu.ts";
import { writeRecord } from "./write-record.ts";

export type RunRequest = {
  /** An image or a Go program; undefined only if a snapshot is resumed. */
  file: string | undefined;
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
  /** Model: the snapshot to go on with, and where to write one if the run is stopped. */
  resumeFile?: string | undefined;
  saveFile?: string | undefined;
  /** Path that the record is written to. */
  recordFile?: string | undefined;
  progress: (step: string) => void;
} & Pick<Run, "input" | "output" | "isTerminal">;

export async function runImage(request: RunRequest): Promise<Outcome<RunResult>> {
  const { file, resumeFile } = request;
  if (file === undefined) {
    if (resumeFile === undefined) throw new Error("neither an image nor a snapshot");
    return await resumeModel(request, resumeFile, undefined);
  }
  const prepared = await prepareImage(file, request.root, request.progress);
  if (prepared.problems) return prepared;
  const { warning } = prepared.value;
  if (warning !== undefined) process.stderr.write(`catkernel: ${warning}\n`);
  try {
    return await boot(request, prepared.value);
  } finally {
    await prepared.value.dispose();
  }
}

async function boot(request: RunRequest, image: Prepared): Promise<Outcome<RunResult>> {
  const { program, cpus, memoryBytes, onTrace, recordFile, input, output, isTerminal } = request;
  if (request.on === "model") return await bootModel(request, image);
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
  return await writeRecord(result, image.program, recordFile);
}

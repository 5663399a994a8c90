/** `catkernel run` without its command line: prepare the image, check the machine, boot, tell how it ended. */
import { atomicWrite } from "../pack/atomic-write.ts";
import { bootOptions, type ProgramOptions } from "../pack/boot-options.ts";
import { fail, type Outcome } from "../problem.ts";
import { checkMachine, qemuMachines } from "./machine.ts";
import { type Prepared, prepareImage } from "./prepare-image.ts";
import { type Run, type RunResult, runQemu } from "./run-qemu.ts";

export type RunRequest = {
  /** An image or a Go program. */
  file: string;
  root?: string | undefined;
  program: ProgramOptions;
  /** By default the fastest to boot that has what the program was built for. */
  machine?: string | undefined;
  cpus: number;
  memoryBytes: number;
  /** Told every decoded system call, if given. */
  onTrace?: ((line: string) => void) | undefined;
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
  const length = Buffer.byteLength(commandLine);
  if (length > image.commandLineCapacity) {
    const message = `arguments and environment take ${length} bytes, but the boot command line holds ${image.commandLineCapacity}`;
    return fail("options-too-long", message, "Put them into a file under --root that the program reads.");
  }
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
  if (result.problems || recordFile === undefined) return result;
  const lines = result.value.record.map((line) => `${line}\n`).join("");
  const written = await atomicWrite(recordFile, [Buffer.from(lines)]);
  return written.problems ? written : result;
}

/**
 * Packs one case of a proof with the kernel, boots it in QEMU or the model and reads what the console and the record say. Beside
 * generator/run it has what a test needs: a limit of time, and raw images that no host tool has looked at.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, closeSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { bootOptions, type KernelOptions } from "../../generator/pack/boot-options.ts";
import { packImage } from "../../generator/pack/pack.ts";
import { rootTar } from "../../generator/pack/root-tar.ts";
import { withoutFirmware } from "../../generator/run/after-firmware.ts";
import { encodeInput } from "../../generator/run/console-input.ts";
import { parseMemorySize } from "../../generator/run/memory-size.ts";
import { oneWayPipe } from "../../generator/run/one-way-pipe.ts";
import { qemuArguments } from "../../generator/run/qemu-arguments.ts";
import { qemuCommands, qemuMachine } from "../../generator/run/qemu-machines.ts";
import type { ModelOptions } from "../../generator/run/run-model.ts";
import { exitStatus, parseRecordLine } from "../../generator/run/run-record.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Ran, StackUse } from "./compare.ts";
import { type Proof, type ProofCase, stdinBytes } from "./read-proofs.ts";
import { bootOnModel } from "./run-model.ts";
import { unwrap } from "./unwrap.ts";

export type Machine = {
  arch: Arch;
  /** As generator/run/machine.ts calls it. */
  name: string;
  cpus: number;
  /** "512M" and the like. */
  memory: string;
  timeoutMs?: number;
  /** The model's. */
  tier?: ModelOptions["tier"];
  instructions?: number;
  seed?: number;
  longestTurn?: number;
  /** Told of each call that has ended, as a line. */
  onCall?: (line: string) => void;
  /** QEMU: its time is the instructions that were executed, and nobody sleeps; CPUs take turns. */
  countsTime?: boolean;
  /** Shown all of the machine's memory when it has come to its end. */
  look?: (ram: Readonly<Uint8Array>) => void;
};

/** What to boot: an image's bytes, its command line, and what is typed. */
export type Boot = { image: readonly Buffer[]; commandLine: string; input: Buffer };

/** Against hanging only: a machine may be busy. */
const defaultTimeoutMs = 240_000;
const endOfInput = Buffer.of(0x04);

/** A program's bytes; `name` is what messages call it. */
export type Program = { bytes: Buffer; name: string };

/** Kernel, program and the tree below a folder, as `catkernel pack` makes them. */
export async function imageOf(kernel: Buffer, program: Program, root?: string): Promise<readonly Buffer[]> {
  const tar = root === undefined ? undefined : unwrap(await rootTar(root));
  return unwrap(packImage({ kernel: { bytes: kernel, name: "kernel" }, program, tar })).pieces;
}

export async function runInImage(
  kernel: Buffer,
  program: Program,
  proof: Proof,
  { args }: ProofCase,
  { options, ...machine }: Omit<Machine, "memory"> & { options?: KernelOptions },
): Promise<Ran> {
  const image = await imageOf(kernel, program, proof.root);
  const env = proof.root === undefined ? proof.env : [...proof.env, "PROOF_ROOT=/"];
  const commandLine = bootOptions(
    { env, args: [proof.name, ...args] },
    { ...options, record: true, tty: false },
  );
  return await boot(
    { image, commandLine, input: stdinBytes(proof.stdin) },
    { ...machine, memory: proof.memory },
  );
}

/** Boots and waits for the end. */
export async function boot(what: Boot, machine: Machine): Promise<Ran> {
  const { image, commandLine, input } = what;
  const { arch, name, cpus, memory, timeoutMs = defaultTimeoutMs } = machine;
  const folder = mkdtempSync(join(tmpdir(), "proof-"));
  try {
    const file = join(folder, "image");
    for (const piece of image) appendFileSync(file, piece);
    if (name === "model") return await bootOnModel(file, what, { ...machine, timeoutMs });
    const hardware = { arch, name, cpus, memoryBytes: parseMemorySize(memory)! };
    const start = performance.now();
    const { writeEnd: consoleEnd, stream: consoleStream } = oneWayPipe();
    const { writeEnd: recordEnd, stream: recordStream } = oneWayPipe();
    const ram = join(folder, "ram");
    const inFile = `memory-backend-file,id=ram,share=on,size=${hardware.memoryBytes},mem-path=${ram}`;
    const shown = machine.look ? ["-machine", "memory-backend=ram", "-object", inFile] : [];
    const counted = machine.countsTime ? ["-icount", "shift=1,sleep=off"] : [];
    const args = [...qemuArguments(hardware, file, commandLine), ...counted, ...shown];
    const qemu = spawn(qemuCommands[arch], args, {
      stdio: ["pipe", consoleEnd, "pipe", recordEnd],
    });
    for (const fd of [consoleEnd, recordEnd]) closeSync(fd);
    const end = () => qemu.kill("SIGKILL");
    process.once("exit", end);
    let isStopped = false;
    const timer = setTimeout(() => {
      isStopped = true;
      qemu.kill("SIGKILL");
    }, timeoutMs);
    const { firmwareSpeaks, exitStatus: statusOf } = qemuMachine(hardware);
    const said = collect(consoleStream);
    const output = () => (firmwareSpeaks ? withoutFirmware(said()) : said()).toString();
    const complaints = text(qemu.stderr as Readable);
    // QEMU may end before it has read all we send; then this end breaks, and that is all.
    const console = qemu.stdin as Writable;
    console.on("error", () => {});

    let status: number | undefined;
    const stacks: StackUse[] = [];
    const lines = createInterface({ input: recordStream });
    const ends = Promise.all([once(lines, "close"), once(consoleStream, "close")]);
    lines.on("line", (line) => {
      const { boot, exit, stack } = parseRecordLine(line);
      if (stack) stacks.push(stack);
      // What comes before the kernel has set up its serial port is lost.
      if (boot) console.write(Buffer.concat([encodeInput(input), endOfInput]));
      if (exit) status = exitStatus(exit);
    });
    const code = await new Promise<number | null>((resolve) => qemu.on("close", resolve));
    clearTimeout(timer);
    process.removeListener("exit", end);
    await ends;
    machine.look?.(readFileSync(ram));
    const ms = performance.now() - start;
    // A kernel that refuses to boot, or panics, leaves no record: the exit device still carries its status.
    const isRecorded = status !== undefined;
    if (code !== null) status ??= statusOf(code);
    if (status !== undefined) return { output: output(), status, ms, isRecorded, stacks };
    return {
      output: `${output()}${await complaints}\nFAIL: no exit after ${Math.round(ms)} ms`,
      status: -1,
      ms,
      isStopped,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All that has come so far. */
function collect(stream: Readable): () => Buffer {
  const pieces: Buffer[] = [];
  stream.on("data", (piece: Buffer) => pieces.push(piece));
  stream.on("error", () => {});
  return () => Buffer.concat(pieces);
}

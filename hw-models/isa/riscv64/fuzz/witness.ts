/** The program on QEMU's user mode, and the first difference between two outputs, told so that one can look for it. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { disassembleWord } from "../disassemble.ts";
import type { BareProgram } from "./privileged.ts";
import type { Program } from "./program.ts";

export function runOnQemu(command: string, program: Program): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "catkernel-fuzz-"));
  try {
    const file = join(folder, "program");
    writeFileSync(file, program.elf);
    chmodSync(file, 0o755);
    const { status, signal, stdout, stderr } = spawnSync(command, [file], {
      maxBuffer: program.bufferBytes + 4096,
    });
    if (status === 0) return stdout;
    throw new Error(`${command} ended with ${signal ?? status}: ${stderr}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The bare program on QEMU's whole machine, with two harts; what it writes to the serial port. */
export function runBareOnQemu(command: string, program: BareProgram): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "catkernel-fuzz-"));
  try {
    const [image, serial] = [join(folder, "image"), join(folder, "serial")];
    writeFileSync(image, program.memory);
    const machine = ["-M", "virt", "-m", "32M", "-smp", "2", "-cpu", "rv64,h=false,v=false", "-bios", image];
    const outside = ["-display", "none", "-monitor", "none", "-serial", `file:${serial}`];
    const { status, signal, stderr } = spawnSync(command, [...machine, ...outside], { timeout: 120_000 });
    if (status === 0) return readFileSync(serial);
    throw new Error(`${command} ended with ${signal ?? status}: ${stderr}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Records of the bare program that differ, the first few. */
export function differentRecords(program: BareProgram, ours: Uint8Array, theirs: Uint8Array): string[] {
  const [a, b] = [ours, theirs].map(
    (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
  ) as [DataView, DataView];
  if (a.byteLength !== b.byteLength) return [`${a.byteLength} bytes instead of ${b.byteLength}`];
  const lines = program.records.flatMap(({ at, what }) => {
    const [mine, other] = [a.getBigUint64(at, true), b.getBigUint64(at, true)];
    return mine === other ? [] : [`${what} is ${mine.toString(16)} instead of ${other.toString(16)}`];
  });
  return lines.slice(0, 10);
}

/** Names of the words that a block dumps. */
const wordName = (index: number) => (index < 30 ? `x${index + 1}` : index < 62 ? `f${index - 30}` : "fcsr");

function listing({ memory, base, blocks }: Program, block: number): string[] {
  const view = new DataView(memory.buffer);
  const lines: string[] = [];
  for (let at = blocks[block]!; at < (blocks[block + 1] ?? base + memory.length); ) {
    const half = view.getUint16(at - base, true);
    const bytes = (half & 3) === 3 ? 4 : 2;
    const word = bytes === 4 ? view.getInt32(at - base, true) : half;
    lines.push(`${at.toString(16)}  ${disassembleWord(word)}`);
    at += bytes;
  }
  return lines;
}

/** The first block whose registers differ, with its code; undefined: the outputs are the same. */
export function firstDifference(program: Program, ours: Uint8Array, theirs: Uint8Array): string | undefined {
  const [a, b] = [ours, theirs].map(
    (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
  ) as [DataView, DataView];
  if (a.byteLength !== b.byteLength) return `${a.byteLength} bytes instead of ${b.byteLength}`;
  for (let index = 0; index < program.bufferBytes / program.blockBytes; index++) {
    const block = index % program.blocks.length;
    const lines: string[] = [];
    for (let at = 0; at < program.blockBytes; at += 8) {
      const [mine, other] = [a, b].map((view) => view.getBigUint64(index * program.blockBytes + at, true));
      if (mine !== other)
        lines.push(`${wordName(at / 8)} is ${mine!.toString(16)} instead of ${other!.toString(16)}`);
    }
    if (lines.length > 0)
      return [`block ${block}, dump ${index}:`, ...lines, ...listing(program, block)].join("\n");
  }
  return undefined;
}

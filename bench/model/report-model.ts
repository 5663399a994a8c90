/** The table of the model beside QEMU: ratios first, and which goals are reached. */
import type { Arch } from "../../runtime-abi/arch.ts";
import type { StartMeasured } from "./measure-start.ts";
import type { WorkMeasured } from "./measure-work.ts";
import { goals } from "./works.ts";

export type ModelMeasured = {
  archs: { [arch in Arch]?: { works: WorkMeasured[]; start?: StartMeasured } };
  size: { files: number; bytes: number; gzipBytes: number };
};

/** `catkernel run esbuild -- --version`, from a cached kernel. */
const versionGoalMs = 1500;
/** Noise of a pair: `auto` counts as slower than the interpreter alone below this. */
const asFast = 0.95;

export function formatModelReport({ archs, size }: ModelMeasured): string {
  const lines: string[] = [];
  for (const [arch, { works, start }] of Object.entries(archs) as [
    Arch,
    { works: WorkMeasured[]; start?: StartMeasured },
  ][]) {
    lines.push(...workLines(arch, works), "", ...missed(arch, works));
    if (start !== undefined) lines.push(...startLines(arch, start));
    lines.push("");
  }
  lines.push(`the model's files: ${size.files}, ${kib(size.bytes)}, compressed ${kib(size.gzipBytes)}`);
  return lines.join("\n");
}

function workLines(arch: Arch, works: readonly WorkMeasured[]): string[] {
  const width = Math.max(20, ...works.map(({ what }) => what.length + 2));
  const row = (first: string, cells: readonly string[]) =>
    first.padEnd(width) + cells.map((cell) => cell.padStart(13)).join("");
  return [
    `${arch}, whole processes, 1 CPU; x: QEMU's time over the model's, median of pairs; CPU: of its CPU time`,
    row("", [
      "auto",
      "interpreter",
      "auto, CPU",
      "auto s",
      "interpr. s",
      "QEMU s",
      "native s",
      "M instr.",
      "M/s auto",
    ]),
    ...works.map(({ what, sides, nativeMs, instructions }) =>
      row(what, [
        ratio(sides.auto?.ratio),
        ratio(sides.interpreter?.ratio),
        ratio(sides.auto?.cpuRatio),
        ...[sides.auto, sides.interpreter, sides.qemu].map((side) => seconds(side?.wallMs)),
        seconds(nativeMs),
        Number.isNaN(instructions) ? "-" : (instructions / 1e6).toFixed(1),
        sides.auto === undefined ? "-" : (instructions / sides.auto.wallMs / 1000).toFixed(0),
      ]),
    ),
  ];
}

/** Each goal with what came of it. */
function missed(arch: Arch, works: readonly WorkMeasured[]): string[] {
  const lines: string[] = [];
  const tell = (what: string, value: number, goal: number) => {
    const word = value >= goal ? "reached" : "NOT reached";
    lines.push(`${arch}: ${what} ${value.toFixed(2)}x, goal ${goal}x: ${word}`);
  };
  for (const { what, short, hasGoal, sides } of works) {
    const { auto, interpreter, qemu } = sides;
    if (hasGoal && qemu && !short && auto) tell(what, auto.ratio, goals[arch].auto);
    if (hasGoal && qemu && interpreter)
      tell(`${what}, interpreter`, interpreter.ratio, goals[arch].interpreter);
    if (auto && interpreter && interpreter.wallMs / auto.wallMs < asFast)
      lines.push(`${arch}: ${what}: auto is slower than the interpreter alone: NOT reached`);
  }
  return lines;
}

function startLines(arch: Arch, { firstInstructionMs, versionMs, memory }: StartMeasured): string[] {
  const word = versionMs.model <= versionGoalMs ? "reached" : "NOT reached";
  return [
    `${arch}: process to the guest's first instruction ${seconds(firstInstructionMs)} s`,
    `${arch}: catkernel run esbuild -- --version ${seconds(versionMs.model)} s, goal ${seconds(versionGoalMs)} s: ${word}; with --on qemu ${seconds(versionMs.qemu)} s`,
    ...memory.map(
      ({ what, modelBytes, qemuBytes, ramBytes }) =>
        `${arch}: memory beside the guest's ${mib(ramBytes)}: ${mib(modelBytes)}, QEMU's ${mib(qemuBytes)} (${what})`,
    ),
  ];
}

const ratio = (value: number | undefined) =>
  value === undefined || Number.isNaN(value) ? "-" : `${value.toFixed(2)}x`;
const seconds = (ms: number | undefined) =>
  ms === undefined ? "-" : (ms / 1000).toFixed(ms < 9_995 ? 2 : 1);
const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const kib = (bytes: number) => `${(bytes / 1024).toFixed(0)} KiB`;

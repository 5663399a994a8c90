/** One piece of work on the bundled machine, in each of its tiers, and in QEMU, in turns. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bootOptions } from "../../generator/pack/boot-options.ts";
import { parseMemorySize } from "../../generator/run/memory-size.ts";
import { kernelFile } from "../../proofs/harness/kernel-file.ts";
import { imageOf } from "../../proofs/harness/run-image.ts";
import { workOnLinux } from "../../proofs/real/run-work.ts";
import type { Work } from "../../proofs/real/trees.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { median } from "../pairs.ts";
import { type Guest, runOnSide, type SideName, type SideRan } from "./machines.ts";
import { type ModelWork, memory } from "./works.ts";

const project = join(import.meta.dirname, "../..");
const build = join(project, "build/bench");

/** `ratio`: QEMU's wall time over this one's, the median of the pairs; `cpuRatio`: the same of CPU time. */
export type SideTimes = {
  wallMs: number;
  cpuMs: number;
  peakBytes: number;
  ratio: number;
  cpuRatio: number;
};

export type WorkMeasured = {
  what: string;
  short: boolean;
  hasGoal: boolean;
  pairs: number;
  nativeMs: number;
  /** Of the guest, exact: all runs on the model, whichever the tier, have the same. */
  instructions: number;
  user: number;
  sides: Partial<Record<SideName, SideTimes>>;
};

const say = (text: string) => process.stderr.write(`${text}\n`);
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

/** What a program says of its own time is nobody's business. */
const withoutTimes = (console: string) => console.replaceAll("\r", "").replace(/^.*\bDone in .*\n/m, "");

export async function measureWork(
  arch: Arch,
  { name, make, short, hasGoal = false }: ModelWork,
  wanted: readonly SideName[],
  pairs: number,
): Promise<WorkMeasured> {
  const work = make();
  const guest = await guestOf(arch, name, work);
  const native = [workOnLinux(work), workOnLinux(work), workOnLinux(work)];
  const right = native[0]!;
  const ran = new Map<SideName, SideRan[]>(wanted.map((side) => [side, []]));
  for (let pair = 0; pair < pairs; pair++) {
    // Who begins changes from pair to pair.
    const order = wanted.map((_, index) => wanted[(index + pair) % wanted.length]!);
    for (const side of order) {
      const one = await runOnSide(side, guest);
      if (one.status !== right.status || withoutTimes(one.console) !== withoutTimes(right.output))
        throw new Error(
          `${name}, ${arch}, ${side}: status ${one.status}, it said:\n${one.console.slice(-2000)}`,
        );
      ran.get(side)!.push(one);
      const count =
        one.model === undefined ? "" : `, ${(one.model.instructions / 1e6).toFixed(1)} M instructions`;
      say(`${arch}: ${name}: ${side}: ${seconds(one.wallMs)}, CPU ${seconds(one.cpuMs)}${count}`);
    }
  }
  const models = [...ran.values()].flat().flatMap(({ model }) => (model === undefined ? [] : [model]));
  const counts = new Set(models.map(({ instructions }) => instructions));
  if (counts.size > 1)
    throw new Error(`${name}, ${arch}: the model counted ${[...counts].join(" and ")} instructions`);
  const of = (side: SideName, what: (run: SideRan) => number) => ran.get(side)!.map(what);
  const ratioOf = (side: SideName, what: "wallMs" | "cpuMs") => {
    const qemu = ran.get("qemu");
    return qemu === undefined
      ? Number.NaN
      : median(qemu.map((run, pair) => run[what] / ran.get(side)![pair]![what]));
  };
  const times = (side: SideName): SideTimes => ({
    wallMs: median(of(side, ({ wallMs }) => wallMs)),
    cpuMs: median(of(side, ({ cpuMs }) => cpuMs)),
    peakBytes: Math.max(...of(side, ({ peakBytes }) => peakBytes)),
    ratio: ratioOf(side, "wallMs"),
    cpuRatio: ratioOf(side, "cpuMs"),
  });
  return {
    ...{ what: name, short, hasGoal, pairs },
    nativeMs: median(native.map(({ ms }) => ms)),
    instructions: models[0]?.instructions ?? Number.NaN,
    user: models[0]?.user ?? Number.NaN,
    sides: Object.fromEntries(wanted.map((side) => [side, times(side)])),
  };
}

/** Its image in the build folder, and how it is booted. */
export async function guestOf(arch: Arch, name: string, work: Work): Promise<Guest> {
  const kernel = readFileSync(await kernelFile(arch));
  const program = { bytes: readFileSync(work.programs[arch]), name };
  const image = await imageOf(kernel, program, work.root);
  mkdirSync(build, { recursive: true });
  const path = join(build, `${name.replaceAll(/\W+/g, "-")}-${arch}.image`);
  writeFileSync(path, Buffer.concat(image));
  const commandLine = bootOptions({ env: [], cwd: work.cwd, args: work.args }, { record: true, tty: false });
  return { arch, image: path, commandLine, memoryBytes: parseMemorySize(memory)! };
}

/** Everything that is measured of one architecture. */
import { readFileSync } from "node:fs";
import { tinyElf } from "../proofs/harness/tiny-elf.ts";
import { workOnLinux } from "../proofs/real/run-work.ts";
import { bundleWork, checkWork } from "../proofs/real/trees.ts";
import type { Arch } from "../runtime-abi/arch.ts";
import { buildTime, cutSizes, kernelSize } from "./kernel.ts";
import { memoryTaken, programTime, type Sides, timeToProgram } from "./measures.ts";
import type { Compared } from "./pairs.ts";
import { freestanding, threeEntry } from "./programs.ts";
import type { Measured } from "./report.ts";
import { reportCosts } from "./report-cost.ts";
import { linuxSide, ourSide, type Task } from "./sides.ts";

const say = (text: string) => process.stderr.write(`${text}\n`);

export async function measureArch(
  arch: Arch,
  linuxPath: string,
  { pairs, quick }: { pairs: number; quick: boolean },
): Promise<Measured> {
  const measured: Measured = { arch, results: [], singles: [] };
  const tell = (result: Compared) => {
    measured.results.push(result);
    say(
      `${arch}: ${result.what}: ${result.ours.toFixed(0)} against ${result.linux.toFixed(0)} ${result.unit}`,
    );
  };
  say(`building the ${arch} kernel from a clean cache`);
  const build = buildTime(arch);
  const size = kernelSize(build.path) / 1024;
  measured.singles.push(
    { what: "catkernel kernel from a clean cache", unit: "s", value: build.ms / 1000, goal: 5 },
    { what: "kernel file", unit: "KiB", value: size, goal: 128 },
  );
  say(`reporting on programs for ${arch}`);
  measured.singles.push(...reportCosts(arch));
  for (const { program, kib } of cutSizes(arch)) {
    const goal = program === "hello" ? 48 : size;
    measured.singles.push({ what: `kernel file cut to ${program}`, unit: "KiB", value: kib, goal });
  }
  const kernel = readFileSync(build.path);
  const init = freestanding("init", arch);
  const both = async (task: Omit<Task, "name">, name: string): Promise<Sides> => {
    const named = { ...task, name: `${name}-${arch}` };
    return { arch, ours: await ourSide(kernel, named), linux: linuxSide(linuxPath, init, named) };
  };

  const tiny = await both({ program: tinyElf(arch), args: [] }, "tiny");
  for (const cpus of [1, 2]) for (const result of await timeToProgram(tiny, cpus, pairs)) tell(result);
  const taken = await memoryTaken(await both({ program: freestanding("memory", arch), args: [] }, "memory"));
  tell(taken);
  const value = taken.ours / 1024;
  measured.singles.push({ what: "memory taken beside the program", unit: "MiB", value, goal: 2 });

  const works = [
    { name: "esbuild bundles three", work: bundleWork("three", threeEntry) },
    { name: "tsc checks this repository", work: checkWork() },
  ];
  for (const { name, work } of quick ? works.slice(0, 1) : works) {
    const { programs, root, cwd, args } = work;
    const task = { program: readFileSync(programs[arch]), args, root, cwd };
    const sides = { ...(await both(task, name.replaceAll(" ", "-"))), status: workOnLinux(work).status };
    for (const cpus of [1, 2]) tell(await programTime(name, sides, cpus, pairs));
  }
  return measured;
}

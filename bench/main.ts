/**
 * npm run bench: our kernel beside Debian's Linux on the same QEMU machine, in turns. Prints a table of ratios and
 * writes build/bench.json. What is to be reached stands in `goals`; what is not reached is said.
 * Options: --pairs N (how often each is measured, 5), --quick (2 pairs, the small tasks only).
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { tinyElf } from "../proofs/harness/tiny-elf.ts";
import { workOnLinux } from "../proofs/real/run-work.ts";
import { bundleWork, checkWork } from "../proofs/real/trees.ts";
import { buildTime, kernelSize } from "./kernel.ts";
import { linuxKernel } from "./linux.ts";
import { callCosts, memoryTaken, programTime, timeToProgram } from "./measures.ts";
import type { Compared } from "./pairs.ts";
import { callsProgram, freestanding, threeEntry } from "./programs.ts";
import { formatReport, type Single } from "./report.ts";
import { linuxSide, ourSide, type Task } from "./sides.ts";

const { values } = parseArgs({
  options: { pairs: { type: "string" }, quick: { type: "boolean", default: false } },
});
const pairs = Number(values.pairs ?? (values.quick ? 2 : 5));

const linux = linuxKernel();
if ("missing" in linux) {
  // Without the other side there are no ratios, and seconds alone say nothing.
  console.log(`The bench needs Debian's Linux to compare with: ${linux.missing}.`);
  process.exit(0);
}

const say = (text: string) => process.stderr.write(`${text}\n`);
const singles: Single[] = [];
say("building the kernel from a clean cache");
const build = buildTime();
singles.push({ what: "catkernel kernel from a clean cache", unit: "s", value: build.ms / 1000, goal: 5 });
singles.push({ what: "kernel file", unit: "KiB", value: kernelSize(build.path) / 1024, goal: 128 });
const kernel = readFileSync(build.path);
const init = freestanding("init");
const both = async (task: Task) => ({
  ours: await ourSide(kernel, task),
  linux: linuxSide(linux.path, init, task),
});

const results: Compared[] = [];
const tell = (result: Compared) => {
  results.push(result);
  say(`${result.what}: ${result.ours.toFixed(0)} against ${result.linux.toFixed(0)} ${result.unit}`);
};

const tiny = await both({ name: "tiny", program: tinyElf("amd64"), args: [] });
for (const cpus of [1, 2]) tell(await timeToProgram(tiny, cpus, pairs));
const memory = await both({ name: "memory", program: freestanding("memory"), args: [] });
const taken = await memoryTaken(memory);
tell(taken);
singles.push({ what: "memory taken beside the program", unit: "MiB", value: taken.ours / 1024, goal: 2 });
for (const result of await callCosts(await both({ name: "calls", program: callsProgram(), args: [] })))
  tell(result);

const works = [
  { name: "esbuild bundles three", work: bundleWork("three", threeEntry) },
  { name: "tsc checks this repository", work: checkWork() },
];
for (const { name, work } of values.quick ? works.slice(0, 1) : works) {
  const { root, cwd, args } = work;
  const task = {
    name: name.replaceAll(" ", "-"),
    program: readFileSync(work.programs.amd64),
    args,
    root,
    cwd,
  };
  const sides = { ...(await both(task)), status: workOnLinux(work).status };
  for (const cpus of [1, 2]) tell(await programTime(name, sides, cpus, pairs));
}

const report = { qemu: version("qemu-system-x86_64"), linux: linux.path, results, singles };
mkdirSync(join(import.meta.dirname, "../build"), { recursive: true });
writeFileSync(join(import.meta.dirname, "../build/bench.json"), `${JSON.stringify(report, null, 2)}\n`);
console.log(formatReport(results, singles));

function version(command: string): string {
  return execFileSync(command, ["--version"], { encoding: "utf8" }).split("\n")[0] ?? "";
}

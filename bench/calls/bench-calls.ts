/**
 * The part of the bench that tells what meetings with the kernel cost in the guest's instructions, ours beside Linux's.
 * QEMU counts them, so one boot of each side is enough, and the numbers are the same every time.
 */
import { readFileSync } from "node:fs";
import { kernelFile } from "../../proofs/harness/kernel-file.ts";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { linuxKernel } from "../linux.ts";
import { freestanding } from "../programs.ts";
import { linuxSide, ourSide, type Side } from "../sides.ts";
import { type Cost, costs } from "./costs.ts";

export type CallCost = Cost & { ours: number; linux: number };
export type CallsOfArch = { arch: Arch; linux: string; calls: CallCost[] };

export async function benchCalls(options: { arch?: string | undefined }): Promise<CallsOfArch[]> {
  const measured: CallsOfArch[] = [];
  for (const arch of archs.filter((name) => options.arch === undefined || name === options.arch)) {
    const linux = linuxKernel(arch);
    if ("missing" in linux)
      console.log(
        `No costs for ${arch}: the bench needs Debian's Linux to compare with, and ${linux.missing}.`,
      );
    else measured.push({ arch, linux: linux.path, calls: await costsOf(arch, linux.path) });
  }
  return measured;
}

async function costsOf(arch: Arch, linuxPath: string): Promise<CallCost[]> {
  const task = { name: `costs-${arch}`, program: freestanding("costs", arch), args: [] };
  const ours = await counts(arch, await ourSide(readFileSync(await kernelFile(arch)), task));
  const linux = await counts(arch, linuxSide(linuxPath, freestanding("init", arch), task));
  return costs.map((cost) => ({ ...cost, ours: ours(cost.name), linux: linux(cost.name) }));
}

/** What the program printed; a number that is missing is a failure, not a hole in the table. */
async function counts(arch: Arch, side: Side): Promise<(name: string) => number> {
  const boots = await side.run({ arch, cpus: 1, memory: "512M", countInstructions: true });
  const lines = [...boots.console.matchAll(/(?:^|\0)([a-z][\w-]*) (\d+)\r?$/gm)];
  const seen = new Map(lines.map(([, name, value]) => [name!, Number(value)]));
  return (name) => {
    const value = seen.get(name);
    if (value === undefined)
      throw new Error(`the program told no ${name}; the console said:\n${boots.console.slice(-2000)}`);
    return value;
  };
}

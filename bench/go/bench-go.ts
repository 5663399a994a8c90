/**
 * The part of the bench that runs Go's own benchmarks of the packages runtime and sync, as `go test -c` compiles them, under
 * our kernel and under Linux. QEMU counts instructions as nanoseconds, so what a benchmark calls ns/op is instructions of
 * the guest: of the program and the kernel together.
 */
import { readFileSync } from "node:fs";
import { kernelFile } from "../../proofs/harness/kernel-file.ts";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { linuxKernel } from "../linux.ts";
import { freestanding, goTests } from "../programs.ts";
import { linuxSide, ourSide, type Side } from "../sides.ts";
import { type Group, groups, processors } from "./benchmarks.ts";

export type GoCost = { benchmark: string; ours: number; linux: number };
export type GoOfArch = { arch: Arch; go: string; linux: string; costs: GoCost[] };

export async function benchGo(options: { arch?: string | undefined }): Promise<GoOfArch[]> {
  const measured: GoOfArch[] = [];
  for (const arch of archs.filter((name) => options.arch === undefined || name === options.arch)) {
    const linux = linuxKernel(arch);
    if ("missing" in linux) {
      console.log(
        `No Go benchmarks for ${arch}: the bench needs Debian's Linux to compare with, and ${linux.missing}.`,
      );
      continue;
    }
    const costs: GoCost[] = [];
    for (const group of groups) costs.push(...(await costsOf(arch, linux.path, group)));
    measured.push({ arch, go: goTests("sync", arch).version, linux: linux.path, costs });
  }
  return measured;
}

async function costsOf(arch: Arch, linuxPath: string, group: Group): Promise<GoCost[]> {
  const { program } = goTests(group.package, arch);
  const pattern = `^Benchmark(${group.benchmarks.join("|")})$`;
  const args = ["-test.run=^$", `-test.bench=${pattern}`, `-test.benchtime=${group.times}x`];
  args.push(`-test.cpu=${processors}`);
  const task = { name: `go-${group.package}-${group.times}-${arch}`, program, args };
  const ours = await opCosts(arch, await ourSide(readFileSync(await kernelFile(arch)), task), group);
  const linux = await opCosts(arch, linuxSide(linuxPath, freestanding("init", arch), task), group);
  return group.benchmarks.map((name) => ({
    benchmark: `${group.package}.${name}`,
    ours: ours(name),
    linux: linux(name),
  }));
}

/** What the benchmarks printed; a number that is missing is a failure, not a hole in the table. */
async function opCosts(arch: Arch, side: Side, { times }: Group): Promise<(name: string) => number> {
  const boots = await side.run({ arch, cpus: 1, memory: "1G", countInstructions: true });
  const line = new RegExp(`Benchmark(\\w+)-${processors}\\s+${times}\\s+([\\d.]+) ns/op`, "g");
  const seen = new Map([...boots.console.matchAll(line)].map(([, name, ns]) => [name!, Number(ns)]));
  return (name) => {
    const value = seen.get(name);
    if (value === undefined)
      throw new Error(
        `no benchmark ${name} came to its end; the console said:\n${boots.console.slice(-2000)}`,
      );
    return value;
  };
}

/** The part of the bench that compares the bundled machine with QEMU. */

import { bundleWork, minifyWork } from "../../proofs/real/trees.ts";
import { archs } from "../../runtime-abi/arch.ts";
import { type SideName, sides } from "./machines.ts";
import { measureStart, memoryBeside, shippedSize } from "./measure-start.ts";
import { guestOf, measureWork } from "./measure-work.ts";
import type { ModelMeasured } from "./report-model.ts";
import { modelWorks } from "./works.ts";

export type ModelOptions = {
  arch?: string | undefined;
  /** Only works whose name it matches; then start, memory and size are left out. */
  work?: RegExp | undefined;
  /** Only these sides; by default the interpreter is given short work alone. */
  sides?: readonly SideName[] | undefined;
  pairs: number;
  /** Leaves out what takes long. */
  quick: boolean;
};

export async function benchModel({
  arch,
  work,
  pairs,
  quick,
  ...options
}: ModelOptions): Promise<ModelMeasured> {
  const measured: ModelMeasured = { archs: {}, size: shippedSize() };
  for (const name of archs.filter((each) => arch === undefined || each === arch)) {
    const works = [];
    for (const each of modelWorks) {
      if (work === undefined ? quick && !each.short : !work.test(each.name)) continue;
      const usual = sides.filter((side) => each.short || side !== "interpreter");
      works.push(await measureWork(name, each, options.sides ?? usual, pairs));
    }
    if (works.length === 0) throw new Error(`no work has a name like ${work}`);
    measured.archs[name] = { works };
    if (work !== undefined) continue;
    const version = await guestOf(name, "start", { ...bundleWork(), args: ["--version"] });
    const start = await measureStart(name, version, pairs);
    const memory = [await memoryBeside("esbuild --version", version)];
    if (!quick)
      memory.push(
        await memoryBeside("esbuild minifies typescript.js", await guestOf(name, "memory", minifyWork())),
      );
    measured.archs[name].start = { ...start, memory };
  }
  return measured;
}

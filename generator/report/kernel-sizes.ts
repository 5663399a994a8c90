/** How large the whole kernel is, and the one that is cut to a program: both are made, or taken from the build folder. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { buildKernel } from "../compile/build-kernel.ts";
import { type Outcome, succeed } from "../problem.ts";
import { selectFor } from "../select/select-for.ts";
import type { Report } from "./report.ts";

export async function kernelSizes(
  path: string,
  progress: (step: string) => void,
): Promise<Outcome<NonNullable<Report["kernel"]>>> {
  const selected = await selectFor([{ bytes: await readFile(path), name: basename(path) }]);
  if (selected.problems) return selected;
  const { arch, selection } = selected.value;
  const whole = await buildKernel(arch, progress);
  if (whole.problems) return whole;
  const cut = await buildKernel(arch, progress, { selection });
  if (cut.problems) return cut;
  return succeed({ fullBytes: whole.value.bytes.length, cutBytes: cut.value.bytes.length });
}

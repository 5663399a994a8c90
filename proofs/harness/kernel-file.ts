/** The kernel for the tests, generated and built from the sources as they are now, or taken from the build folder. */
import { buildKernel } from "../../generator/compile/build-kernel.ts";
import { formatProblem } from "../../generator/problem.ts";
import type { Arch } from "../../runtime-abi/arch.ts";

/** `debug`: one that checks itself while it runs. */
export async function kernelFile(arch: Arch, debug = false): Promise<string> {
  const kernel = await buildKernel(arch, () => {}, { debug });
  if (kernel.problems) throw new Error(kernel.problems.map(formatProblem).join("\n"));
  return kernel.value.path;
}

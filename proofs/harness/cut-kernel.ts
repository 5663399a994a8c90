/** A kernel with nothing in it but what programs can ask for: `catkernel kernel --for`. */
import { buildKernel } from "../../generator/compile/build-kernel.ts";
import { formatProblem } from "../../generator/problem.ts";
import { selectFor } from "../../generator/select/select-for.ts";

export async function cutKernel(bytes: Buffer, name: string): Promise<Buffer> {
  const selected = await selectFor([{ bytes, name }]);
  if (selected.problems) throw new Error(selected.problems.map(formatProblem).join("\n"));
  const { arch, selection } = selected.value;
  const kernel = await buildKernel(arch, () => {}, { selection });
  if (kernel.problems) throw new Error(kernel.problems.map(formatProblem).join("\n"));
  return kernel.value.bytes;
}

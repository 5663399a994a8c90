/** A kernel with nothing in it but what programs can ask for: `catkernel kernel --for`. */
import { buildKernel } from "../../generator/compile/build-kernel.ts";
import { selectFor } from "../../generator/select/select-for.ts";
import { unwrap } from "./unwrap.ts";

export async function cutKernel(bytes: Buffer, name: string): Promise<Buffer> {
  const { arch, selection } = unwrap(await selectFor([{ bytes, name }]));
  return unwrap(await buildKernel(arch, () => {}, { selection })).bytes;
}

/** The kernel for the tests, generated and built from the sources as they are now, or taken from the build folder. */
import { buildKernel } from "../../generator/compile/build-kernel.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { unwrap } from "./unwrap.ts";

/** `debug`: one that checks itself while it runs. */
export async function kernelFile(arch: Arch, debug = false): Promise<string> {
  return unwrap(await buildKernel(arch, () => {}, { debug })).path;
}

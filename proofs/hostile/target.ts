/** What is attacked, made ready: the kernel as the sources are now, and the program for its architecture. */
import { readFileSync } from "node:fs";
import type { Arch } from "../../runtime-abi/arch.ts";
import { kernelFile } from "../harness/kernel-file.ts";
import { type Attack, type Target, targetOf } from "./attack.ts";
import { buildCaller } from "./build-caller.ts";

export async function makeTarget(arch: Arch, on: Attack["on"]): Promise<Target> {
  const path = await kernelFile(arch);
  const kernel = { bytes: readFileSync(path), elf: readFileSync(`${path}.elf`) };
  return await targetOf(arch, kernel, await buildCaller(arch), on);
}

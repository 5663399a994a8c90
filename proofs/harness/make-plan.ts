/** What `proveAll` needs: binaries built by one Go toolchain, and kernels from the sources as they are now. */
import { readFileSync } from "node:fs";
import { qemuMachine } from "../../generator/run/qemu-machines.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { buildProofs, type GoToolchain } from "./build-proofs.ts";
import { kernelFile } from "./kernel-file.ts";
import type { Place } from "./places.ts";
import type { Plan } from "./prove-all.ts";

/** Without places the proofs run on Linux alone. */
export async function makePlan(
  toolchain: GoToolchain,
  archs: readonly Arch[],
  places: readonly Place[],
  { debug = false } = {},
): Promise<Omit<Plan, "proofs">> {
  const binaries: Plan["binaries"] = { amd64: buildProofs(toolchain, "amd64") };
  const kernels: Plan["kernels"] = {};
  for (const arch of archs) {
    binaries[arch] = buildProofs(toolchain, arch);
    if (places.some((place) => place.arch === arch))
      kernels[arch] = readFileSync(await kernelFile(arch, debug));
  }
  const userCpu = toolchain.profile === "rva23u64" ? qemuMachine({ name: "virt-v" }).cpu : undefined;
  return { binaries, kernels, userCpu, places: places.filter(({ arch }) => archs.includes(arch)) };
}

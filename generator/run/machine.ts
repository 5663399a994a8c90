/** The machine that a run asks for, checked before anything starts. */
import { mostMemoryBytes, mostCpus as mostModelCpus } from "../../hw-models/index.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import { formatBytes } from "./memory-size.ts";

export { mostModelCpus };
export const mostQemuCpus = 64;
/** What boots fastest comes first: it is the default. `virt-v` is virt with the vector extension. */
export const qemuMachines = {
  amd64: ["microvm", "q35", "pc"],
  riscv64: ["virt", "virt-v"],
} as const satisfies Record<Arch, readonly string[]>;

export type Machine = { arch: Arch; name: string; cpus: number; memoryBytes: number };

/** Firmware, page tables, the Go runtime's own needs: with less beside the image nothing can start. */
const leastBesideImage = 16 * 2 ** 20;

export function checkMachine(machine: Machine, imageBytes: number): Outcome<Machine> {
  const { arch, name, cpus } = machine;
  const known: readonly string[] = qemuMachines[arch];
  if (!known.includes(name)) {
    return fail("no-such-machine", `there is no ${arch} machine ${name}`, `Known are: ${known.join(", ")}.`);
  }
  if (!Number.isInteger(cpus) || cpus < 1 || cpus > mostQemuCpus) {
    return fail(
      "bad-cpus",
      `a machine of QEMU has 1 to ${mostQemuCpus} CPUs`,
      "Give --cpus a number in that range.",
    );
  }
  return checkMemory(machine, imageBytes);
}

/** The model has one machine for each architecture, and as much of everything as fits into a WebAssembly memory. */
export function checkModel(
  { arch, cpus, memoryBytes }: Omit<Machine, "name">,
  imageBytes: number,
): Outcome<Machine> {
  if (!Number.isInteger(cpus) || cpus < 1 || cpus > mostModelCpus) {
    const message = `a machine of the model has 1 to ${mostModelCpus} CPUs`;
    return fail(
      "bad-cpus",
      message,
      `Give --cpus a number in that range, or add --on qemu, which has up to ${mostQemuCpus}.`,
    );
  }
  if (memoryBytes > mostMemoryBytes) {
    const message = `${formatBytes(memoryBytes)} of memory are more than the model can have`;
    const most = formatBytes(mostMemoryBytes).replace(" GiB", "G");
    return fail("too-much-memory", message, `Give at most --memory ${most}, or add --on qemu.`);
  }
  const wholePages = Math.ceil(memoryBytes / 4096) * 4096;
  return checkMemory({ arch, name: "model", cpus, memoryBytes: wholePages }, imageBytes);
}

function checkMemory(machine: Machine, imageBytes: number): Outcome<Machine> {
  const { memoryBytes } = machine;
  const least = imageBytes + leastBesideImage;
  if (memoryBytes < least) {
    const message = `${formatBytes(memoryBytes)} of memory are too little for an image of ${formatBytes(imageBytes)}`;
    return fail("too-little-memory", message, `Give at least --memory ${Math.ceil(least / 2 ** 20)}M.`);
  }
  return succeed(machine);
}

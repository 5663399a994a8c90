/** The machine that a run asks for, checked before anything starts. */
import type { Arch } from "../../runtime-abi/arch.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import { formatBytes } from "./memory-size.ts";

export const mostCpus = 64;
/** What boots fastest comes first: it is the default. `virt-v` is virt with the vector extension. */
export const qemuMachines = {
  amd64: ["microvm", "q35", "pc"],
  riscv64: ["virt", "virt-v"],
} as const satisfies Record<Arch, readonly string[]>;

export type Machine = { arch: Arch; name: string; cpus: number; memoryBytes: number };

/** Firmware, page tables, the Go runtime's own needs: with less beside the image nothing can start. */
const leastBesideImage = 16 * 2 ** 20;

export function checkMachine(machine: Machine, imageBytes: number): Outcome<Machine> {
  const { arch, name, cpus, memoryBytes } = machine;
  const known: readonly string[] = qemuMachines[arch];
  if (!known.includes(name)) {
    return fail("no-such-machine", `there is no ${arch} machine ${name}`, `Known are: ${known.join(", ")}.`);
  }
  if (!Number.isInteger(cpus) || cpus < 1 || cpus > mostCpus) {
    return fail("bad-cpus", `a machine has 1 to ${mostCpus} CPUs`, "Give --cpus a number in that range.");
  }
  const least = imageBytes + leastBesideImage;
  if (memoryBytes < least) {
    const message = `${formatBytes(memoryBytes)} of memory are too little for an image of ${formatBytes(imageBytes)}`;
    return fail("too-little-memory", message, `Give at least --memory ${Math.ceil(least / 2 ** 20)}M.`);
  }
  return succeed(machine);
}

/**
 * Real work by hand, on any number of CPUs: node proofs/real/main.ts [--arch A] [--cpus 1,2,4,8] [--machine qemu|model] [--seed N]
 * [version] [bundle] [tsc]. Status 1 if a run does not print, byte for byte, and end with what the amd64 program does on Linux.
 * --seed is another order of the model's CPUs. Not beside the tests: they make the same trees.
 */
import { readFileSync } from "node:fs";
import { kernelFile } from "../harness/kernel-file.ts";
import { archsOf, readOptions, refuse, wholeNumber } from "../harness/options.ts";
import { workInImage, workOnLinux } from "./run-work.ts";
import { bundleWork, plantedWork, type Work } from "./trees.ts";

const works: Readonly<Record<string, () => Work>> = {
  version: () => ({ ...bundleWork(), args: ["--version"] }),
  bundle: () => bundleWork(),
  tsc: plantedWork,
};
const qemuMachines = { amd64: "q35", riscv64: "virt" } as const;
/** Against hanging only. */
const timeoutMs = 3_600_000;

const { values, positionals } = readOptions({
  allowPositionals: true,
  options: {
    arch: { type: "string" },
    cpus: { type: "string", default: "1,2,4,8" },
    machine: { type: "string", default: "qemu,model" },
    seed: { type: "string", default: "1" },
  },
});
const wantedCpus = values.cpus.split(",").map((text) => wholeNumber("cpus", text));
const seed = wholeNumber("seed", values.seed);
const machines = values.machine.split(",");
for (const machine of machines)
  if (!["qemu", "model"].includes(machine)) refuse(`--machine is qemu or model, not "${machine}"`);
const names = positionals.length > 0 ? positionals : Object.keys(works);

let wrong = 0;
for (const name of names) {
  const work = works[name]?.() ?? refuse(`"${name}": known are ${Object.keys(works).join(", ")}`);
  const linux = workOnLinux(work);
  console.log(`${name} on Linux: ${linux.output.length} characters, status ${linux.status}`);
  for (const machine of machines)
    for (const arch of archsOf(values.arch))
      for (const cpus of wantedCpus) {
        const kernel = readFileSync(await kernelFile(arch));
        const place = { arch, cpus, memory: "1G", timeoutMs, seed } as const;
        const where = machine === "model" ? "model" : qemuMachines[arch];
        const ran = await workInImage(kernel, work, { ...place, name: where });
        const isSame = ran.output === linux.output && ran.status === linux.status;
        if (!isSame) wrong++;
        const verdict = isSame ? "as on Linux" : `status ${ran.status}: ${ran.output.slice(0, 500)}`;
        console.log(`${name}: ${arch} ${machine} ${cpus} CPUs, ${Math.round(ran.ms)} ms: ${verdict}`);
      }
}
process.exitCode = wrong === 0 ? 0 : 1;

/**
 * Many CPUs, round after round, by hand: node proofs/stress.ts [--rounds N] [--first N] [--arch A] [--cpus 2,4,8]
 * [--machine model|qemu] [--no-debug] [NAME...]. On the model, where the kernel checks itself (shim-templates/debug/), a
 * round's number is the seed of the order in which CPUs take turns, and says how long turns are: it does the same again.
 * QEMU's order is the host's; there the number chooses the machine. Status 1 if a run was not as on Linux.
 */
import { readFileSync } from "node:fs";
import type { Arch } from "../runtime-abi/arch.ts";
import { goToolchain } from "./harness/build-proofs.ts";
import { type Ran, verdictAlone, verdictBeside } from "./harness/compare.ts";
import { makePlan } from "./harness/make-plan.ts";
import { archsOf, readOptions, refuse, wholeNumber } from "./harness/options.ts";
import { type Proof, type ProofCase, readProofs } from "./harness/read-proofs.ts";
import { type Machine, runInImage } from "./harness/run-image.ts";
import { runNative } from "./harness/run-native.ts";

const { values, positionals } = readOptions({
  allowPositionals: true,
  allowNegative: true,
  options: {
    rounds: { type: "string", default: "100" },
    first: { type: "string", default: "1" },
    arch: { type: "string" },
    cpus: { type: "string", default: "2,4,8" },
    machine: { type: "string", default: "model" },
    debug: { type: "boolean", default: true },
  },
});
const first = wholeNumber("first", values.first);
const last = first + wholeNumber("rounds", values.rounds) - 1;
const wantedCpus = values.cpus.split(",").map((text) => wholeNumber("cpus", text));
const archs = archsOf(values.arch);
const proofs = readProofs(positionals.length > 0 ? positionals : ["futex", "pipes", "shootdown", "threads"]);

/** Short turns meet inside the kernel's short sections. */
const longestTurns = [undefined, 2000, 300, 40] as const;
/** A run that goes on for so long hangs. How fast the host is says nothing: short turns take their time. */
const instructions = 20_000_000_000;
const timeoutMs = 3_600_000;
const qemuMachines = { amd64: ["q35", "pc", "microvm"], riscv64: ["virt", "virt-v"] } as const;

type Place = Omit<Machine, "memory"> & { options: { paging?: "sv39" } };

function placeOf(arch: Arch, cpus: number, round: number): Place {
  if (values.machine === "model") {
    const longestTurn = longestTurns[round % longestTurns.length];
    const place = { arch, cpus, name: "model", tier: "auto", seed: round, longestTurn, options: {} } as const;
    return { ...place, instructions, timeoutMs } as Place;
  }
  if (values.machine !== "qemu") refuse(`--machine is model or qemu, not "${values.machine}"`);
  const names = qemuMachines[arch];
  const name = names[round % names.length]!;
  return { arch, cpus, name, options: name === "virt-v" ? { paging: "sv39" } : {} };
}

const probe = archs.map((arch) => ({ ...placeOf(arch, 1, first), title: arch }));
const { binaries, kernels } = await makePlan(goToolchain(), archs, probe, { debug: values.debug });

type Chosen = { proof: Proof; proofCase: ProofCase; native: Ran };
const chosen: Chosen[] = proofs.flatMap((proof) =>
  proof.cases.map((proofCase) => {
    const native = runNative([binaries.amd64], proof, proofCase);
    const wrong = verdictAlone(native, proofCase);
    return wrong === undefined
      ? { proof, proofCase, native }
      : refuse(`${proof.name} fails on Linux: ${wrong}`);
  }),
);

let runs = 0;
let wrongRuns = 0;
async function oneRun({ proof, proofCase, native }: Chosen, place: Place, round: number): Promise<void> {
  const { arch, cpus } = place;
  const program = { bytes: readFileSync(binaries[arch]!), name: proof.name };
  const ran = await runInImage(kernels[arch]!, program, proof, proofCase, place);
  const wrong = verdictAlone(ran, proofCase) ?? verdictBeside(ran, native, proof.comparison);
  runs++;
  if (wrong === undefined) return;
  wrongRuns++;
  const again = `--machine ${values.machine} --first ${round} --rounds 1 --arch ${arch} --cpus ${cpus} ${proof.name}`;
  console.log(`${again}: ${wrong}\n${ran.output.slice(-2000)}`);
}

for (let round = first; round <= last; round++) {
  const start = performance.now();
  for (const arch of archs)
    for (const cpus of wantedCpus)
      for (const one of chosen) await oneRun(one, placeOf(arch, cpus, round), round);
  console.error(
    `round ${round}: ${Math.round(performance.now() - start)} ms, so far ${wrongRuns} of ${runs} wrong`,
  );
}
console.log(`${runs} runs in rounds ${first} to ${last}, ${wrongRuns} of them wrong`);
process.exitCode = wrongRuns === 0 ? 0 : 1;

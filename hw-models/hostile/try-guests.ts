/**
 * For tests, as a process of its own, so that one who does not come back can be ended: runs hostile guests in both tiers
 * and prints for each, as a line of JSON, how it ended. Arguments: clang, linker, architecture, kind of guest, first
 * seed, count.
 */
import { createHash } from "node:crypto";
import { createMachine, readSnapshot, resumeMachine } from "../index.ts";
import { amd64 } from "../isa/amd64/isa.ts";
import { riscv64 } from "../isa/riscv64/isa.ts";
import { type Arch, hostileGuests, type Kind, memoryBytes } from "./guests.ts";

/** A guest may well repeat itself for ever, or write to its own code with every instruction. */
const mostInstructions = 50_000;
/** The second one sleeps until somebody happens to start it; and with two, turns are short. */
const cpus = 2;

export type Tried = {
  seed: number;
  /** One for each tier: why it stopped, its record, where its CPU stood, the digest of its memory, devices, registers. */
  runs: { pause: string; record: string; where: string; state: string }[];
};

/** All of a snapshot but how flags are kept: a tier may leave in those cells what no flag depends on. */
function digest(saved: Uint8Array): string {
  const { state, engine } = readSnapshot(saved).snapshot!.machine;
  const cpu = engine.subarray(8 + new DataView(engine.buffer, engine.byteOffset).getUint32(4, true));
  const { kind, values = [] } = { ...(arch === "amd64" ? amd64 : riscv64).flagCells };
  if (kind) cpu.fill(0, kind.offset, kind.offset + 4);
  for (const { offset } of values) cpu.fill(0, offset, offset + 8);
  return createHash("sha256").update(JSON.stringify(state)).update(engine).digest("hex");
}

const [clang, linker, arch, kind, first, count] = process.argv.slice(2) as [
  string,
  string,
  Arch,
  Kind,
  string,
  string,
];
const guest = hostileGuests({ clang, linker }, arch, kind);
for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  const tried: Tried = { seed, runs: [] };
  for (const tier of ["interpreter", kind === "program" ? "translator" : "auto"] as const) {
    const made = await createMachine({ arch, image: guest(seed), memoryBytes, cpus, tier });
    if (made.refusal !== undefined) throw new Error(made.refusal);
    const { machine } = made;
    const pause = machine.run({ instructions: mostInstructions, idleUntilNs: 1e9 });
    const saved = machine.save();
    if (tier === "interpreter") {
      const resumed = (await resumeMachine(readSnapshot(saved).snapshot!)).machine!;
      if (resumed.where().join() !== machine.where().join()) throw new Error("its snapshot is not the same");
    }
    tried.runs.push({
      pause,
      record: JSON.stringify(machine.record()),
      where: machine.where().join("; "),
      state: digest(saved),
    });
  }
  console.log(JSON.stringify(tried));
}

/**
 * Random programs until that many instructions agree with QEMU: much code once, for the interpreter; a little code often,
 * for the translator; and in each round a bare program, about what the machine does below programs.
 */
import { spawnSync } from "node:child_process";
import type { Fuzzer } from "../../fuzzer.ts";
import { runBareOnEngine } from "./bare-machine.ts";
import { runOnEngine } from "./engine-hart.ts";
import { makeBareProgram } from "./privileged.ts";
import { makeProgram } from "./program.ts";
import { differentRecords, firstDifference, runBareOnQemu, runOnQemu } from "./witness.ts";

const shapes = [
  { tier: "interpreter", blocks: 8000, rounds: 1 },
  { tier: "translator", blocks: 3, rounds: 1000 },
] as const;
const probesPerProgram = 1200;
const witnesses = ["qemu-riscv64", "qemu-system-riscv64"] as const;

export const fuzzRiscv64: Fuzzer = ({ instructions, seed, report }) => {
  for (const witness of witnesses) {
    if (spawnSync(witness, ["--version"]).status !== 0)
      return { what: `not asked: ${witness} does not start` };
  }
  let done = 0;
  for (let round = seed; done < instructions; round++) {
    for (const { tier, blocks, rounds } of shapes) {
      const program = makeProgram(round, blocks, rounds);
      const theirs = runOnQemu(witnesses[0], program);
      const ours = runOnEngine(program, tier);
      const difference = firstDifference(program, ours.output, theirs);
      if (difference !== undefined) return { what: `${tier}, seed ${round}, ${difference}`, seed: round };
      done += ours.instructions;
    }
    const bare = makeBareProgram(round, probesPerProgram);
    const theirs = runBareOnQemu(witnesses[1], bare);
    const different = differentRecords(bare, runBareOnEngine(bare, "interpreter"), theirs);
    if (different.length > 0) return { what: `bare program ${round}:\n${different.join("\n")}`, seed: round };
    report(done);
  }
  return undefined;
};

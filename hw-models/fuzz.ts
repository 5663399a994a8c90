/**
 * `npm run fuzz [-- SEED]`: the long version of the random tests. Every kind of machine runs the same random programs as
 * an outside witness; the first difference is shown with the code around it, and the status is 1.
 */
import { fuzzAmd64 } from "./isa/amd64/native/fuzz.ts";
import { runBareOnEngine } from "./isa/riscv64/fuzz/bare-machine.ts";
import { runOnEngine } from "./isa/riscv64/fuzz/engine-hart.ts";
import { makeBareProgram } from "./isa/riscv64/fuzz/privileged.ts";
import { makeProgram } from "./isa/riscv64/fuzz/program.ts";
import { differentRecords, firstDifference, runBareOnQemu, runOnQemu } from "./isa/riscv64/fuzz/witness.ts";

const programs = 8;
/** Much code once, for the interpreter; a little code often, for the translator. */
const shapes = [
  { tier: "interpreter", blocks: 8000, rounds: 1 },
  { tier: "translator", blocks: 3, rounds: 1000 },
] as const;
const probesPerProgram = 1200;
const amd64Instructions = 10_000_000;

/** What instructions do in programs: registers after every few of them. */
function fuzzInstructions(seed: number): string | undefined {
  let total = 0;
  for (let index = 0; index < programs; index++) {
    for (const { tier, blocks, rounds } of shapes) {
      const program = makeProgram(seed + index, blocks, rounds);
      const theirs = runOnQemu("qemu-riscv64", program);
      const { output, instructions } = runOnEngine(program, tier);
      const difference = firstDifference(program, output, theirs);
      if (difference !== undefined) return `${tier}, program ${seed + index}, ${difference}`;
      total += instructions;
    }
    process.stderr.write(`riscv64: program ${seed + index} agrees, ${total} instructions so far\n`);
  }
  return undefined;
}

/** What the machine does below programs: page tables, interrupts, CSRs. */
function fuzzPrivileged(seed: number): string | undefined {
  for (let index = 0; index < programs; index++) {
    const program = makeBareProgram(seed + index, probesPerProgram);
    const theirs = runBareOnQemu("qemu-system-riscv64", program);
    const different = differentRecords(program, runBareOnEngine(program, "interpreter"), theirs);
    if (different.length > 0) return `bare program ${seed + index}:\n${different.join("\n")}`;
    process.stderr.write(`riscv64: bare program ${seed + index} agrees, ${program.records.length} records\n`);
  }
  return undefined;
}

const seed = Number(process.argv[2] ?? 1000);
const report = (line: string) => process.stderr.write(`${line}\n`);
const differences = [
  fuzzPrivileged(seed) ?? fuzzInstructions(seed),
  fuzzAmd64(amd64Instructions, seed, report),
].filter((difference) => difference !== undefined);
for (const difference of differences) report(difference);
if (differences.length > 0) process.exitCode = 1;

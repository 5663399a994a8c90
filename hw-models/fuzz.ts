/**
 * `npm run fuzz [-- SEED]`: the long version of the random tests. Every kind of machine runs the same random programs as
 * an outside witness; the first difference is shown with the code around it, and the status is 1.
 */
import { runOnEngine } from "./isa/riscv64/fuzz/engine-hart.ts";
import { makeProgram } from "./isa/riscv64/fuzz/program.ts";
import { firstDifference, runOnQemu } from "./isa/riscv64/fuzz/witness.ts";

const programs = 8;
const blocksPerProgram = 10_000;

function fuzzRiscv64(seed: number): string | undefined {
  let total = 0;
  for (let index = 0; index < programs; index++) {
    const program = makeProgram(seed + index, blocksPerProgram);
    const theirs = runOnQemu("qemu-riscv64", program);
    const { output, instructions } = runOnEngine(program, "interpreter");
    const difference = firstDifference(program, output, theirs);
    if (difference !== undefined) return `program ${seed + index}, ${difference}`;
    total += instructions;
    process.stderr.write(`riscv64: program ${seed + index} agrees, ${total} instructions so far\n`);
  }
  return undefined;
}

const seed = Number(process.argv[2] ?? 1000);
const difference = fuzzRiscv64(seed);
if (difference !== undefined) {
  process.stderr.write(`riscv64: ${difference}\n`);
  process.exitCode = 1;
}

/** Random page tables, interrupts, returns and CSR accesses end on the engine as they do on QEMU's machine. */
import test from "ava";
import { probe, toolNamed } from "../../../../setup/tools.js";
import { runBareOnEngine } from "./bare-machine.ts";
import { makeBareProgram } from "./privileged.ts";
import { differentRecords, runBareOnQemu } from "./witness.ts";

const qemu = probe(toolNamed("qemu-system-riscv64"));
const compare = qemu.found ? test : test.skip;
const why = qemu.found ? "" : ` (skipped: qemu-system-riscv64 is ${qemu.why})`;
const program = makeBareProgram(1, 800);

compare(
  `what eight hundred random probes of the privileged architecture find is what QEMU finds${why}`,
  (t) => {
    const theirs = runBareOnQemu(qemu.found ? qemu.path : "", program);
    t.deepEqual(differentRecords(program, runBareOnEngine(program, "interpreter"), theirs), []);
  },
);

test("the translator takes the same traps as the interpreter", (t) => {
  // Fewer: code that runs once is not worth a translation.
  const some = makeBareProgram(2, 50);
  const expected = runBareOnEngine(some, "interpreter");
  t.deepEqual(differentRecords(some, runBareOnEngine(some, "translator"), expected), []);
});

/** Random programs give the same registers on QEMU, on the evaluator and on the engine. */
import test from "ava";
import { probe, toolNamed } from "../../../../setup/tools.js";
import { disassembleWord } from "../disassemble.ts";
import { cause } from "../state.ts";
import { BareHart } from "./bare-hart.ts";
import { assemble, encodings } from "./encode.ts";
import { runOnEngine } from "./engine-hart.ts";
import { makeProgram, type Program } from "./program.ts";
import { firstDifference, runOnQemu } from "./witness.ts";

const qemu = probe(toolNamed("qemu-riscv64"));
const compare = qemu.found ? test : test.skip;
const why = qemu.found ? "" : ` (skipped: qemu-riscv64 is ${qemu.why})`;
// 100 000 random instructions, and half as many to dump what they did.
const program = makeProgram(1, 800);

let evaluated: ReturnType<typeof evaluateProgram> | undefined;
/** Slow enough to do it once. */
function runOnEvaluator() {
  evaluated ??= evaluateProgram(program);
  return evaluated;
}
function evaluateProgram({ memory, base, entry, buffer, bufferBytes }: Program) {
  const hart = new BareHart(memory.slice(), base, entry);
  const fault = hart.run();
  const output = hart.memory.subarray(buffer - base, buffer - base + bufferBytes);
  return { fault, output, instructions: hart.instructions };
}

compare(`a hundred thousand random instructions do on the evaluator what they do on QEMU${why}`, (t) => {
  const { fault, output } = runOnEvaluator();
  t.is(fault.cause, cause.callFromUser);
  t.is(firstDifference(program, output, runOnQemu(qemu.found ? qemu.path : "", program)), undefined);
});

test("the engine's interpreter and the evaluator agree on them, and on their number", (t) => {
  const expected = runOnEvaluator();
  const { output, instructions } = runOnEngine(program, "interpreter");
  t.is(firstDifference(program, output, expected.output), undefined);
  t.is(instructions, expected.instructions);
});

compare(`code that runs three hundred times does the same translated, interpreted and on QEMU${why}`, (t) => {
  for (const seed of [2, 3]) {
    // Little of it: everything is translated at once, and again for each new place that is jumped to.
    const looping = makeProgram(seed, 3, 300);
    const theirs = runOnQemu(qemu.found ? qemu.path : "", looping);
    const translated = runOnEngine(looping, "translator");
    t.is(firstDifference(looping, translated.output, theirs), undefined);
    t.is(translated.instructions, runOnEngine(looping, "interpreter").instructions);
  }
});

test("the random programs have every instruction that a program may execute", (t) => {
  const view = new DataView(program.memory.buffer);
  const seen = new Set<string>();
  for (let at = program.blocks[0]! - program.base; at < program.memory.length; ) {
    const half = view.getUint16(at, true);
    const bytes = (half & 3) === 3 ? 4 : 2;
    const text = disassembleWord(bytes === 4 ? view.getInt32(at, true) : half);
    seen.add(text!.split(" ")[0]!.replace(/\.(aq|rl|aqrl)$/, ""));
    at += bytes;
  }
  const system = /^(c\.)?ebreak|^(sret|mret|wfi|sfence|sinval|fence\.i|c\.addi16sp|csrr[sc]i$)/;
  const missing = encodings.filter(({ mnemonic }) => !seen.has(mnemonic) && !system.test(mnemonic));
  t.deepEqual(
    missing.map(({ mnemonic }) => mnemonic),
    [],
  );
});

test("ctzw counts in the low half only, which QEMU before 8.0 does not", (t) => {
  const memory = new Uint8Array(16);
  const view = new DataView(memory.buffer);
  view.setUint32(0, assemble("slli", { rd: 5, rs1: 6, shamt: 40 }), true);
  view.setUint32(4, assemble("ctzw", { rd: 7, rs1: 5 }), true);
  view.setUint32(8, assemble("ecall", {}), true);
  const hart = new BareHart(memory, 0, 0);
  hart.state.setBigUint64(6 * 8, 1n, true);
  hart.run();
  t.is(hart.state.getBigUint64(7 * 8, true), 32n);
});

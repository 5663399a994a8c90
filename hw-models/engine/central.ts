/**
 * The central function of tier 1, `run(cpu)`. It executes predecoded slots until the fuel in the CPU's block is used up:
 * load the handler's number, `br_table`, the arm's code, next slot. Exact: one unit of fuel is one instruction, checked
 * before each. Jumps come to `target`, where the page's unit of tier 2 is entered if there is one (`arrivals.ts`).
 *
 * A slot's address says its offset in the page; with `delta` (virtual address minus slot address >> shift) it says the
 * program counter, so that straight-line code maintains one local only. `reload` finds the slot for the pc cell: after
 * jumps to other pages, traps, customs, and after units.
 */
import type { Code, Label } from "../wasm/code.ts";
import { i32, i64, memory, op } from "../wasm/opcodes.ts";
import { Arrivals, type CentralLocals } from "./arrivals.ts";
import { emitPc } from "./handlers.ts";
import { type Central, InlineLowering } from "./inline.ts";
import type { InterpreterContext } from "./interpreter-context.ts";
import { pageShift, slot } from "./layout.ts";
import { outOfLine } from "./out-of-line.ts";
import { outOfLineAddress, writeCount } from "./statistics.ts";

/** note(cpu, slot, delta, fuel): what the slow paths and customs see of the executing instruction. */
function writeNote(context: InterpreterContext, shift: number): number {
  const { index, code } = context.module.function(["i32", "i32", "i64", "i32"], []);
  const pc = code.local("i64");
  code.get(0);
  code.get(3);
  code.storeI32(context.cpu.fuel);
  code.get(0);
  emitPc(code, 2, 1, shift);
  code.tee(pc);
  code.storeI64(context.cpu.instructionPc);
  code.get(0);
  code.get(pc);
  code.get(1);
  code.access(memory.i64Load8U, slot.length);
  code.byte(i64.add);
  code.storeI64(context.isa.pc.offset);
  return index;
}

export function writeCentral(
  context: InterpreterContext,
  shift: number,
  hot: readonly number[],
  unitTable: number,
): void {
  const { isa, cpu, module } = context;
  const note = writeNote(context, shift);
  const { index, code } = module.function(["i32"], [], 1 << 17);
  module.exportFunction("run", index);
  const locals: CentralLocals = {
    cpu: 0,
    slot: code.local("i32"),
    delta: code.local("i64"),
    bank: code.local("i32"),
    fuel: code.local("i32"),
    unit: code.local("i32"),
  };
  const hold = code.local("i32");
  const handlerLocal = code.local("i32");

  const arrivals = new Arrivals(context, code, shift, locals, unitTable);

  const exit = code.block();
  const reload = code.loop();
  arrivals.reload(handlerLocal, reload);
  const target = code.loop();
  arrivals.target(handlerLocal, hold, reload);
  const next = code.loop();
  code.get(locals.fuel);
  code.byte(i32.eqz);
  code.brIf(exit);
  code.get(locals.fuel);
  code.i32(1);
  code.byte(i32.sub);
  code.set(locals.fuel);
  arrivals.count("interpreted");
  arrivals.countIf(locals.unit, "interpretedBesideUnit");

  // The outermost block, entered last: default, then hot arms from last to first, crossing, undecoded.
  const outer = code.block();
  const arms = hot.map(() => code.block()).reverse();
  const crossing = code.block();
  const undecoded = code.block();
  code.get(locals.slot);
  code.access(memory.i32Load16U, slot.handler);
  code.tee(handlerLocal);
  code.brTable([undecoded, crossing, ...arms], outer);
  code.end();

  code.get(0);
  code.get(locals.fuel);
  code.i32(1);
  code.byte(i32.add);
  code.storeI32(cpu.fuel);
  code.get(0);
  emitPc(code, locals.delta, locals.slot, shift);
  code.storeI64(isa.pc.offset);
  code.get(locals.slot);
  code.call(context.slow.decode);
  code.br(reload);
  code.end();

  const central: Central = { ...locals, away: outer, reload, target };
  writeNoteCall(code, note, central);
  code.get(locals.slot);
  code.call(context.slow.cross);
  code.tee(handlerLocal);
  code.byte(i32.eqz);
  code.brIf(reload);
  writeOutOfLineCall(context, code, handlerLocal, locals.bank, () => {
    code.get(handlerLocal);
    code.access(memory.i32Load16U, slot.handler);
  });
  code.byte(op.drop);
  code.br(reload);
  code.end();

  const lowering = new InlineLowering(context, code, shift, central);
  for (const instruction of hot) {
    if (lowering.meaning(isa.instructions[instruction]!)) {
      code.get(locals.slot);
      writeLength(code, locals.slot, shift);
      code.byte(i32.add);
      code.set(locals.slot);
      code.br(next);
    }
    code.end();
  }
  writeAway(context, code, shift, note, central, next, handlerLocal);
  code.end();
  code.end();
  code.end();
  code.byte(op.unreachable);
  code.end();
  arrivals.storePc();
}

/** The length of the instruction in the slot, in bytes of slots. */
function writeLength(code: Code, slotLocal: number, shift: number): void {
  code.get(slotLocal);
  code.access(memory.i32Load8U, slot.length);
  code.i32(shift);
  code.byte(i32.shl);
}

function writeNoteCall(code: Code, note: number, central: Central): void {
  code.get(0);
  for (const local of [central.slot, central.delta, central.fuel]) code.get(local);
  code.call(note);
}

/** Leaves the function's answer: 1 if the pc cell says where to go on. */
function writeOutOfLineCall(
  context: InterpreterContext,
  code: Code,
  slotLocal: number,
  bank: number,
  number: () => void,
): void {
  code.get(0);
  code.get(slotLocal);
  code.get(bank);
  number();
  code.callIndirect(context.module.type(outOfLine.takes, ["i32"]));
}

/** Out of line, then the next slot; or, when that is in another page or the instruction jumped, the pc cell. */
function writeAway(
  context: InterpreterContext,
  code: Code,
  shift: number,
  note: number,
  central: Central,
  next: Label,
  number: number,
): void {
  if (context.counts) {
    code.get(central.slot);
    code.access(memory.i32Load16U, slot.handler);
    code.set(number);
    writeCount(code, outOfLineAddress, number);
  }
  writeNoteCall(code, note, central);
  writeOutOfLineCall(context, code, central.slot, central.bank, () => code.get(number));
  code.get(0);
  code.loadI32(context.cpu.fuel);
  code.set(central.fuel);
  code.brIf(central.reload);
  code.get(central.slot);
  writeLength(code, central.slot, shift);
  code.byte(i32.add);
  code.tee(number);
  code.get(central.slot);
  code.byte(i32.xor);
  code.i32(pageShift + shift);
  code.byte(i32.shrU);
  code.brIf(central.reload);
  code.get(number);
  code.set(central.slot);
  code.br(next);
}

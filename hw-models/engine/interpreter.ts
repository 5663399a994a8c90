/**
 * Writes tier 1: a module with one central function, `run(cpu)`. It executes predecoded slots until the fuel in the
 * CPU's block is used up: load the handler's number, `br_table`, the arm's code, next slot. Exact: one unit of fuel is
 * one instruction, checked before each.
 *
 * A slot's address says its offset in the page; with `delta` (virtual address minus slot address >> shift) it says the
 * program counter, so that straight-line code maintains one local only. `reload` finds the slot for the pc cell: after
 * jumps to other pages, traps, customs.
 */
import type { Isa } from "../isa/isa.ts";
import type { Code, Label } from "../wasm/code.ts";
import { memory, op } from "../wasm/opcodes.ts";
import { type Central, emitPc, emitTlbEntry, HandlerLowering, outOfLine } from "./handlers.ts";
import { InterpreterContext } from "./interpreter-context.ts";
import { handler, pageBytes, pageShift, slot, slotShift, tlb } from "./layout.ts";

const i32 = { eqz: 0x45, add: 0x6a, sub: 0x6b, and: 0x71, xor: 0x73, shl: 0x74, shrU: 0x76 } as const;
const i64 = { eq: 0x51, add: 0x7c, sub: 0x7d, or: 0x84, wrap: 0xa7, extendU: 0xad } as const;

export type Interpreter = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Handler of instruction n: inline, or 0; out of line: `outOfLine` + n. */
  readonly inline: Uint16Array;
  readonly outOfLine: number;
};

export function writeInterpreter(isa: Isa): Interpreter {
  const context = new InterpreterContext(isa);
  const shift = slotShift(isa);
  const inline = new Uint16Array(isa.instructions.length);
  const hot: number[] = [];
  isa.instructions.forEach(({ rare }, index) => {
    if (rare) return;
    inline[index] = handler.first + hot.length;
    hot.push(index);
  });
  const first = handler.first + hot.length;

  const functions = isa.instructions.map((instruction) => {
    const { index, code } = context.module.function(outOfLine.takes, ["i32"]);
    const falls = new HandlerLowering(context, code, shift).meaning(instruction);
    if (falls) code.i32(0);
    else code.byte(op.unreachable);
    return index;
  });
  writeCentral(context, shift, hot);
  const flagNames = Object.values(isa.flagKinds ?? {}).flatMap(({ flags }) => Object.keys(flags));
  for (const name of new Set([...flagNames, ...Object.keys(isa.conditions ?? {})])) {
    context.module.exportFunction(`flag ${name}`, context.flag(name));
  }
  // By handler number: an inline arm that gives up has its function, too.
  const byHandler = [...hot.map((index) => functions[index]!), ...functions];
  context.module.table(handler.first + byHandler.length);
  context.module.elements(handler.first, byHandler);
  return { bytes: context.module.toBytes(), inline, outOfLine: first };
}

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

function writeCentral(context: InterpreterContext, shift: number, hot: readonly number[]): void {
  const { isa, cpu, module } = context;
  const note = writeNote(context, shift);
  const { index, code } = module.function(["i32"], [], 1 << 17);
  module.exportFunction("run", index);
  const locals = {
    slot: code.local("i32"),
    delta: code.local("i64"),
    bank: code.local("i32"),
    fuel: code.local("i32"),
  };
  const handlerLocal = code.local("i32");

  const exit = code.block();
  const reload = code.loop();
  writeReload(context, code, shift, locals, handlerLocal, reload);
  const next = code.loop();
  code.get(locals.fuel);
  code.byte(i32.eqz);
  code.brIf(exit);
  code.get(locals.fuel);
  code.i32(1);
  code.byte(i32.sub);
  code.set(locals.fuel);

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

  const central: Central = { ...locals, away: outer, reload, next };
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

  const lowering = new HandlerLowering(context, code, shift, central);
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
  writeAway(context, code, shift, note, central, handlerLocal);
  code.end();
  code.end();
  code.byte(op.unreachable);
  code.end();
  code.get(0);
  emitPc(code, locals.delta, locals.slot, shift);
  code.storeI64(isa.pc.offset);
  code.get(0);
  code.get(locals.fuel);
  code.storeI32(cpu.fuel);
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

/** Finds the slot of the pc cell in the fetch TLB, or asks; returns when there is no fuel. */
function writeReload(
  context: InterpreterContext,
  code: Code,
  shift: number,
  locals: { slot: number; delta: number; bank: number; fuel: number },
  entry: number,
  reload: Label,
): void {
  const { cpu, isa, slow } = context;
  const pc = locals.delta;
  code.get(0);
  code.loadI32(cpu.fuel);
  code.tee(locals.fuel);
  code.byte(i32.eqz);
  code.if();
  code.byte(op.return);
  code.end();
  code.get(0);
  code.loadI32(cpu.bank);
  code.set(locals.bank);
  code.get(0);
  code.loadI64(isa.pc.offset);
  code.set(pc);
  emitTlbEntry(code, locals.bank, pc, tlb.fetchEntries);
  code.tee(entry);
  code.loadI64(tlb.fetch);
  code.get(pc);
  code.i64Small(pageBytes - 1);
  code.byte(i64.or);
  code.byte(i64.eq);
  code.if();
  code.else();
  code.call(slow.fetch);
  code.byte(i32.eqz);
  code.if();
  code.byte(op.return);
  code.end();
  code.br(reload);
  code.end();
  // delta = pc - (slot >> shift), and slot = page of slots + (offset << shift).
  code.get(pc);
  code.get(entry);
  code.loadI32(tlb.fetch + 8);
  code.get(pc);
  code.byte(i64.wrap);
  code.i32(pageBytes - 1);
  code.byte(i32.and);
  code.i32(shift);
  code.byte(i32.shl);
  code.byte(i32.add);
  code.tee(locals.slot);
  code.i32(shift);
  code.byte(i32.shrU);
  code.byte(i64.extendU);
  code.byte(i64.sub);
  code.set(locals.delta);
}

/** Out of line, then the next slot; or, when that is in another page or the instruction jumped, the pc cell. */
function writeAway(
  context: InterpreterContext,
  code: Code,
  shift: number,
  note: number,
  central: Central,
  number: number,
): void {
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
  code.br(central.next);
}

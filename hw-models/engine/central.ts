/**
 * The central function of tier 1, `run(cpu)`. It executes predecoded slots until the fuel in the CPU's block is used up:
 * load the handler's number, `br_table`, the arm's code, next slot. Exact: one unit of fuel is one instruction, checked
 * before each. Jumps come to `target`, where the page's unit of tier 2 is entered if there is one.
 *
 * A slot's address says its offset in the page; with `delta` (virtual address minus slot address >> shift) it says the
 * program counter, so that straight-line code maintains one local only. `reload` finds the slot for the pc cell: after
 * jumps to other pages, traps, customs, and after units.
 *
 * Long because it writes one function, in the order of its code.
 */
import type { Code, Label } from "../wasm/code.ts";
import { memory, op } from "../wasm/opcodes.ts";
import { type Central, emitPc, emitTlbEntry, HandlerLowering, outOfLine } from "./handlers.ts";
import type { InterpreterContext } from "./interpreter-context.ts";
import { codeLayout, pageBytes, pageShift, slot, tlb } from "./layout.ts";
import { type CounterName, counterAddress, heldAddress, outOfLineAddress, writeCount } from "./statistics.ts";
import { unitParameters } from "./translator/unit.ts";

const i32 = {
  eqz: 0x45,
  eq: 0x46,
  add: 0x6a,
  sub: 0x6b,
  and: 0x71,
  xor: 0x73,
  shl: 0x74,
  shrU: 0x76,
} as const;
const i64 = {
  eq: 0x51,
  ne: 0x52,
  add: 0x7c,
  sub: 0x7d,
  and: 0x83,
  or: 0x84,
  wrap: 0xa7,
  extendU: 0xad,
} as const;

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
  const locals = {
    slot: code.local("i32"),
    delta: code.local("i64"),
    bank: code.local("i32"),
    fuel: code.local("i32"),
    unit: code.local("i32"),
  };
  const hold = code.local("i32");
  const handlerLocal = code.local("i32");

  const exit = code.block();
  const reload = code.loop();
  writeReload(context, code, shift, locals, handlerLocal, reload);
  const target = code.loop();
  writeTarget(context, code, shift, locals, handlerLocal, hold, unitTable, reload);
  const next = code.loop();
  code.get(locals.fuel);
  code.byte(i32.eqz);
  code.brIf(exit);
  code.get(locals.fuel);
  code.i32(1);
  code.byte(i32.sub);
  code.set(locals.fuel);
  count(context, code, "interpreted");
  countIf(context, code, locals.unit, "interpretedBesideUnit");

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
  writeAway(context, code, shift, note, central, next, handlerLocal);
  code.end();
  code.end();
  code.end();
  code.byte(op.unreachable);
  code.end();
  storePc(context, code, shift, locals);
}

/** Statistics, if they are wanted. */
function count(context: InterpreterContext, code: Code, name: CounterName): void {
  if (context.counts) writeCount(code, counterAddress(name));
}
function countIf(
  context: InterpreterContext,
  code: Code,
  local: number,
  name: CounterName,
  other?: CounterName,
): void {
  if (!context.counts) return;
  code.get(local);
  code.if();
  count(context, code, name);
  if (other !== undefined) {
    code.else();
    count(context, code, other);
  }
  code.end();
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
  locals: { slot: number; delta: number; bank: number; fuel: number; unit: number },
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
  code.get(entry);
  code.loadI32(tlb.fetch + 12);
  code.set(locals.unit);
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
  if (isa.slotBytes !== 32) return;
  // What is addressed from the program counter is addressed from here.
  code.get(0);
  code.get(locals.delta);
  code.storeI64(cpu.delta);
}

/**
 * A jump has arrived at a slot. Enters the page's unit if that has an entry here; else counts the arrival, and tells the
 * translator now and then. `hold`: the unit itself wants this instruction interpreted.
 */
function writeTarget(
  context: InterpreterContext,
  code: Code,
  shift: number,
  locals: { slot: number; delta: number; bank: number; fuel: number; unit: number },
  index: number,
  hold: number,
  unitTable: number,
  reload: Label,
): void {
  const { cpu, isa } = context;
  const entry = code.local("i32");
  const { heat, heatShift, slots, entryMaps, entryMapBytes } = codeLayout(isa);
  const heatOffset = heat - (slots >>> heatShift);
  code.get(locals.slot);
  code.i32(heatShift);
  code.byte(i32.shrU);
  code.set(index);
  code.get(locals.unit);
  code.if();
  code.get(hold);
  code.byte(i32.eqz);
  code.if();
  code.get(locals.unit);
  code.i32(Math.log2(entryMapBytes));
  code.byte(i32.shl);
  code.get(index);
  code.i32(entryMapBytes - 1);
  code.byte(i32.and);
  code.byte(i32.add);
  code.access(memory.i32Load16U, entryMaps - entryMapBytes);
  code.tee(entry);
  code.if();
  count(context, code, "entered");
  code.get(0);
  code.get(entry);
  code.i32(1);
  code.byte(i32.sub);
  emitPc(code, locals.delta, locals.slot, shift);
  code.i64Small(-pageBytes);
  code.byte(i64.and);
  code.get(locals.fuel);
  code.get(locals.unit);
  code.i32(unitTable - 1);
  code.byte(i32.add);
  code.callIndirect(context.module.type(unitParameters, ["i32"]));
  code.tee(hold);
  code.brIf(reload);
  writeChain(context, code, locals, entry, hold, unitTable);
  code.br(reload);
  code.end();
  code.end();
  code.end();
  writeHeldCount(context, code, locals, entry, hold);
  code.get(hold);
  code.if();
  code.i32(0);
  code.set(hold);
  code.else();
  code.get(index);
  code.get(index);
  code.access(memory.i32Load16U, heatOffset);
  code.i32(1);
  code.byte(i32.add);
  code.access(memory.i32Store16, heatOffset);
  code.get(index);
  code.access(memory.i32Load16U, heatOffset);
  code.get(0);
  code.loadI32(cpu.heatMask);
  code.byte(i32.and);
  code.get(0);
  code.loadI32(cpu.heatMatch);
  code.byte(i32.eq);
  code.if();
  storePc(context, code, shift, locals);
  code.get(locals.slot);
  code.call(context.slow.translate);
  code.br(reload);
  code.end();
  code.end();
}

/**
 * A unit has left for another page: as long as that has a unit with an entry there, goes from unit to unit. It is what
 * `reload` and `target` would do, without finding slots on the way. Falls out where those must go on.
 */
function writeChain(
  context: InterpreterContext,
  code: Code,
  locals: { delta: number; unit: number; bank: number },
  entry: number,
  hold: number,
  unitTable: number,
): void {
  const { cpu, isa } = context;
  const { entryMaps, entryMapBytes } = codeLayout(isa);
  const pc = locals.delta;
  const stop = code.block();
  const chain = code.loop();
  const leave = (why: CounterName): void => {
    if (!context.counts) {
      code.brIf(stop);
      return;
    }
    code.if();
    count(context, code, why);
    code.br(stop);
    code.end();
  };
  code.get(0);
  code.loadI64(isa.pc.offset);
  code.set(pc);
  emitTlbEntry(code, locals.bank, pc, tlb.fetchEntries);
  code.tee(entry);
  code.loadI64(tlb.fetch);
  code.get(pc);
  code.i64Small(pageBytes - 1);
  code.byte(i64.or);
  code.byte(i64.ne);
  leave("leftForUnknownPage");
  code.get(entry);
  code.loadI32(tlb.fetch + 12);
  code.tee(locals.unit);
  code.byte(i32.eqz);
  leave("leftForPageWithoutUnit");
  code.get(locals.unit);
  code.i32(Math.log2(entryMapBytes));
  code.byte(i32.shl);
  code.get(pc);
  code.byte(i64.wrap);
  code.i32(pageBytes - isa.alignment);
  code.byte(i32.and);
  if (isa.alignment === 1) {
    code.i32(1);
    code.byte(i32.shl);
  }
  code.byte(i32.add);
  code.access(memory.i32Load16U, entryMaps - entryMapBytes);
  code.tee(entry);
  code.byte(i32.eqz);
  leave("leftForPlaceWithoutEntry");
  count(context, code, "chained");
  code.get(0);
  code.get(entry);
  code.i32(1);
  code.byte(i32.sub);
  code.get(pc);
  code.i64Small(-pageBytes);
  code.byte(i64.and);
  code.get(0);
  code.loadI32(cpu.fuel);
  code.get(locals.unit);
  code.i32(unitTable - 1);
  code.byte(i32.add);
  code.callIndirect(context.module.type(unitParameters, ["i32"]));
  code.tee(hold);
  code.byte(i32.eqz);
  code.brIf(chain);
  code.end();
  code.end();
}

/** Which instructions units leave to the interpreter, and where it goes instead of into units. */
function writeHeldCount(
  context: InterpreterContext,
  code: Code,
  locals: { slot: number; unit: number },
  scratch: number,
  hold: number,
): void {
  if (!context.counts) return;
  code.get(hold);
  code.if();
  count(context, code, "held");
  code.get(locals.slot);
  code.access(memory.i32Load16U, slot.handler);
  code.set(scratch);
  writeCount(code, heldAddress, scratch);
  code.else();
  countIf(context, code, locals.unit, "arrivedBesideEntries", "arrivedOnPageWithoutUnit");
  code.end();
}

/** Writes the present slot's address and the fuel into their cells. */
function storePc(
  context: InterpreterContext,
  code: Code,
  shift: number,
  locals: { slot: number; delta: number; fuel: number },
): void {
  code.get(0);
  emitPc(code, locals.delta, locals.slot, shift);
  code.storeI64(context.isa.pc.offset);
  code.get(0);
  code.get(locals.fuel);
  code.storeI32(context.cpu.fuel);
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

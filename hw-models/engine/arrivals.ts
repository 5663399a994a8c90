/**
 * How the central loop comes to instructions that do not follow each other. `reload` finds the slot for the pc cell, after
 * jumps to other pages, traps, customs, and after units. `target` is where jumps arrive: there the page's unit is
 * entered if it has an entry; else the arrival is counted, and the translator told now and then.
 */
import type { Code, Label } from "../wasm/code.ts";
import { i32, i64, memory, op } from "../wasm/opcodes.ts";
import { emitPc } from "./handlers.ts";
import type { InterpreterContext } from "./interpreter-context.ts";
import { codeLayout, pageBytes, slot, tlb } from "./layout.ts";
import { emitFindUnit, emitTags, emitTlbEntry, emitUnitArguments, type Missing } from "./lookups.ts";
import { type CounterName, counterAddress, heldAddress, writeCount } from "./statistics.ts";
import { unitParameters } from "./translator/signature.ts";

/** Locals of the central loop. The first is its parameter. */
export type CentralLocals = {
  readonly cpu: number;
  readonly slot: number;
  readonly delta: number;
  readonly bank: number;
  readonly fuel: number;
  readonly unit: number;
};

export class Arrivals {
  readonly #context: InterpreterContext;
  readonly #code: Code;
  readonly #shift: number;
  readonly #locals: CentralLocals;
  readonly #unitTable: number;

  constructor(
    context: InterpreterContext,
    code: Code,
    shift: number,
    locals: CentralLocals,
    unitTable: number,
  ) {
    this.#context = context;
    this.#code = code;
    this.#shift = shift;
    this.#locals = locals;
    this.#unitTable = unitTable;
  }

  /** Statistics, if they are wanted. */
  count(name: CounterName): void {
    if (this.#context.counts) writeCount(this.#code, counterAddress(name));
  }
  countIf(local: number, name: CounterName, other?: CounterName): void {
    if (!this.#context.counts) return;
    const code = this.#code;
    code.get(local);
    code.if();
    this.count(name);
    if (other !== undefined) {
      code.else();
      this.count(other);
    }
    code.end();
  }

  /** Writes the present slot's address and the fuel into their cells. */
  storePc(): void {
    const code = this.#code;
    const { cpu, slot, delta, fuel } = this.#locals;
    code.get(cpu);
    emitPc(code, delta, slot, this.#shift);
    code.storeI64(this.#context.isa.pc.offset);
    code.get(cpu);
    code.get(fuel);
    code.storeI32(this.#context.cpu.fuel);
  }

  /** Finds the slot of the pc cell in the fetch TLB, or asks; returns when there is no fuel. `entry`: a local to use. */
  reload(entry: number, reload: Label): void {
    const code = this.#code;
    const { cpu: cells, isa, slow } = this.#context;
    const { cpu, slot, delta, bank, fuel, unit } = this.#locals;
    const pc = delta;
    code.get(cpu);
    code.loadI32(cells.fuel);
    code.tee(fuel);
    code.byte(i32.eqz);
    code.if();
    code.byte(op.return);
    code.end();
    code.get(cpu);
    code.loadI32(cells.bank);
    code.set(bank);
    code.get(cpu);
    code.loadI64(isa.pc.offset);
    code.set(pc);
    emitTlbEntry(code, bank, pc, tlb.fetchEntries);
    code.tee(entry);
    emitTags(code, tlb.fetch, pc);
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
    code.set(unit);
    // delta = pc - (slot >> shift), and slot = page of slots + (offset << shift).
    code.get(pc);
    code.get(entry);
    code.loadI32(tlb.fetch + 8);
    code.get(pc);
    code.byte(i32.wrap);
    code.i32(pageBytes - 1);
    code.byte(i32.and);
    code.i32(this.#shift);
    code.byte(i32.shl);
    code.byte(i32.add);
    code.tee(slot);
    code.i32(this.#shift);
    code.byte(i32.shrU);
    code.byte(i64.extendU);
    code.byte(i64.sub);
    code.set(delta);
    if (isa.slotBytes !== 32) return;
    // What is addressed from the program counter is addressed from here.
    code.get(cpu);
    code.get(delta);
    code.storeI64(cells.delta);
  }

  /**
   * A jump has arrived at a slot. `hold`: the unit itself wants this instruction interpreted; `index`: a local to use.
   */
  target(index: number, hold: number, reload: Label): void {
    const code = this.#code;
    const { isa } = this.#context;
    const { slot, delta, unit } = this.#locals;
    const entry = code.local("i32");
    const { heatShift, entryMaps, entryMapBytes } = codeLayout(isa);
    code.get(slot);
    code.i32(heatShift);
    code.byte(i32.shrU);
    code.set(index);
    code.get(unit);
    code.if();
    code.get(hold);
    code.byte(i32.eqz);
    code.if();
    code.get(unit);
    code.i32(Math.log2(entryMapBytes));
    code.byte(i32.shl);
    code.get(index);
    code.i32(entryMapBytes - 1);
    code.byte(i32.and);
    code.byte(i32.add);
    code.access(memory.i32Load16U, entryMaps - entryMapBytes);
    code.tee(entry);
    code.if();
    this.count("entered");
    this.#call(
      entry,
      () => emitPc(code, delta, slot, this.#shift),
      () => code.get(this.#locals.fuel),
    );
    code.tee(hold);
    code.brIf(reload);
    this.#chain(entry, hold);
    code.br(reload);
    code.end();
    code.end();
    code.end();
    this.#countHeld(entry, hold);
    code.get(hold);
    code.if();
    code.i32(0);
    code.set(hold);
    code.else();
    this.#heat(index, reload);
    code.end();
  }

  /** Counts an arrival, and asks for a translation now and then. */
  #heat(index: number, reload: Label): void {
    const code = this.#code;
    const { cpu: cells, isa, slow } = this.#context;
    const { cpu, slot } = this.#locals;
    const { heat, heatShift, slots } = codeLayout(isa);
    const heatOffset = heat - (slots >>> heatShift);
    code.get(index);
    code.get(index);
    code.access(memory.i32Load16U, heatOffset);
    code.i32(1);
    code.byte(i32.add);
    code.access(memory.i32Store16, heatOffset);
    code.get(index);
    code.access(memory.i32Load16U, heatOffset);
    code.get(cpu);
    code.loadI32(cells.heatMask);
    code.byte(i32.and);
    code.get(cpu);
    code.loadI32(cells.heatMatch);
    code.byte(i32.eq);
    code.if();
    this.storePc();
    code.get(slot);
    code.call(slow.translate);
    code.br(reload);
    code.end();
  }

  /** Calls the unit; leaves its answer. */
  #call(entry: number, pc: () => void, fuel: () => void): void {
    emitUnitArguments(this.#code, { ...this.#locals, entry }, pc, fuel, this.#unitTable);
    this.#code.callIndirect(this.#context.module.type(unitParameters, ["i32"]));
  }

  /**
   * A unit has left for another page: as long as that has a unit with an entry there, goes from unit to unit. It is what
   * `reload` and `target` would do, without finding slots on the way. Falls out where those must go on.
   */
  #chain(entry: number, hold: number): void {
    const code = this.#code;
    const { cpu: cells, isa, counts } = this.#context;
    const { cpu, delta: pc, unit, bank } = this.#locals;
    const stop = code.block();
    const chain = code.loop();
    const leave = (why: Missing): void => {
      if (!counts) {
        code.brIf(stop);
        return;
      }
      code.if();
      this.count(why);
      code.br(stop);
      code.end();
    };
    code.get(cpu);
    code.loadI64(isa.pc.offset);
    code.set(pc);
    emitFindUnit(code, isa, tlb.fetch, { base: bank, pc, entry, unit }, leave);
    this.count("chained");
    this.#call(
      entry,
      () => code.get(pc),
      () => {
        code.get(cpu);
        code.loadI32(cells.fuel);
      },
    );
    code.tee(hold);
    code.byte(i32.eqz);
    code.brIf(chain);
    code.end();
    code.end();
  }

  /** Which instructions units leave to the interpreter, and where it goes instead of into units. */
  #countHeld(scratch: number, hold: number): void {
    if (!this.#context.counts) return;
    const code = this.#code;
    code.get(hold);
    code.if();
    this.count("held");
    code.get(this.#locals.slot);
    code.access(memory.i32Load16U, slot.handler);
    code.set(scratch);
    writeCount(code, heldAddress, scratch);
    code.else();
    this.countIf(this.#locals.unit, "arrivedBesideEntries", "arrivedOnPageWithoutUnit");
    code.end();
  }
}

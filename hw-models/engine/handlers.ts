/**
 * An instruction's meaning as the interpreter executes it: operands are found in a predecoded slot. There are two
 * forms. Out of line: a function of its own, complete; misses of the software TLB, traps and customs call TypeScript
 * (`cpu.ts`). Inline: an arm of the central loop, for memory operands without a segment; whatever is not fast leaves
 * the arm, and the instruction is executed again from its start, out of line. That is sound because nothing has changed
 * by then (`meaning/statement.ts`), and it pays: without calls V8 keeps the loop's locals in registers.
 *
 * Long because it is one class: every method writes the code of one thing that a meaning can ask for.
 */
import type { Expr, Size, Type } from "../meaning/expression.ts";
import type { Code, Label } from "../wasm/code.ts";
import { memory, op } from "../wasm/opcodes.ts";
import { emitLoad, emitStore } from "./access.ts";
import type { Functions } from "./interpreter-context.ts";
import { slot, tlb } from "./layout.ts";
import type { ImmediatePlace, MemoryPlace, RegisterPlace } from "./lower.ts";
import { StateLowering } from "./pure.ts";

const numeric = {
  eqz: 0x45,
  eqI32: 0x46,
  eqI64: 0x51,
  addI32: 0x6a,
  andI32: 0x71,
  addI64: 0x7c,
  wrap: 0xa7,
  extendU: 0xad,
} as const;
const i64Op = { and: 0x83, or: 0x84, xor: 0x85, shl: 0x86, shrS: 0x87, shrU: 0x88 } as const;

/** What `access` is told: the size, and whether it is for writing. */
export const accessForWrite = 32;

/** Leaves the address of the TLB entry for the address in `local`, without the bank's offset. */
export function emitTlbEntry(code: Code, bank: number, address: number, entries: number): void {
  code.get(bank);
  code.get(address);
  code.i64Small(tlb.shift);
  code.byte(i64Op.shrU);
  if (entries === tlb.fetchEntries) {
    code.get(address);
    code.i64Small(tlb.foldShift);
    code.byte(i64Op.shrU);
    code.byte(i64Op.xor);
  }
  code.byte(numeric.wrap);
  code.i32((entries - 1) * tlb.entryBytes);
  code.byte(numeric.andI32);
  code.byte(numeric.addI32);
}

/** Locals and labels of the central loop that its arms use. */
export type Central = {
  readonly slot: number;
  readonly delta: number;
  readonly bank: number;
  readonly fuel: number;
  /** Executes the instruction out of line. */
  readonly away: Label;
  /** Looks up the pc cell again; the fuel comes from its cell. */
  readonly reload: Label;
  /** A jump goes on at the slot in local `slot`. */
  readonly target: Label;
};

/** Parameters of a function out of line. */
export const outOfLine = { takes: ["i32", "i32", "i32"], slot: 1, bank: 2 } as const;

export class HandlerLowering extends StateLowering {
  /** undefined: out of line. */
  readonly #central: Central | undefined;
  readonly #slot: number;
  readonly #bank: number;
  readonly #slotShift: number;

  constructor(context: Functions, code: Code, slotShift: number, central?: Central) {
    super(context, code);
    this.#central = central;
    this.#slotShift = slotShift;
    this.#slot = central?.slot ?? outOfLine.slot;
    this.#bank = central?.bank ?? outOfLine.bank;
  }

  /** Address of the register that a field names. */
  #register(field: number): void {
    this.code.get(0);
    this.code.get(this.#slot);
    this.code.access(memory.i32Load16U, field);
    this.code.byte(numeric.addI32);
  }

  protected override readRegister(place: RegisterPlace): void {
    this.#register(slot[place.field]);
    emitLoad(this.code, place.type, place.width, place.signed === true, 0);
  }

  protected override writeRegister(place: RegisterPlace, value: () => void): void {
    this.#register(slot[place.field]);
    value();
    emitStore(this.code, place.type, place.writes ?? place.width, 0);
  }

  protected override immediate(place: ImmediatePlace): void {
    const { code } = this;
    const field = place.field ?? "immediate";
    code.get(this.#slot);
    if (field === "immediate64") {
      // Both halves are not neighbours: immediate at 12, its upper half at 16 would be, and is.
      if (place.type === "i64") code.access(memory.i64Load, slot.immediate);
      else code.access(memory.i32Load, slot.immediate);
    } else if (field === "immediate") {
      code.access(place.type === "i64" ? memory.i64Load32S : memory.i32Load, slot.immediate);
    } else {
      code.access(place.type === "i64" ? memory.i64Load16U : memory.i32Load16U, slot[field]);
    }
  }

  protected override address(place: MemoryPlace): void {
    const { code } = this;
    if (place === undefined) throw new Error("the address of what is not in memory");
    const full = this.#central === undefined;
    this.#register(slot.base);
    code.loadI64(0);
    this.#register(slot.index);
    code.loadI64(0);
    code.get(this.#slot);
    code.access(memory.i64Load8U, slot.scale);
    code.byte(i64Op.shl);
    code.byte(numeric.addI64);
    code.get(this.#slot);
    code.access(memory.i64Load32S, slot.displacement);
    code.byte(numeric.addI64);
    if (!full) return;
    this.#register(slot.segment);
    code.loadI64(8);
    code.byte(i64Op.and);
    this.#register(slot.segment);
    code.loadI64(0);
    code.byte(numeric.addI64);
  }

  /** Inline: delta + (slot >> shift). Out of line it was noted. */
  protected override pc(): void {
    const { code } = this;
    const central = this.#central;
    if (central === undefined) {
      code.get(0);
      code.loadI64(this.context.cpu.instructionPc);
      return;
    }
    emitPc(code, central.delta, central.slot, this.#slotShift);
  }

  protected override nextPc(): void {
    const { code } = this;
    this.pc();
    code.get(this.#slot);
    code.access(memory.i64Load8U, slot.length);
    code.byte(numeric.addI64);
  }

  /** Out of line: says that the pc cell is right. */
  #leave(): void {
    this.code.i32(1);
    this.code.byte(op.return);
  }

  /** Leaves 1 if the bank at `offset` has the pages of all `size` bytes; `entry` becomes the entry's address. */
  #hit(address: number, size: Size, entry: number, offset: number): void {
    const { code } = this;
    emitTlbEntry(code, this.#bank, address, tlb.entries);
    code.tee(entry);
    code.loadI64(offset);
    code.get(address);
    if (size > 1) {
      code.i64Small(size - 1);
      code.byte(numeric.addI64);
    }
    code.i64Small(0xfff);
    code.byte(i64Op.or);
    code.byte(numeric.eqI64);
  }

  #hostAddress(address: number, entry: number, offset: number): void {
    const { code } = this;
    code.get(entry);
    code.loadI32(offset + 8);
    code.get(address);
    code.byte(numeric.wrap);
    code.byte(numeric.addI32);
  }

  /** The address as the slow paths take it, and what they are told. */
  #slowCall(address: number, info: number, slow: number): void {
    emitHalves(this.code, address);
    this.code.i32(info);
    this.code.call(slow);
  }

  protected override translate(address: number, size: Size, write: boolean): void {
    const { code } = this;
    const entry = this.locals.take("i32");
    const offset = write ? tlb.write : tlb.read;
    this.#hit(address, size, entry, offset);
    if (this.#central !== undefined) {
      code.byte(numeric.eqz);
      code.brIf(this.#central.away);
      this.#hostAddress(address, entry, offset);
      return;
    }
    code.if("i32");
    this.#hostAddress(address, entry, offset);
    code.else();
    this.#slowCall(address, size | (write ? accessForWrite : 0), this.context.slow.access);
    code.tee(entry);
    code.byte(numeric.eqz);
    code.if();
    this.#leave();
    code.end();
    code.get(entry);
    code.end();
  }

  protected override store(address: number, size: Size, type: Type, value: () => void): void {
    const { code } = this;
    const entry = this.locals.take("i32");
    this.#hit(address, size, entry, tlb.write);
    if (this.#central !== undefined) {
      code.byte(numeric.eqz);
      code.brIf(this.#central.away);
      this.#hostAddress(address, entry, tlb.write);
      value();
      emitStore(code, type, size, 0);
      return;
    }
    code.if();
    this.#hostAddress(address, entry, tlb.write);
    value();
    emitStore(code, type, size, 0);
    code.else();
    code.get(0);
    value();
    emitStore(code, type, size, this.context.cpu.scratch);
    this.#slowCall(address, size, this.context.slow.store);
    code.byte(numeric.eqz);
    code.if();
    this.#leave();
    code.end();
    code.end();
  }

  /** A host address in the CPU's own scratch bytes means that the store is yet to be done. */
  protected override stored(host: number): void {
    if (this.#central !== undefined) return;
    const { code } = this;
    code.get(host);
    code.get(0);
    code.i32(this.context.cpu.scratch);
    code.byte(numeric.addI32);
    code.byte(numeric.eqI32);
    code.if();
    code.call(this.context.slow.commit);
    code.end();
  }

  protected override jump(target: Expr<"i64">): void {
    const { code } = this;
    const central = this.#central;
    if (central === undefined) {
      this.writeCell(this.isa.pc, () => this.expression(target));
      this.#leave();
      return;
    }
    // slot' = (target - delta) << shift, if that is in the same page of slots.
    const to = this.locals.take("i64");
    this.expression(target);
    code.get(central.delta);
    code.byte(0x7d);
    code.tee(to);
    code.get(central.slot);
    code.i32(this.#slotShift);
    code.byte(0x76);
    code.byte(numeric.extendU);
    code.byte(i64Op.xor);
    code.i64Small(12);
    code.byte(i64Op.shrU);
    code.byte(0x50);
    code.if();
    code.get(to);
    code.byte(numeric.wrap);
    code.i32(this.#slotShift);
    code.byte(0x74);
    code.set(central.slot);
    code.br(central.target);
    code.end();
    this.writeCell(this.isa.pc, () => {
      code.get(to);
      code.get(central.delta);
      code.byte(numeric.addI64);
    });
    code.get(0);
    code.get(central.fuel);
    code.storeI32(this.context.cpu.fuel);
    code.br(central.reload);
  }

  protected override trap(cause: number, value: Expr<"i64">): void {
    if (this.#central !== undefined) {
      this.code.br(this.#central.away);
      return;
    }
    const local = this.addressLocal(value);
    this.code.i32(cause);
    emitHalves(this.code, local);
    this.code.call(this.context.slow.trap);
    this.#leave();
  }

  protected override custom(index: number, values: readonly Expr<"i64">[]): void {
    const { code } = this;
    if (this.#central !== undefined) {
      code.br(this.#central.away);
      return;
    }
    values.forEach((value, at) => {
      code.get(0);
      this.expression(value);
      code.storeI64(this.context.cpu.scratch + 8 * at);
    });
    code.i32(index);
    code.call(this.context.slow.custom);
    this.#leave();
  }
}

export function emitHalves(code: Code, local: number): void {
  code.get(local);
  code.byte(numeric.wrap);
  code.get(local);
  code.i64Small(32);
  code.byte(i64Op.shrU);
  code.byte(numeric.wrap);
}

export function emitPc(code: Code, delta: number, slotLocal: number, slotShift: number): void {
  code.get(delta);
  code.get(slotLocal);
  code.i32(slotShift);
  code.byte(0x76);
  code.byte(numeric.extendU);
  code.byte(numeric.addI64);
}

/**
 * An instruction's meaning as the interpreter executes it: operands are found in a predecoded slot. There are two forms,
 * which differ in what they do when something is not fast: out of line (`out-of-line.ts`), a function of its own,
 * complete; and inline (`inline.ts`), an arm of the central loop.
 */
import type { Size } from "../meaning/expression.ts";
import type { Code } from "../wasm/code.ts";
import { i32, i64, memory } from "../wasm/opcodes.ts";
import { emitLoad, emitStore } from "./access.ts";
import type { ImmediatePlace, MemoryPlace, RegisterPlace } from "./expressions.ts";
import type { Functions } from "./interpreter-context.ts";
import { slot, tlb } from "./layout.ts";
import { emitTags, emitTlbEntry } from "./lookups.ts";
import { StateLowering } from "./pure.ts";

/** Leaves the program counter of a slot: delta + (slot >> shift). */
export function emitPc(code: Code, delta: number, slotLocal: number, slotShift: number): void {
  code.get(delta);
  code.get(slotLocal);
  code.i32(slotShift);
  code.byte(i32.shrU);
  code.byte(i64.extendU);
  code.byte(i64.add);
}

export abstract class HandlerLowering extends StateLowering {
  /** Local with the slot's address. */
  readonly #slot: number;
  /** Local with where the banks of the present mode begin. */
  readonly #bank: number;

  constructor(context: Functions, code: Code, slotLocal: number, bank: number) {
    super(context, code);
    this.#slot = slotLocal;
    this.#bank = bank;
  }

  /** Address of the register that a field names. */
  protected register(field: number): void {
    this.code.get(0);
    this.code.get(this.#slot);
    this.code.access(memory.i32Load16U, field);
    this.code.byte(i32.add);
  }

  protected override readRegister(place: RegisterPlace): void {
    this.register(slot[place.field]);
    emitLoad(this.code, place.type, place.width, place.signed === true, 0);
  }

  protected override writeRegister(place: RegisterPlace, value: () => void): void {
    this.register(slot[place.field]);
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

  /** Without what a segment adds. */
  protected override address(place: MemoryPlace): void {
    const { code } = this;
    if (place === undefined) throw new Error("the address of what is not in memory");
    this.register(slot.base);
    code.loadI64(0);
    this.register(slot.index);
    code.loadI64(0);
    code.get(this.#slot);
    code.access(memory.i64Load8U, slot.scale);
    code.byte(i64.shl);
    code.byte(i64.add);
    code.get(this.#slot);
    code.access(memory.i64Load32S, slot.displacement);
    code.byte(i64.add);
  }

  protected override nextPc(): void {
    const { code } = this;
    this.pc();
    code.get(this.#slot);
    code.access(memory.i64Load8U, slot.length);
    code.byte(i64.add);
  }

  /** Leaves 1 if the bank at `offset` has the pages of all `size` bytes; `entry` becomes the entry's address. */
  protected hit(address: number, size: Size, entry: number, offset: number): void {
    const { code } = this;
    emitTlbEntry(code, this.#bank, address, tlb.entries);
    code.tee(entry);
    emitTags(code, offset, address, size);
    code.byte(i64.eq);
  }
}

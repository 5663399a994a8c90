/**
 * How a unit is left, once for all its blocks, at its end: to the interpreter, with the place and the fuel for what was
 * executed packed into one number; to a pc in another page; to a computed pc, which may be an entry of this very unit.
 * All of them leave the pc cell and the fuel cell exact.
 */
import type { Isa } from "../../isa/isa.ts";
import type { Code, Label } from "../../wasm/code.ts";
import { i32, i64, memory, op } from "../../wasm/opcodes.ts";
import { cpuLayout, pageShift, tlb } from "../layout.ts";
import type { Locals } from "../locals.ts";
import { emitMapOffset } from "../lookups.ts";
import type { UnitFlags } from "./flags.ts";
import { emitHop, type NextUnit } from "./next-unit.ts";
import { parameters } from "./signature.ts";

/** A place to leave from: offset, and above it the fuel to be taken. */
const offsetBits = 13;
export const packPlace = (offset: number, instructions: number): number =>
  offset | (instructions << offsetBits);

/** Where units are and how they are found. */
export type Surroundings = {
  /** Offset from the CPU of the banks of its TLB for the unit's mode. */
  readonly bank: number;
  /** Address of the unit's map of entries. */
  readonly map: number;
  /** It goes on in other units by itself. */
  readonly next: NextUnit | undefined;
};

export class Exits {
  readonly #isa: Isa;
  readonly #code: Code;
  readonly #locals: Locals;
  readonly #flags: UnitFlags;
  readonly #surroundings: Surroundings;
  /** Repeats the jump by number of entry. */
  loop: Label = 0;
  /** Takes a pc. */
  leave: Label = 0;
  /** Takes a pc that may be in this page. */
  dynamic: Label = 0;
  #miss: Label = 0;
  /** By the number of values of the flags to be stored before. */
  #missWithFlags: Label[] = [];

  constructor(isa: Isa, code: Code, locals: Locals, flags: UnitFlags, surroundings: Surroundings) {
    this.#isa = isa;
    this.#code = code;
    this.#locals = locals;
    this.#flags = flags;
    this.#surroundings = surroundings;
  }

  /** Before the blocks. */
  open(): void {
    const code = this.#code;
    this.loop = code.loop();
    this.dynamic = code.block("i64");
    this.leave = code.block("i64");
    this.#miss = code.block("i32");
    this.#missWithFlags = Array.from({ length: this.#flags.most }, () => code.block("i32"));
  }

  /** Where to leave to the interpreter with the packed place, so that the flags come into memory on the way. */
  get miss(): Label {
    const { areDirty, pending } = this.#flags;
    return areDirty ? this.#missWithFlags[pending!.values.length - 1]! : this.#miss;
  }

  /** Behind the blocks. */
  close(): void {
    const code = this.#code;
    for (let values = this.#flags.most; values > 0; values--) {
      code.end();
      this.#writeMissWithFlags(values - 1);
    }
    code.end();
    this.#writeMiss();
    code.end();
    this.#writeLeave();
    code.end();
    this.#writeDynamic();
    code.end();
    code.byte(op.unreachable);
  }

  /** The packed place is on the stack, and stays there. What is stored for more values is what is stored for fewer, and more. */
  #writeMissWithFlags(value: number): void {
    const code = this.#code;
    code.set(parameters.entry);
    this.#flags.writeValue(value);
    code.get(parameters.entry);
  }

  /** The packed place is on the stack. */
  #writeMiss(): void {
    const code = this.#code;
    code.set(parameters.entry);
    code.get(parameters.fuel);
    code.get(parameters.entry);
    code.i32(offsetBits);
    code.byte(i32.shrS);
    code.byte(i32.sub);
    code.set(parameters.fuel);
    this.#storeFuel();
    code.get(parameters.cpu);
    code.get(parameters.page);
    code.get(parameters.entry);
    code.i32((1 << offsetBits) - 1);
    code.byte(i32.and);
    code.byte(i64.extendU);
    code.byte(i64.add);
    code.storeI64(this.#isa.pc.offset);
    code.i32(1);
    code.byte(op.return);
  }

  /** The pc is on the stack. */
  #writeLeave(): void {
    const pc = this.#locals.take("i64");
    this.#code.set(pc);
    this.#leaveFor(pc);
  }

  #leaveFor(pc: number): void {
    const code = this.#code;
    const { next, bank } = this.#surroundings;
    if (next !== undefined) {
      const locals = { ...parameters, pc, entry: this.#locals.take("i32"), unit: this.#locals.take("i32") };
      emitHop(code, this.#isa, next, bank + tlb.fetch, locals);
    }
    code.get(parameters.cpu);
    code.get(pc);
    code.storeI64(this.#isa.pc.offset);
    this.#storeFuel();
    code.i32(0);
    code.byte(op.return);
  }

  /** A computed target is on the stack: perhaps an entry of this unit. */
  #writeDynamic(): void {
    const code = this.#code;
    const pc = this.#locals.take("i64");
    code.tee(pc);
    code.get(parameters.page);
    code.byte(i64.xor);
    code.i64Small(pageShift);
    code.byte(i64.shrU);
    code.byte(i64.eqz);
    code.if();
    emitMapOffset(code, this.#isa, pc);
    code.access(memory.i32Load16U, this.#surroundings.map);
    code.tee(parameters.entry);
    code.if();
    code.get(parameters.entry);
    code.i32(1);
    code.byte(i32.sub);
    code.set(parameters.entry);
    code.br(this.loop);
    code.end();
    code.end();
    this.#leaveFor(pc);
  }

  #storeFuel(): void {
    this.#code.get(parameters.cpu);
    this.#code.get(parameters.fuel);
    this.#code.storeI32(cpuLayout(this.#isa).fuel);
  }
}

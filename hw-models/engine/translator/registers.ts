/**
 * Registers and cells in locals, within a tree of blocks: the first read loads, a write stores and keeps (write-through), so
 * that the state in memory is exact at every instruction and leaving a unit costs nothing.
 */
import type { Type } from "../../meaning/operators.ts";
import type { Code } from "../../wasm/code.ts";
import { i32, i64 } from "../../wasm/opcodes.ts";
import { emitLoad, emitStore } from "../access.ts";
import { Locals, type Used } from "../locals.ts";

/** A cached piece of the state. `key` tells width, type and extension apart; `full` is a plain i64. */
type Entry = { readonly offset: number; readonly end: number; readonly key: number; readonly local: number };

const full = 0;
const typeKeys: Record<Type, number> = { i32: 1, i64: 2, f32: 3, f64: 4, v128: 5 };
const keyOf = (type: Type, width: number, signed: boolean): number =>
  type === "i64" && width === 8 ? full : typeKeys[type] * 64 + width * 2 + (signed ? 1 : 0);

const toF64 = 0xbf;
const signExtend: Readonly<Record<Type, Readonly<Record<number, number>>>> = {
  i32: { 1: 0xc0, 2: 0xc1 },
  i64: { 1: 0xc2, 2: 0xc3, 4: 0xc4 },
  f32: {},
  f64: {},
  v128: {},
};

/** What a block hands on. */
export type RegistersKnown = { readonly entries: readonly Entry[]; readonly used: Used | undefined };
const nothing: RegistersKnown = { entries: [], used: undefined };

export class Registers {
  readonly #code: Code;
  readonly #locals: Locals;
  #entries: Entry[] = [];
  readonly #forks: { before: readonly Entry[]; first: readonly Entry[] | undefined }[] = [];

  constructor(code: Code) {
    this.#code = code;
    this.#locals = new Locals(code);
  }

  /** A new block begins, with what the one before it knew, or with nothing. */
  reset(known: RegistersKnown = nothing): void {
    this.#entries = [...known.entries];
    this.#locals.reset(known.used);
  }
  known(): RegistersKnown {
    return { entries: this.#entries, used: this.#locals.used() };
  }

  /** Loads whole integer registers before a loop. */
  preload(offsets: readonly number[]): void {
    for (const offset of offsets) this.#load(offset);
  }
  /** At the end of a loop: its locals hold again what its begin finds there. */
  restore({ entries }: RegistersKnown): void {
    for (const { offset, key, local } of entries) {
      if (this.#find(offset, key)?.local === local) continue;
      this.#code.get(0);
      this.#code.loadI64(offset);
      this.#code.set(local);
    }
  }
  #load(offset: number): Entry {
    const local = this.#locals.take("i64");
    this.#code.get(0);
    this.#code.loadI64(offset);
    this.#code.set(local);
    const whole = { offset, end: offset + 8, key: full, local };
    this.#entries.push(whole);
    return whole;
  }

  fork(): void {
    this.#forks.push({ before: [...this.#entries], first: undefined });
  }
  alternate(): void {
    const fork = this.#forks.at(-1)!;
    fork.first = this.#entries;
    this.#entries = [...fork.before];
  }
  /** What was known before and is still true on both sides. */
  join(): void {
    const { before, first } = this.#forks.pop()!;
    this.#entries = before.filter(
      (entry) => this.#entries.includes(entry) && (first === undefined || first.includes(entry)),
    );
  }

  #find(offset: number, key: number): Entry | undefined {
    for (const entry of this.#entries) if (entry.offset === offset && entry.key === key) return entry;
    return undefined;
  }

  read(offset: number, type: Type, width: number, signed: boolean): void {
    const code = this.#code;
    const scalar = type === "i64" || type === "i32";
    if (offset === 0 && scalar && width <= 8) {
      if (type === "i64") code.i64(0, 0);
      else code.i32(0);
      return;
    }
    let whole = this.#find(offset, full);
    if (whole === undefined && scalar && (width === 8 || width === 4)) {
      whole = this.#load(offset);
    }
    if (whole !== undefined && (scalar || (type === "f64" && width === 8))) {
      code.get(whole.local);
      this.#narrow(type, width, signed);
      return;
    }
    const key = keyOf(type, width, signed);
    const known = this.#find(offset, key);
    if (known !== undefined) {
      code.get(known.local);
      return;
    }
    const local = this.#locals.take(type);
    code.get(0);
    emitLoad(code, type, width, signed, offset);
    code.tee(local);
    this.#entries.push({ offset, end: offset + width, key, local });
  }

  /** From an i64 on the stack to a narrower piece of it. */
  #narrow(type: Type, width: number, signed: boolean): void {
    const code = this.#code;
    if (type === "f64") {
      code.byte(toF64);
      return;
    }
    if (type === "i32") code.byte(i32.wrap);
    const bytes = type === "i32" ? 4 : 8;
    if (width >= bytes) return;
    const extend = signed ? signExtend[type][width] : undefined;
    if (extend !== undefined) {
      code.byte(extend);
    } else if (type === "i32") {
      code.i32(width === 1 ? 0xff : 0xffff);
      code.byte(i32.and);
    } else {
      code.i64(0, width === 1 ? 0xff : width === 2 ? 0xffff : -1);
      code.byte(i64.and);
    }
  }

  write(offset: number, type: Type, writes: number, value: () => void): void {
    const code = this.#code;
    code.get(0);
    value();
    const kept = this.#keep(offset, type, writes);
    if (kept !== undefined) {
      if (type === "i32") code.byte(i64.extendU);
      code.tee(kept.local);
      emitStore(code, type === "i32" ? "i64" : type, writes, offset);
    } else {
      emitStore(code, type, writes, offset);
    }
    const end = offset + writes;
    const entries = this.#entries.filter((entry) => entry.end <= offset || entry.offset >= end);
    if (kept !== undefined) entries.push(kept);
    this.#entries = entries;
  }

  /** The entry that holds the value after a write of whole registers. */
  #keep(offset: number, type: Type, writes: number): Entry | undefined {
    const whole = writes === 8 && (type === "i64" || type === "i32");
    if (!whole && !(type === "f64" && writes === 8) && !(type === "v128" && writes === 16)) return undefined;
    const key = whole ? full : keyOf(type, writes, false);
    const local = whole ? "i64" : type;
    return this.#find(offset, key) ?? { offset, end: offset + writes, key, local: this.#locals.take(local) };
  }
}

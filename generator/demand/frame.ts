/**
 * What registers and the stack of one function hold at some place. Ways that meet there are merged: what they do not
 * agree on is several values, and then any.
 */
import type { Machine } from "./machine.ts";
import { any, constant, cutTo, join, parameter, stackAddress, stackParameter, type Value } from "./values.ts";

type Slot = { readonly bytes: number; readonly value: Value };
const indexOf = (offset: number) => offset >> 3;
const wordBytes = 8;

export class Frame {
  readonly registers: Value[];
  readonly stack: Map<number, Slot>;
  /** From here on up, nothing is known of the caller's part of the stack. */
  dirty: number;

  private constructor(registers: Value[], stack: Map<number, Slot>, dirty: number) {
    this.registers = registers;
    this.stack = stack;
    this.dirty = dirty;
  }

  /** At the entry of a function: everything is what it was called with. */
  static atEntry({ registers, stackPointer }: Machine): Frame {
    const values: Value[] = [];
    for (const offset of registers) values[indexOf(offset)] = parameter(offset);
    values[indexOf(stackPointer)] = stackAddress(0);
    return new Frame(values, new Map(), Number.POSITIVE_INFINITY);
  }
  static unknown({ registers }: Machine): Frame {
    const values: Value[] = [];
    for (const offset of registers) values[indexOf(offset)] = any;
    return new Frame(values, new Map(), Number.NEGATIVE_INFINITY);
  }
  copy(): Frame {
    return new Frame([...this.registers], new Map(this.stack), this.dirty);
  }

  register(offset: number): Value {
    return offset === 0 ? constant(0) : (this.registers[indexOf(offset)] ?? any);
  }
  setRegister(offset: number, value: Value): void {
    if (indexOf(offset) in this.registers) this.registers[indexOf(offset)] = value;
  }

  /** What the stack holds at an offset from the stack pointer at entry. */
  atStack(offset: number, bytes = wordBytes): Value {
    const slot = this.stack.get(offset);
    if (slot !== undefined) {
      if (bytes === slot.bytes) return slot.value;
      return bytes < slot.bytes ? cutTo(bytes, slot.value) : any;
    }
    if (offset < 0 || offset >= this.dirty) return any;
    for (let below = offset - wordBytes + 1; below < offset + bytes; below++)
      if (this.stack.has(below)) return any;
    return stackParameter(offset, bytes);
  }
  putStack(offset: number, bytes: number, value: Value): void {
    for (let at = offset - wordBytes + 1; at < offset + bytes; at++) {
      const slot = this.stack.get(at);
      if (slot !== undefined && at + slot.bytes > offset && at !== offset)
        this.stack.set(at, { ...slot, value: any });
    }
    const kept = bytes > wordBytes ? any : bytes === wordBytes ? value : cutTo(bytes, value);
    for (let at = offset; at < offset + bytes; at += wordBytes) {
      this.stack.set(at, { bytes: Math.min(wordBytes, bytes), value: kept });
    }
  }
  /** Nothing is known any more from `from` on: of the function's own part, or of its caller's. */
  forget(from: number, to = from < 0 ? 0 : Number.POSITIVE_INFINITY): void {
    for (const [offset, slot] of this.stack) {
      if (offset + slot.bytes > from && offset < to) this.stack.set(offset, { ...slot, value: any });
    }
    if (to > 0) this.dirty = Math.min(this.dirty, Math.max(0, from));
  }

  /** Takes in what another way to the same place knows; true if that changed anything. */
  merge(other: Frame, widen: boolean): boolean {
    let changed = false;
    for (const [index, value] of this.registers.entries()) {
      if (value === undefined) continue;
      const joined = join(value, other.registers[index] ?? any);
      if (joined.key === value.key) continue;
      this.registers[index] = widen ? any : joined;
      changed = true;
    }
    const dirty = Math.min(this.dirty, other.dirty);
    const offsets = new Set([...this.stack.keys(), ...other.stack.keys()]);
    for (const offset of offsets) {
      const mine = this.stack.get(offset);
      const bytes = Math.min(mine?.bytes ?? wordBytes, other.stack.get(offset)?.bytes ?? wordBytes);
      const before = this.atStack(offset, bytes);
      const joined = join(before, other.atStack(offset, bytes));
      if (mine?.bytes === bytes && joined.key === before.key) continue;
      if (mine === undefined && offset < 0) continue; // unknown here already
      if (mine !== undefined && joined.key === before.key && joined.is === "any") {
        this.stack.set(offset, { bytes, value: any });
        continue;
      }
      this.stack.set(offset, { bytes, value: widen ? any : joined });
      changed = true;
    }
    if (dirty !== this.dirty) {
      this.dirty = dirty;
      changed = true;
    }
    return changed;
  }
}

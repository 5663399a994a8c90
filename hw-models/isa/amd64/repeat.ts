/**
 * Repeated string instructions. They work in runs that stay within a page on either side; after each run the registers
 * say how far it went, so that a fault in the next one leaves an instruction that can simply be executed again. After
 * some runs it begins anew by itself, as one more instruction: a count may be 2^64, and who runs the machine wants to
 * stop it.
 *
 * Differs: interrupts wait until then, which the manual allows between any two elements. Virtual time counts
 * instructions, and each beginning is one.
 */
import type { Cell } from "../../meaning/expression.ts";
import type { Cpu } from "../cpu.ts";
import { flagKinds, type Width } from "./flags.ts";
import { ES, flagKind, flagValues, rax, rcx, rdi, rip, rsi, segmentPairs, systemFlags } from "./state.ts";

const PAGE = 4096;
const DIRECTION = 0x400;
const TRAP = 0x100;
/** Of a page each, at most. */
const mostRuns = 4;
const extraBase = segmentPairs[2]![ES]!;
const kindNumber = (name: string) => Object.keys(flagKinds).indexOf(name);

/** One repeated instruction while it executes. */
class Repetition {
  readonly cpu: Cpu;
  readonly size: number;
  readonly mask: bigint;
  readonly sourceBase: bigint;
  readonly backwards: boolean;
  /** TF: a trap follows each element. */
  readonly #isStepped: boolean;
  #runs = 0;
  constructor(cpu: Cpu, size: bigint, pair: bigint, pointers: readonly Cell[]) {
    this.cpu = cpu;
    this.size = Number(size);
    const { state } = cpu;
    this.mask = state.getBigUint64(Number(pair) + 8, true);
    this.sourceBase = state.getBigUint64(Number(pair), true);
    const flags = state.getUint32(systemFlags.offset, true);
    this.backwards = (flags & DIRECTION) !== 0;
    this.#isStepped = (flags & TRAP) !== 0;
    // 32-bit registers: Intel's processors clear the upper half of the count even if nothing is done, and MOVS and STOS
    // also those of the pointers, before any access that may fault.
    this.setRegister(rcx, this.count);
    for (const pointer of pointers) this.setRegister(pointer, this.register(pointer));
  }

  private register(cell: Cell): bigint {
    return this.cpu.state.getBigUint64(cell.offset, true) & this.mask;
  }
  private setRegister(cell: Cell, value: bigint): void {
    const { state } = this.cpu;
    const kept = this.mask === 0xffffn ? state.getBigUint64(cell.offset, true) & ~0xffffn : 0n;
    state.setBigUint64(cell.offset, kept | (value & this.mask), true);
  }
  get count(): bigint {
    return this.register(rcx);
  }
  /** Whether there is something to do, and a run left to do it. */
  goesOn(): boolean {
    return this.count !== 0n && this.#runs++ < (this.#isStepped ? 1 : mostRuns);
  }
  /** True if it has to begin anew for the rest; that is arranged here. */
  beginsAnew(): boolean {
    if (this.count === 0n) return false;
    this.cpu.state.setBigUint64(rip.offset, this.cpu.instructionPc, true);
    this.cpu.modeChanged();
    return true;
  }
  get source(): bigint {
    return BigInt.asUintN(64, this.register(rsi) + this.sourceBase);
  }
  get destination(): bigint {
    return BigInt.asUintN(64, this.register(rdi) + this.cpu.state.getBigUint64(extraBase, true));
  }
  /** Counts `elements` as done. */
  advance(elements: number, ...pointers: readonly Cell[]): void {
    const bytes = BigInt(elements * (this.backwards ? -this.size : this.size));
    for (const pointer of pointers) this.setRegister(pointer, this.register(pointer) + bytes);
    this.setRegister(rcx, this.count - BigInt(elements));
  }
  /** How many elements at these pointers lie in one page each and do not wrap; at least 1. */
  run(...pointers: readonly Cell[]): number {
    if (this.#isStepped) return 1;
    let most = this.count < BigInt(PAGE) ? Number(this.count) : PAGE;
    for (const pointer of pointers) {
      const linear = pointer === rdi ? this.destination : this.source;
      const inPage = Number(linear & 0xfffn);
      const room = this.backwards
        ? inPage + this.size > PAGE
          ? 1
          : Math.floor(inPage / this.size) + 1
        : Math.floor((PAGE - inPage) / this.size);
      most = Math.min(most, room);
      const offset = this.register(pointer);
      const toEnd = this.backwards ? offset / BigInt(this.size) : (this.mask - offset) / BigInt(this.size);
      if (toEnd < BigInt(most)) most = Number(toEnd);
    }
    return Math.max(most, 1);
  }
  /** A run downwards faults at its first element, not at its lowest byte. */
  touch(linear: bigint, write: boolean): void {
    if (!this.backwards) return;
    if (write) this.cpu.probeWrite(linear, this.size);
    else this.cpu.readVirtual(linear, this.size);
  }
  /** The lowest address of a run. */
  lowest(linear: bigint, elements: number): bigint {
    return this.backwards ? BigInt.asUintN(64, linear - BigInt((elements - 1) * this.size)) : linear;
  }
}

function move(cpu: Cpu, size: bigint, pair: bigint): void {
  const repetition = new Repetition(cpu, size, pair, [rsi, rdi]);
  while (repetition.goesOn()) {
    let elements = repetition.run(rsi, rdi);
    const { source, destination, backwards } = repetition;
    // Where the copy runs into what it reads, only as much as has not been written yet.
    const ahead = BigInt.asUintN(64, backwards ? source - destination : destination - source);
    if (ahead !== 0n && ahead < BigInt(elements * repetition.size)) {
      elements = Math.max(1, Math.floor(Number(ahead) / repetition.size));
    }
    const bytes = elements * repetition.size;
    repetition.touch(source, false);
    const data = cpu.readVirtual(repetition.lowest(source, elements), bytes);
    repetition.touch(destination, true);
    cpu.writeVirtual(repetition.lowest(destination, elements), data);
    repetition.advance(elements, rsi, rdi);
  }
  repetition.beginsAnew();
}

function store(cpu: Cpu, size: bigint, pair: bigint): void {
  const repetition = new Repetition(cpu, size, pair, [rdi]);
  const { state } = cpu;
  const pattern = new Uint8Array(state.buffer, state.byteOffset + rax.offset, repetition.size).slice();
  const same = pattern.every((byte) => byte === pattern[0]);
  while (repetition.goesOn()) {
    const elements = repetition.run(rdi);
    const data = new Uint8Array(elements * repetition.size);
    if (same) data.fill(pattern[0]!);
    else for (let at = 0; at < data.length; at += repetition.size) data.set(pattern, at);
    repetition.touch(repetition.destination, true);
    cpu.writeVirtual(repetition.lowest(repetition.destination, elements), data);
    repetition.advance(elements, rdi);
  }
  repetition.beginsAnew();
}

/** All but the last element only have to be readable. */
function load(cpu: Cpu, size: bigint, pair: bigint): void {
  const repetition = new Repetition(cpu, size, pair, []);
  while (repetition.goesOn()) {
    const elements = repetition.run(rsi);
    repetition.touch(repetition.source, false);
    const data = cpu.readVirtual(repetition.lowest(repetition.source, elements), elements * repetition.size);
    const at = repetition.backwards ? 0 : (elements - 1) * repetition.size;
    const { state } = cpu;
    const width = repetition.size === 4 ? 8 : repetition.size;
    const register = new Uint8Array(state.buffer, state.byteOffset + rax.offset, width);
    register.fill(0);
    register.set(data.subarray(at, at + repetition.size));
    repetition.advance(elements, rsi);
  }
  repetition.beginsAnew();
}

const element = (view: DataView, at: number, size: number): bigint =>
  size === 8
    ? view.getBigUint64(at, true)
    : BigInt(
        size === 4 ? view.getUint32(at, true) : size === 2 ? view.getUint16(at, true) : view.getUint8(at),
      );

/** CMPS and SCAS until the count is used up or an element is (`until` true) or is not equal. */
const compare =
  (until: boolean, withMemory: boolean) =>
  (cpu: Cpu, size: bigint, pair: bigint): void => {
    const pointers = withMemory ? [rsi, rdi] : [rdi];
    const repetition = new Repetition(cpu, size, pair, []);
    const width = (repetition.size * 8) as Width;
    const accumulator = element(cpu.state, rax.offset, repetition.size);
    if (repetition.count === 0n) return;
    let x = accumulator;
    let y = 0n;
    let found = false;
    while (!found && repetition.goesOn()) {
      const elements = repetition.run(...pointers);
      const bytes = elements * repetition.size;
      const read = (address: bigint) => {
        repetition.touch(address, false);
        return new DataView(cpu.readVirtual(repetition.lowest(address, elements), bytes).buffer);
      };
      const second = read(repetition.destination);
      const first = withMemory ? read(repetition.source) : undefined;
      let done = 0;
      while (done < elements && !found) {
        const at = (repetition.backwards ? elements - 1 - done : done) * repetition.size;
        if (first) x = element(first, at, repetition.size);
        y = element(second, at, repetition.size);
        done++;
        found = (x === y) === until;
      }
      repetition.advance(done, ...pointers);
    }
    if (!found && repetition.beginsAnew()) return;
    // Last: a fault on the way leaves the flags as they were (SDM volume 2, REP).
    cpu.state.setInt32(flagKind.offset, kindNumber(`sub${width}`), true);
    cpu.state.setBigUint64(flagValues[0]!.offset, x, true);
    cpu.state.setBigUint64(flagValues[1]!.offset, y, true);
  };

export const repeatCustoms: Readonly<Record<string, (cpu: Cpu, size: bigint, pair: bigint) => void>> = {
  repeatMove: move,
  repeatStore: store,
  repeatLoad: load,
  repeatCompareWhileEqual: compare(false, true),
  repeatCompareUntilEqual: compare(true, true),
  repeatScanWhileEqual: compare(false, false),
  repeatScanUntilEqual: compare(true, false),
};

/**
 * One CPU: what `Cpu` promises to an ISA, and how traps and customs are entered. The slow paths that generated code calls
 * are in `accesses.ts` and `fetching.ts`; one translation serves a missed load, a custom's `readVirtual` and a fetch.
 *
 * Invariant: while generated code runs, the fuel cell is right whenever TypeScript is entered, and `inside` says
 * whether the instruction that is executing has been taken off it.
 */
import type { Cpu, CpuPlatform } from "../isa/cpu.ts";
import type { Access, Isa, Translation } from "../isa/isa.ts";
import { Accesses } from "./accesses.ts";
import type { Crossings } from "./crossings.ts";
import { Fetching } from "./fetching.ts";
import { type CpuLayout, pageBytes } from "./layout.ts";
import type { Physical } from "./physical.ts";
import type { Slots } from "./slots.ts";
import type { SlowCounts } from "./statistics.ts";
import { Tlb } from "./tlb.ts";
import type { Translator } from "./translator/translator.ts";

/** Thrown by `Cpu.trap` through a custom, caught by the engine and by nobody else. */
const left = new Error("the custom was left by a trap");

/** What CPUs of one engine share. */
export type Shared = {
  readonly isa: Isa;
  readonly physical: Physical;
  readonly slots: Slots;
  readonly crossings: Crossings;
  readonly customs: readonly Isa["customs"][string][];
  /** Forgets the write entries of all CPUs: a page has become code. */
  flushWrites(): void;
  readonly slow: SlowCounts;
  /** RAM pages to which a write entry may lead. */
  readonly writeMapped: Uint8Array;
  /** Absent: everything is interpreted. */
  translator: Translator | undefined;
  timeNs(index: number, executed: number): number;
  flag(cpu: number, name: string): number;
};

export class EngineCpu implements Cpu {
  readonly index: number;
  readonly state: DataView;
  readonly platform: CpuPlatform;
  readonly ram: DataView;
  readonly address: number;
  readonly tlb: Tlb;
  readonly accesses: Accesses;
  readonly fetching: Fetching;
  mode = 0;
  waiting = false;
  running = false;
  /** Fuel that `interrupt` took away, to be given back when the run ends. */
  cut = 0;
  /** An instruction is executing. */
  inside = false;
  /** Instructions finished before the present slice, in all and in this run; fuel at its begin. */
  finished = 0;
  runStart = 0;
  slice = 0;
  user = 0;
  #counted = 0;
  #changed = false;
  readonly #shared: Shared;
  readonly #view: DataView;
  readonly #layout: CpuLayout;
  readonly #result: Translation = { cause: -1, value: 0, page: 0, writable: false };

  constructor(shared: Shared, index: number, platform: CpuPlatform) {
    const { layout, view, ramView } = shared.physical;
    this.#shared = shared;
    this.index = index;
    this.platform = platform;
    this.#layout = layout.cpu;
    this.address = layout.cpus[index]!;
    this.#view = view;
    this.ram = ramView;
    this.state = new DataView(view.buffer, this.address, shared.isa.stateBytes);
    this.tlb = new Tlb(new Int32Array(view.buffer), layout, index, shared.isa.modes);
    this.accesses = new Accesses(this, shared);
    this.fetching = new Fetching(this, shared);
  }

  // Counting and time.

  get fuel(): number {
    return this.#view.getInt32(this.address + this.#layout.fuel, true);
  }
  set fuel(value: number) {
    this.#view.setInt32(this.address + this.#layout.fuel, value, true);
  }
  get instructions(): number {
    return this.finished + this.slice - this.fuel - this.cut - (this.inside ? 1 : 0);
  }
  get timeNs(): number {
    return this.#shared.timeNs(this.index, this.instructions - this.runStart);
  }
  flag(name: string): number {
    return this.#shared.flag(this.address, name);
  }
  get #pcOffset(): number {
    return this.#shared.isa.pc.offset;
  }
  get instructionPc(): bigint {
    return this.#view.getBigUint64(this.address + this.#layout.instructionPc, true);
  }
  /** Between instructions, what executes next is also what interrupts interrupt. */
  notePc(): void {
    this.#view.setBigUint64(
      this.address + this.#layout.instructionPc,
      this.state.getBigUint64(this.#pcOffset, true),
      true,
    );
  }
  /** Attributes what was executed since the last change of mode. */
  account(): void {
    const now = this.instructions + (this.inside ? 1 : 0);
    if (this.#shared.isa.isUser(this.mode)) this.user += now - this.#counted;
    this.#counted = now;
  }
  resetCounts(total: number, user: number): void {
    this.finished = total;
    this.#counted = total;
    this.user = user;
  }

  // Physical memory.

  readPhysical(address: number, size: 1 | 2 | 4): number | undefined {
    return this.#shared.physical.read(address, size);
  }
  writePhysical(address: number, size: 1 | 2 | 4, value: number): boolean {
    this.wrotePhysical(address, size);
    return this.#shared.physical.write(address, size, value);
  }
  readEntry(address: number): bigint | undefined {
    const offset = this.ramOffset(address);
    return offset < 0 ? undefined : this.ram.getBigUint64(offset, true);
  }
  writeEntry(address: number, value: bigint): void {
    const offset = this.ramOffset(address);
    if (offset < 0) return;
    this.wrotePhysical(address, 8);
    this.ram.setBigUint64(offset, value, true);
  }
  ramOffset(address: number): number {
    return this.#shared.physical.ramOffset(address);
  }
  wrotePhysical(address: number, bytes: number): void {
    const { physical, slots, crossings } = this.#shared;
    const page = physical.guestPage(address);
    if (page < 0 || !slots.hasCode(page)) return;
    if (slots.wrote(page, address % pageBytes, bytes)) crossings.forget();
  }

  // Virtual memory.

  /** Translates the page; undefined after a fault, whose trap is then entered. */
  translatePage(high: number, low: number, access: Access): Translation | undefined {
    const result = this.#result;
    this.#shared.isa.translate(this, high, low, access, result);
    if (result.cause < 0) return result;
    this.fault(result.cause, result.value, high, low);
    return undefined;
  }
  fault(cause: number, value: number, high: number, low: number): void {
    const address = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    this.enter(cause, BigInt(value), address);
  }
  enter(cause: number, value: bigint, address?: bigint): void {
    this.#shared.isa.enterTrap(this, cause, value, address);
    this.refreshMode();
  }

  readVirtual(address: bigint, bytes: number): Uint8Array {
    const data = new Uint8Array(bytes);
    if (!this.accesses.read(address, data)) throw left;
    return data;
  }
  writeVirtual(address: bigint, bytes: Uint8Array): void {
    if (!this.accesses.write(address, bytes)) throw left;
  }
  probeWrite(address: bigint, bytes: number): void {
    if (!this.accesses.probeWrite(address, bytes)) throw left;
  }

  // Instructions.

  trap(cause: number, value = 0n): never {
    this.enter(cause, value);
    throw left;
  }
  /** The statement `trap`. */
  trapStatement(cause: number, low: number, high: number): void {
    this.inside = true;
    this.enter(cause, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
  }
  custom(index: number): void {
    this.inside = true;
    const call = this.#shared.customs[index]!;
    try {
      // Each value is a BigInt, which costs: no more than the function takes.
      if (call.length <= 1) call(this);
      else if (call.length === 2) call(this, this.#value(0));
      else if (call.length === 3) call(this, this.#value(0), this.#value(1));
      else call(this, this.#value(0), this.#value(1), this.#value(2), this.#value(3));
    } catch (thrown) {
      if (thrown !== left) throw thrown;
    }
    if (!this.#changed) return;
    this.#changed = false;
    this.refreshMode();
    this.inside = false;
    if (!this.waiting) this.takeInterrupt();
  }

  /** A value of a custom. */
  #value(at: number): bigint {
    return this.#view.getBigUint64(this.address + this.#layout.scratch + 8 * at, true);
  }

  modeChanged(): void {
    // From outside of a run it is a restart (INIT and SIPI, hart_start): the CPU no longer waits.
    if (!this.running) this.waiting = false;
    this.#changed = true;
    this.refreshMode();
  }
  /** Looks which mode holds now. */
  refreshMode(): void {
    const mode = this.#shared.isa.decodeMode(this);
    if (mode !== this.mode) {
      this.account();
      this.mode = mode;
    }
    this.#view.setInt32(this.address + this.#layout.bank, this.tlb.bank(mode), true);
  }
  /** Between instructions. */
  takeInterrupt(): boolean {
    this.notePc();
    const taken = this.#shared.isa.takeInterrupt(this);
    if (taken) this.refreshMode();
    return taken;
  }
  wait(): void {
    this.waiting = true;
    this.interrupt();
  }
  /** Ends the run before the next instruction. */
  interrupt(): void {
    this.#leave(0);
  }
  lookAgain(): void {
    this.#leave(1);
  }
  /** Ends the slice when `instructions` more have been executed. */
  #leave(instructions: number): void {
    if (this.fuel <= instructions) return;
    this.cut += this.fuel - instructions;
    this.fuel = instructions;
  }

  flushTlb(): void {
    this.#shared.slow.wholeFlushes++;
    this.tlb.flushAll();
  }
  flushTlbPage(address: bigint): void {
    this.#shared.slow.pageFlushes++;
    this.tlb.flushPage(Number(BigInt.asIntN(32, address >> 32n)), Number(BigInt.asIntN(32, address)));
  }
}

/**
 * One CPU: what `Cpu` promises to an ISA, and the slow paths that generated code calls. Long because the two share
 * every field: the same translation serves a missed load, a custom's `readVirtual` and an instruction fetch.
 *
 * Invariant: while generated code runs, the fuel cell is right whenever TypeScript is entered, and `inside` says
 * whether the instruction that is executing has been taken off it.
 */
import type { Cpu, CpuPlatform } from "../isa/cpu.ts";
import type { Access, Isa, Translation } from "../isa/isa.ts";
import type { Crossings } from "./crossings.ts";
import { accessForWrite } from "./handlers.ts";
import { type CpuLayout, pageBytes, tlb } from "./layout.ts";
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

/** A store that could not be done in place: virtual address, size; the data is in the scratch bytes. */
type Pending = { high: number; low: number; size: number };

export class EngineCpu implements Cpu {
  readonly index: number;
  readonly state: DataView;
  readonly platform: CpuPlatform;
  readonly ram: DataView;
  readonly address: number;
  readonly tlb: Tlb;
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
  readonly #pending: Pending = { high: 0, low: 0, size: 0 };
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
    this.#wrotePhysical(address, size);
    return this.#shared.physical.write(address, size, value);
  }
  readEntry(address: number): bigint | undefined {
    const offset = this.ramOffset(address);
    return offset < 0 ? undefined : this.ram.getBigUint64(offset, true);
  }
  writeEntry(address: number, value: bigint): void {
    const offset = this.ramOffset(address);
    if (offset < 0) return;
    this.#wrotePhysical(address, 8);
    this.ram.setBigUint64(offset, value, true);
  }
  ramOffset(address: number): number {
    return this.#shared.physical.ramOffset(address);
  }
  #wrotePhysical(address: number, bytes: number): void {
    const { physical, slots, crossings } = this.#shared;
    const page = physical.guestPage(address);
    if (page < 0 || !slots.hasCode(page)) return;
    if (slots.wrote(page, address % pageBytes, bytes)) crossings.forget();
  }

  // Virtual memory.

  /** Translates the page; undefined after a fault, whose trap is then entered. */
  #translate(high: number, low: number, access: Access): Translation | undefined {
    const result = this.#result;
    this.#shared.isa.translate(this, high, low, access, result);
    if (result.cause < 0) return result;
    this.#fault(result.cause, result.value, high, low);
    return undefined;
  }
  #fault(cause: number, value: number, high: number, low: number): void {
    const address = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    this.enter(cause, BigInt(value), address);
  }
  enter(cause: number, value: bigint, address?: bigint): void {
    this.#shared.isa.enterTrap(this, cause, value, address);
    this.refreshMode();
  }

  /** Host address of `size` bytes in one page of RAM; fills the TLB. -1: no plain RAM. undefined: faulted. */
  #host(high: number, low: number, write: boolean): number | undefined {
    const found = this.#translate(high, low, write ? "write" : "read");
    if (found === undefined) return undefined;
    const { physical, slots, writeMapped } = this.#shared;
    const guestPage = physical.guestPage(found.page);
    const page = low & ~0xfff;
    if (guestPage < 0) {
      this.tlb.fillDevice(this.mode, write, high, page, found.page);
      return -1;
    }
    const host = slots.hostPage(guestPage);
    this.#shared.slow.fills++;
    if (!write || found.writable) this.tlb.fill(this.mode, tlb.read, high, page, (host - page) | 0);
    if (write || found.writable) {
      if (slots.hasCode(guestPage)) return write ? -1 : host + (low & 0xfff);
      writeMapped[guestPage] = 1;
      this.tlb.fill(this.mode, tlb.write, high, page, (host - page) | 0);
    }
    return host + (low & 0xfff);
  }

  /** Slow path of loads, and of the read half of what reads and writes: a host address, 0 after a trap. */
  access(low: number, high: number, info: number): number {
    this.#shared.slow.accesses++;
    const write = (info & accessForWrite) !== 0;
    const size = info & ~accessForWrite;
    this.inside = true;
    if (!write && this.#readDevice(low, high, size)) return this.address + this.#layout.scratch;
    if ((low & 0xfff) + size <= pageBytes) {
      const host = this.#host(high, low, write);
      if (host === undefined) return 0;
      if (host > 0 || host < -1) return host;
    }
    if (!this.#gather(high, low, size, write)) return 0;
    if (write) Object.assign(this.#pending, { high, low, size });
    return this.address + this.#layout.scratch;
  }

  /** Slow path of stores: the value is in the scratch bytes. 0 after a trap. */
  store(low: number, high: number, size: number): number {
    this.#shared.slow.stores++;
    this.inside = true;
    if (this.#writeDevice(low, high, size)) return 1;
    return this.#scatter(high, low, size) ? 1 : 0;
  }

  /** The physical address of an access to a page of devices that is known: a console's register, again and again. */
  #device(low: number, high: number, size: number, write: boolean): number {
    if (size > 4 || (low & 0xfff) + size > pageBytes) return -1;
    const page = this.tlb.device(this.mode, write, high, low & ~0xfff);
    return page < 0 ? -1 : page + (low & 0xfff);
  }
  #readDevice(low: number, high: number, size: number): boolean {
    const address = this.#device(low, high, size, false);
    const value = address < 0 ? undefined : this.#shared.physical.read(address, size as 1);
    if (value === undefined) return false;
    this.#view.setInt32(this.address + this.#layout.scratch, value, true);
    return true;
  }
  #writeDevice(low: number, high: number, size: number): boolean {
    const address = this.#device(low, high, size, true);
    if (address < 0) return false;
    const all = this.#view.getUint32(this.address + this.#layout.scratch, true);
    const value = size === 4 ? all : all & (size === 2 ? 0xffff : 0xff);
    return this.#shared.physical.write(address, size as 1, value);
  }

  /** The write half of an access for writing that was not plain RAM. It cannot fault any more. */
  commit(): void {
    const { high, low, size } = this.#pending;
    this.inside = true;
    this.#scatter(high, low, size);
  }

  /** Reads bytes that are not in one page of plain RAM into the scratch bytes. False after a trap. */
  #gather(high: number, low: number, size: number, write: boolean): boolean {
    const data = new Uint8Array(this.#view.buffer, this.address + this.#layout.scratch, size);
    return this.#pieces(high, low, size, write ? "write" : "read", (physicalAddress, from, bytes) =>
      this.#readPiece(physicalAddress, data.subarray(from, from + bytes)),
    );
  }
  /** Writes the scratch bytes; nothing is written before all pages are known to be writable. */
  #scatter(high: number, low: number, size: number): boolean {
    const from = this.address + this.#layout.scratch;
    if ((low & 0xfff) + size <= pageBytes) {
      const host = this.#host(high, low, true);
      if (host === undefined) return false;
      if (host >= 0) {
        this.#shared.physical.bytes.copyWithin(host, from, from + size);
        return true;
      }
    }
    const data = this.#shared.physical.bytes.subarray(from, from + size);
    return this.#pieces(high, low, size, "write", (physicalAddress, at, bytes) =>
      this.#writePiece(physicalAddress, data.subarray(at, at + bytes)),
    );
  }

  /** Translates all pages of an access, then visits its pieces. A visitor says false where nothing is. */
  #pieces(
    high: number,
    low: number,
    size: number,
    access: "read" | "write",
    visit: (physicalAddress: number, from: number, bytes: number) => boolean,
  ): boolean {
    const pieces: { physicalAddress: number; from: number; bytes: number }[] = [];
    for (let from = 0; from < size; ) {
      const at = (low + from) | 0;
      const above = (low >>> 0) + from > 0xffffffff ? (high + 1) | 0 : high;
      const found = this.#translate(above, at, access);
      if (found === undefined) return false;
      const bytes = Math.min(size - from, pageBytes - (at & 0xfff));
      pieces.push({ physicalAddress: found.page + (at & 0xfff), from, bytes });
      from += bytes;
    }
    for (const { physicalAddress, from, bytes } of pieces) {
      if (visit(physicalAddress, from, bytes)) continue;
      const cause = this.#shared.isa.busFaults?.[access];
      if (cause === undefined) continue;
      this.#fault(cause, 0, high, low);
      return false;
    }
    return true;
  }

  /** Devices answer accesses of 1, 2 and 4 bytes; wider and odd ones are made of them, lowest address first. */
  #readPiece(physicalAddress: number, into: Uint8Array): boolean {
    const offset = this.ramOffset(physicalAddress);
    if (offset >= 0) {
      into.set(this.#shared.physical.ram.subarray(offset, offset + into.length));
      return true;
    }
    for (let at = 0; at < into.length; ) {
      const size = into.length - at >= 4 ? 4 : into.length - at >= 2 ? 2 : 1;
      const value = this.#shared.physical.read(physicalAddress + at, size);
      if (value === undefined && this.#shared.isa.busFaults !== undefined) return false;
      for (let byte = 0; byte < size; byte++) into[at + byte] = ((value ?? -1) >>> (8 * byte)) & 0xff;
      at += size;
    }
    return true;
  }
  #writePiece(physicalAddress: number, data: Uint8Array): boolean {
    const { physical } = this.#shared;
    const offset = this.ramOffset(physicalAddress);
    if (offset >= 0) {
      this.#wrotePhysical(physicalAddress, data.length);
      physical.ram.set(data, offset);
      return true;
    }
    for (let at = 0; at < data.length; ) {
      const size = data.length - at >= 4 ? 4 : data.length - at >= 2 ? 2 : 1;
      let value = 0;
      for (let byte = 0; byte < size; byte++) value |= data[at + byte]! << (8 * byte);
      if (!physical.write(physicalAddress + at, size, value >>> 0)) return false;
      at += size;
    }
    return true;
  }

  readVirtual(address: bigint, bytes: number): Uint8Array {
    const data = new Uint8Array(bytes);
    this.#long(address, bytes, "read", (at, from, count) =>
      this.#readPiece(at, data.subarray(from, from + count)),
    );
    return data;
  }
  writeVirtual(address: bigint, bytes: Uint8Array): void {
    this.#long(address, bytes.length, "write", (at, from, count) =>
      this.#writePiece(at, bytes.subarray(from, from + count)),
    );
  }
  probeWrite(address: bigint, bytes: number): void {
    this.#long(address, bytes, "write", () => true);
  }
  #long(
    address: bigint,
    bytes: number,
    access: "read" | "write",
    visit: (physicalAddress: number, from: number, bytes: number) => boolean,
  ): void {
    const high = Number(BigInt.asIntN(32, address >> 32n));
    if (!this.#pieces(high, Number(BigInt.asIntN(32, address)), bytes, access, visit)) throw left;
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

  // Fetching.

  /** Puts the page of slots at the pc cell into the fetch TLB, or enters the fetch's fault, which costs one fuel. */
  fetch(): number {
    this.#shared.slow.fetches++;
    this.inside = false;
    const low = this.state.getInt32(this.#pcOffset, true);
    const high = this.state.getInt32(this.#pcOffset + 4, true);
    this.notePc();
    if (this.#fetchPage(high, low & ~0xfff, low) === undefined) {
      // Entering the trap may have ended the run, whose fuel then waits in `cut`.
      if (this.fuel > 0) this.fuel -= 1;
      else this.cut -= 1;
    }
    return this.fuel;
  }

  /** The page of slots for a virtual page; undefined after a fault at `low`. */
  #fetchPage(high: number, page: number, low: number): { slots: number; guestPage: number } | undefined {
    const { physical, slots, isa } = this.#shared;
    const found = this.#translate(high, low, "fetch");
    if (found === undefined) return undefined;
    let guestPage = physical.guestPage(found.page);
    if (guestPage < 0) {
      const cause = isa.busFaults?.fetch;
      if (cause !== undefined) {
        this.#fault(cause, 0, high, low);
        return undefined;
      }
      guestPage = slots.onesPage;
    }
    const address = slots.page(guestPage, this.mode);
    const unit = this.#shared.translator?.unitOf(guestPage, this.mode);
    this.tlb.fill(this.mode, tlb.fetch, high, page, address, unit);
    return { slots: address, guestPage };
  }

  /** Jumps came to a place. */
  translate(slotAddress: number): void {
    const { slots, writeMapped, translator } = this.#shared;
    this.inside = false;
    const place = slots.locate(slotAddress);
    if (place === undefined) return;
    // A unit may be written before anything of the page was executed: it becomes code now.
    if (writeMapped[place.guestPage] === 1) this.#shared.flushWrites();
    translator?.arrived(slotAddress);
  }

  /** An empty slot is reached: its page is about to be code. */
  decode(slotAddress: number): void {
    this.#shared.slow.decodes++;
    const { slots, writeMapped } = this.#shared;
    this.inside = false;
    const place = slots.locate(slotAddress);
    if (place === undefined) return;
    if (writeMapped[place.guestPage] === 1) this.#shared.flushWrites();
    slots.decode(slotAddress);
  }

  /** An instruction that ends in the next page: its record, or 0 after a fault. The pc cell then names the next one. */
  cross(slotAddress: number): number {
    this.#shared.slow.crossings++;
    const { crossings, writeMapped } = this.#shared;
    const { state } = this;
    const pc = this.address + this.#layout.instructionPc;
    const pcLow = this.#view.getInt32(pc, true);
    const pcHigh = this.#view.getInt32(pc + 4, true);
    const low = ((pcLow | 0xfff) + 1) | 0;
    const high = low === 0 ? (pcHigh + 1) | 0 : pcHigh;
    this.inside = true;
    let second = this.tlb.find(this.mode, tlb.fetch, high, low);
    let found = second === undefined ? undefined : crossings.find(slotAddress, second);
    if (found === undefined) {
      this.inside = false;
      state.setInt32(this.#pcOffset, pcLow, true);
      state.setInt32(this.#pcOffset + 4, pcHigh, true);
      const page = this.#fetchPage(high, low, low);
      if (page === undefined) return 0;
      if (writeMapped[page.guestPage] === 1) this.#shared.flushWrites();
      second = page.slots;
      found = crossings.make(slotAddress, second, page.guestPage);
      if (found === undefined) {
        // Making room for the second page has forgotten the first: fetch again.
        this.fuel += 1;
        return 0;
      }
    }
    this.#shared.translator?.crossed(slotAddress, ++found.count);
    const end = (pcLow + found.length) | 0;
    state.setInt32(this.#pcOffset, end, true);
    // A carry: the end is behind 4 GiB, the beginning before.
    state.setInt32(this.#pcOffset + 4, pcLow < 0 && end >= 0 ? (pcHigh + 1) | 0 : pcHigh, true);
    return found.record;
  }
}

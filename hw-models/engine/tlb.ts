/**
 * The TypeScript side of the software TLB: filling and forgetting. Each mode of each CPU has three banks: for reading
 * and for writing the value is (host address - virtual address), and behind it is the entry's reach: how many bytes from
 * the page's first one it serves, two pages if the next one is known too and follows in the host's memory; for fetching
 * it is the page of slots, and behind it the number of the page's unit. What was filled is logged, so that forgetting
 * costs as much as was filled.
 */
import { type Layout, pageBytes, tlb } from "./layout.ts";

const logged = 4096;
const kinds = [tlb.read, tlb.write, tlb.fetch] as const;
const kindIndex = (kind: number): number => (kind === tlb.read ? 0 : kind === tlb.write ? 1 : 2);
const entriesOf = (kind: number): number => (kind === tlb.fetch ? tlb.fetchEntries : tlb.entries);

/** Index of the entry for the page at (high, low); high and low as signed 32-bit numbers. */
export function entryIndex(high: number, low: number, entries: number): number {
  const folded = entries === tlb.fetchEntries ? (high << 8) | (low >>> 24) : 0;
  return ((low >>> 12) ^ folded) & (entries - 1);
}

/** A page that is no RAM. */
type DevicePage = { mode: number; high: number; low: number; page: number };

export class Tlb {
  readonly #memory: Int32Array;
  readonly #banks: number;
  readonly #modes: number;
  /** Per mode and kind: addresses of filled entries; the count may exceed the log, then all are cleared. */
  readonly #logs: Int32Array[] = [];
  readonly #counts: Int32Array;
  /** The last page of devices that was read, and that was written: generated code never sees them. */
  readonly #devices: readonly [DevicePage, DevicePage] = [
    { mode: -1, high: 0, low: 0, page: 0 },
    { mode: -1, high: 0, low: 0, page: 0 },
  ];

  constructor(memory: Int32Array, layout: Layout, cpu: number, modes: number) {
    this.#memory = memory;
    this.#banks = layout.cpus[cpu]! + layout.cpu.banks;
    this.#modes = modes;
    for (let index = 0; index < modes * kinds.length; index++) this.#logs.push(new Int32Array(logged));
    this.#counts = new Int32Array(modes * kinds.length);
  }

  bank(mode: number): number {
    return this.#banks + mode * tlb.bankBytes;
  }

  /** `low` is the page's address without its offset. */
  fill(mode: number, kind: number, high: number, low: number, value: number, unit = 0): void {
    const entry = this.bank(mode) + kind + entryIndex(high, low, entriesOf(kind)) * tlb.entryBytes;
    const log = mode * kinds.length + kindIndex(kind);
    const count = this.#counts[log]!++;
    if (count < logged) this.#logs[log]![count] = entry;
    const word = entry >>> 2;
    this.#memory[word] = low | 0xfff;
    this.#memory[word + 1] = high;
    this.#memory[word + 2] = value;
    this.#memory[word + 3] = kind === tlb.fetch ? unit : this.#reach(mode, kind, high, low, value);
  }

  /** Bytes that a new entry serves; that of the page before it is told, too. */
  #reach(mode: number, kind: number, high: number, low: number, value: number): number {
    const before = (low - pageBytes) | 0;
    const after = (low + pageBytes) | 0;
    const previous = this.#word(mode, kind, low === 0 ? (high - 1) | 0 : high, before);
    if (previous !== undefined)
      this.#memory[previous + 3] = this.#memory[previous + 2] === value ? 2 * pageBytes : pageBytes;
    const next = this.#word(mode, kind, after === 0 ? (high + 1) | 0 : high, after);
    return next !== undefined && this.#memory[next + 2] === value ? 2 * pageBytes : pageBytes;
  }

  /** Index of a present entry. */
  #word(mode: number, kind: number, high: number, low: number): number | undefined {
    const word = (this.bank(mode) + kind + entryIndex(high, low, entriesOf(kind)) * tlb.entryBytes) >>> 2;
    return this.#memory[word] === (low | 0xfff) && this.#memory[word + 1] === high ? word : undefined;
  }

  /** The value of a present entry, or undefined. */
  find(mode: number, kind: number, high: number, low: number): number | undefined {
    const word = this.#word(mode, kind, high, low);
    return word === undefined ? undefined : this.#memory[word + 2];
  }

  fillDevice(mode: number, write: boolean, high: number, low: number, page: number): void {
    Object.assign(this.#devices[write ? 1 : 0], { mode, high, low, page });
  }

  /** The physical address of a page of devices, or -1. */
  device(mode: number, write: boolean, high: number, low: number): number {
    const known = this.#devices[write ? 1 : 0];
    return known.low === low && known.high === high && known.mode === mode ? known.page : -1;
  }
  #forgetDevices(): void {
    for (const device of this.#devices) device.mode = -1;
  }

  /** Changes the unit's number wherever a page of slots is known. */
  setUnit(slots: number, unit: number): void {
    for (let mode = 0; mode < this.#modes; mode++) {
      if (this.#counts[mode * kinds.length + kindIndex(tlb.fetch)] === 0) continue;
      const start = (this.bank(mode) + tlb.fetch) >>> 2;
      for (let word = start; word < start + tlb.fetchEntries * 4; word += 4) {
        if (this.#memory[word + 2] === slots) this.#memory[word + 3] = unit;
      }
    }
  }

  flush(kind: number): void {
    for (let mode = 0; mode < this.#modes; mode++) {
      const log = mode * kinds.length + kindIndex(kind);
      const count = this.#counts[log]!;
      if (count === 0) continue;
      this.#counts[log] = 0;
      if (count > logged) {
        const start = (this.bank(mode) + kind) >>> 2;
        this.#memory.fill(0, start, start + entriesOf(kind) * 4);
        continue;
      }
      const entries = this.#logs[log]!;
      for (let index = 0; index < count; index++) {
        const word = entries[index]! >>> 2;
        this.#clear(word);
      }
    }
  }

  /** Without reach nothing is served, wherever it is. */
  #clear(word: number): void {
    this.#memory[word] = 0;
    this.#memory[word + 1] = 0;
    this.#memory[word + 3] = 0;
  }

  flushAll(): void {
    this.#forgetDevices();
    for (const kind of kinds) this.flush(kind);
  }

  flushPage(high: number, low: number): void {
    this.#forgetDevices();
    const page = low & ~0xfff;
    const before = (page - pageBytes) | 0;
    const highBefore = page === 0 ? (high - 1) | 0 : high;
    for (let mode = 0; mode < this.#modes; mode++) {
      for (const kind of kinds) {
        const word = this.#word(mode, kind, high, page);
        if (word !== undefined) this.#clear(word);
        const previous = kind === tlb.fetch ? undefined : this.#word(mode, kind, highBefore, before);
        if (previous !== undefined) this.#memory[previous + 3] = pageBytes;
      }
    }
  }
}

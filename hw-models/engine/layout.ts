/**
 * Where things are in the linear memory that both tiers share:
 *
 *   64 KiB unused | crossing instructions | slot pages | heat | entry maps | one block per CPU | RAM | a page of ones
 *
 * A CPU's block: the state as the ISA lays it out, the engine's own cells, TLB banks for every mode. The address of
 * the block is a parameter of all generated code; everything in it has a constant offset. Memory never grows.
 */
import type { Isa } from "../isa/isa.ts";

export const pageBytes = 4096;
export const pageShift = 12;
const wasmPage = 65536;

/** Entries are {i64 tag, i32 value}: tag is the page's address | 0xfff, 0 is free. Value: see `tlb.ts`. */
export const tlb = {
  entryBytes: 16,
  /** A Go program's heap, stacks and metadata: with a quarter of it they got into each other's way. */
  entries: 65536,
  fetchEntries: 4096,
  /** Offsets in a mode's bank. */
  read: 0,
  write: 65536 * 16,
  fetch: 2 * 65536 * 16,
  bankBytes: 2 * 65536 * 16 + 4096 * 16,
  /**
   * index = page modulo entries, so that neighbours never share an entry; for fetching, where there are fewer,
   * (page ^ (page >>> 12)) modulo entries. Byte offset: address >>> 8, for fetching ^ (address >>> 20), masked.
   */
  shift: 8,
  foldShift: 20,
} as const;

/** Records of instructions that cross a page, each the size of the largest slot. */
export const crossings = 4096;
const slotArenaBytes = { 16: 64 << 20, 32: 256 << 20 } as const;

const align = (value: number, to: number): number => Math.ceil(value / to) * to;

/** Translated pages at a time. Each has a function in the table and a map of its entries. */
export const units = 2048;

/** Offsets from the start of a CPU's block. */
export type CpuLayout = {
  /** i32: instructions that may still execute; the one that is executing is already taken off. */
  readonly fuel: number;
  /** i32: address of the present mode's TLB banks. */
  readonly bank: number;
  /** i32 each: the translator hears of an arrival at a jump target when its heat, masked, is `heatMatch`. */
  readonly heatMask: number;
  readonly heatMatch: number;
  /** i64: address of the executing instruction. */
  readonly instructionPc: number;
  /** i64: address of an instruction less (address of its slot >> shift); the same in a page. See `Slots.write`. */
  readonly delta: number;
  /** 64 bytes: stores on their way to the slow path, data of accesses that are not plain RAM, values of customs. */
  readonly scratch: number;
  /** 80 bytes: vector arguments and result of host helpers. */
  readonly vectors: number;
  readonly banks: number;
  readonly bytes: number;
};

export function cpuLayout(isa: Isa): CpuLayout {
  const own = align(isa.stateBytes, 64);
  const banks = align(own + 256, pageBytes);
  return {
    fuel: own,
    bank: own + 4,
    instructionPc: own + 8,
    heatMask: own + 16,
    heatMatch: own + 20,
    delta: own + 24,
    scratch: own + 64,
    vectors: own + 128,
    banks,
    bytes: align(banks + isa.modes * tlb.bankBytes, wasmPage),
  };
}

export type CodeLayout = {
  readonly crossings: number;
  /** Slot pages are aligned to their size, so that a slot's address says its offset in the page. */
  readonly slots: number;
  readonly slotPages: number;
  readonly slotPageBytes: number;
  /** Address of slot = first slot + (offset in page << shift). */
  readonly slotShift: number;
  /** u16 per slot: how often a jump came there. Address: heat + (slot - slots >> heatShift). */
  readonly heat: number;
  readonly heatShift: number;
  /** Per unit, u16 per place where an instruction may begin: 1 + number of the entry, 0 if there is none. */
  readonly entryMaps: number;
  readonly entryMapBytes: number;
  readonly end: number;
};

export type Layout = CodeLayout & {
  readonly cpu: CpuLayout;
  readonly cpus: readonly number[];
  readonly ram: number;
  readonly ramBytes: number;
  /** Executed where there is no memory: all ones. */
  readonly ones: number;
  readonly memoryPages: number;
};

export const slotShift = (isa: Isa): number => Math.log2(isa.slotBytes / isa.alignment);

/** What does not depend on the machine: generated code may hold these addresses as constants. */
export function codeLayout(isa: Isa): CodeLayout {
  const shift = slotShift(isa);
  const slotPageBytes = pageBytes << shift;
  const arenaBytes = slotArenaBytes[isa.slotBytes];
  const slots = align(wasmPage + crossings * 32, slotPageBytes);
  const heat = slots + arenaBytes;
  const entryMaps = heat + arenaBytes / (isa.slotBytes / 2);
  const entryMapBytes = (pageBytes / isa.alignment) * 2;
  return {
    crossings: wasmPage,
    slots,
    slotPages: arenaBytes / slotPageBytes,
    slotPageBytes,
    slotShift: shift,
    heat,
    heatShift: Math.log2(isa.slotBytes / 2),
    entryMaps,
    entryMapBytes,
    end: align(entryMaps + units * entryMapBytes, wasmPage),
  };
}

export function layout(isa: Isa, cpus: number, ramBytes: number): Layout {
  const cpu = cpuLayout(isa);
  const code = codeLayout(isa);
  const ram = code.end + cpus * cpu.bytes;
  const ones = ram + align(ramBytes, pageBytes);
  return {
    ...code,
    cpu,
    cpus: Array.from({ length: cpus }, (_, index) => code.end + index * cpu.bytes),
    ram,
    ramBytes,
    ones,
    memoryPages: Math.ceil((ones + pageBytes) / wasmPage),
  };
}

/** Byte offsets of a slot's fields. The second half exists in slots of 32 bytes only. */
export const slot = {
  handler: 0,
  length: 2,
  scale: 3,
  r0: 4,
  r1: 6,
  r2: 8,
  r3: 10,
  immediate: 12,
  immediateHigh: 16,
  displacement: 20,
  base: 24,
  index: 26,
  segment: 28,
} as const;

/** Handler numbers with a meaning of their own; instructions follow. */
export const handler = { undecoded: 0, crossing: 1, first: 2 } as const;

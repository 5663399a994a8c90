/**
 * Linear to physical addresses: four levels of tables in long mode, no paging outside of it (Intel SDM volume 3A,
 * chapter 4, order number 325384). Called at every miss of the engine's TLB: in halves of 32 bits, no BigInt.
 *
 * Differs: the accessed flag is set only by translations that succeed, on all levels at once. The manual leaves open
 * when a CPU looks at tables (4.8, 4.10.2.3).
 */
import type { Cpu } from "../../cpu.ts";
import type { Access, Translation } from "../../isa.ts";
import * as x86 from "../state.ts";
import { CR0, CR0_PG, CR4, EFER, PageFault, PHYSICAL_BITS, RFLAGS, Vector } from "./registers.ts";
import { getHigh, getWord, isCanonical } from "./state-access.ts";

const Entry = { present: 1, writable: 2, user: 4, accessed: 0x20, dirty: 0x40, large: 0x80 } as const;
/** In the upper half: bits of the page frame number, those that must be zero, and XD. */
const frameHigh = (1 << (PHYSICAL_BITS - 32)) - 1;
const reservedHigh = 0x000fffff & ~frameHigh;
const NO_EXECUTE = 1 << 31;
/** Reserved in entries that map 1 GiB and 2 MiB: bits 29 to 13 and 20 to 13 (tables 4-16 and 4-18). */
const reservedLarge = [0, 0x3fffe000, 0x1fe000, 0];
const levels = 4;

/** How an access is made: `PageFault` bits, and whether user pages are open to the supervisor (SMAP and AC). */
export const OPEN = 0x100;

export function accessKind(cpu: Cpu, access: Access): number {
  const how = access === "write" ? PageFault.write : access === "fetch" ? PageFault.fetch : 0;
  if (getWord(cpu, x86.cpl) === 3) return how | PageFault.user;
  return getWord(cpu, x86.systemFlags) & RFLAGS.AC ? how | OPEN : how;
}

export function translate(cpu: Cpu, high: number, low: number, access: Access, result: Translation): void {
  walk(cpu, high, low, accessKind(cpu, access), result);
}

/** Forgets all translations. */
export function flushAll(cpu: Cpu): void {
  cpu.state.setFloat64(x86.largeFirst.offset, Number.POSITIVE_INFINITY, true);
  cpu.state.setFloat64(x86.largeLast.offset, Number.NEGATIVE_INFINITY, true);
  cpu.flushTlb();
}

/**
 * INVLPG drops the whole page, however large it was (SDM 4.10.4.1). The engine's TLB holds 4 KiB pieces, so near large
 * pages everything is dropped.
 */
export function flushPage(cpu: Cpu, address: bigint): void {
  const page = Number(BigInt.asUintN(64, address) >> 12n);
  const first = cpu.state.getFloat64(x86.largeFirst.offset, true);
  if (page >= first && page <= cpu.state.getFloat64(x86.largeLast.offset, true)) flushAll(cpu);
  else cpu.flushTlbPage(address);
}

function noteLarge(cpu: Cpu, high: number, low: number, shift: number): void {
  const size = 2 ** (shift - 12);
  const page = (high >>> 0) * 0x100000 + (low >>> 12);
  const first = page - (page % size);
  const { state } = cpu;
  const { largeFirst, largeLast } = x86;
  if (first < state.getFloat64(largeFirst.offset, true)) state.setFloat64(largeFirst.offset, first, true);
  const last = first + size - 1;
  if (last > state.getFloat64(largeLast.offset, true)) state.setFloat64(largeLast.offset, last, true);
}

function fault(result: Translation, code: number): void {
  result.cause = Vector.pageFault;
  result.value = code;
}

/** The four entries of a walk: addresses and lower halves, for the accessed and dirty flags. */
const addresses = new Float64Array(levels);
const lows = new Int32Array(levels);

export function walk(cpu: Cpu, high: number, low: number, how: number, result: Translation): void {
  const efer = getWord(cpu, x86.efer);
  result.cause = -1;
  result.value = 0;
  if (!(efer & EFER.LMA)) {
    result.page = (low & ~0xfff) >>> 0;
    result.writable = true;
    return;
  }
  if (!isCanonical(high)) {
    result.cause = Vector.generalProtection;
    return;
  }
  const cr4 = getWord(cpu, x86.cr4);
  const noExecute = (efer & EFER.NXE) !== 0;
  const fetchBit = noExecute || cr4 & CR4.SMEP ? PageFault.fetch : 0;
  const code = how & (PageFault.write | PageFault.user | fetchBit);
  const reserved = reservedHigh | (noExecute ? 0 : NO_EXECUTE);

  let table = (getHigh(cpu, x86.cr3) & frameHigh) * 2 ** 32 + ((getWord(cpu, x86.cr3) & ~0xfff) >>> 0);
  let rights = Entry.writable | Entry.user;
  let forbidden = 0;
  let entryHigh = 0;
  let entryLow = 0;
  let shift = 39;
  let depth = 0;
  for (; ; shift -= 9, depth++) {
    const index =
      shift >= 32 ? (high >>> (shift - 32)) & 511 : ((high << (32 - shift)) | (low >>> shift)) & 511;
    const address = table + index * 8;
    const at = cpu.ramOffset(address);
    entryLow = at < 0 ? (cpu.readPhysical(address, 4) ?? -1) | 0 : cpu.ram.getInt32(at, true);
    if (!(entryLow & Entry.present)) {
      fault(result, code);
      return;
    }
    entryHigh = at < 0 ? (cpu.readPhysical(address + 4, 4) ?? -1) | 0 : cpu.ram.getInt32(at + 4, true);
    const isLeaf = depth === levels - 1 || (entryLow & Entry.large) !== 0;
    if (entryHigh & reserved || (isLeaf && (depth === 0 || entryLow & reservedLarge[depth]!))) {
      fault(result, code | PageFault.present | PageFault.reserved);
      return;
    }
    rights &= entryLow;
    forbidden |= entryHigh;
    addresses[depth] = address;
    lows[depth] = entryLow;
    if (isLeaf) break;
    table = (entryHigh & frameHigh) * 2 ** 32 + ((entryLow & ~0xfff) >>> 0);
  }

  const isWrite = (how & PageFault.write) !== 0;
  const isFetch = (how & PageFault.fetch) !== 0;
  const isUserPage = (rights & Entry.user) !== 0;
  const isUser = (how & PageFault.user) !== 0;
  const writable = (rights & Entry.writable) !== 0 || (!isUser && !(getWord(cpu, x86.cr0) & CR0.WP));
  // SDM 4.6.1: what a supervisor may do to a user's page
  const closed = isUser
    ? !isUserPage
    : isUserPage && (isFetch ? (cr4 & CR4.SMEP) !== 0 : (cr4 & CR4.SMAP) !== 0 && !(how & OPEN));
  if (closed || (isWrite && !writable) || (isFetch && forbidden & NO_EXECUTE)) {
    fault(result, code | PageFault.present);
    return;
  }

  for (let i = 0; i <= depth; i++) {
    const wanted = i === depth && isWrite ? Entry.accessed | Entry.dirty : Entry.accessed;
    if ((lows[i]! & wanted) !== wanted) cpu.writePhysical(addresses[i]!, 4, (lows[i]! | wanted) >>> 0);
  }
  if (shift > 12) noteLarge(cpu, high, low, shift);
  const frame =
    shift === 12 ? entryLow & ~0xfff : (entryLow & -(2 ** shift)) | (low & (2 ** shift - 1) & ~0xfff);
  result.page = (entryHigh & frameHigh) * 2 ** 32 + (frame >>> 0);
  result.writable = writable && (isWrite || (entryLow & Entry.dirty) !== 0);
}

/** Paging as this model has it: in long mode, or not at all. */
export const isPaging = (cpu: Cpu): boolean => (getWord(cpu, x86.cr0) & CR0_PG) !== 0;

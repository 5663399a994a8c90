/**
 * Words of the tables that a CPU reads by itself (descriptors, gates, task state) and of the frames it pushes: linear
 * addresses, with the supervisor's rights whatever the program's (Intel SDM volume 3A, 4.6.1). A fault is a value.
 */
import type { Cpu } from "../../cpu.ts";
import type { Translation } from "../../isa.ts";
import { walk } from "./paging.ts";
import { PageFault } from "./registers.ts";

/** An exception that is not raised yet. `high` and `low`: the address of a page fault. */
export type Fault = { vector: number; code: number; high: number; low: number };
export const makeFault = (): Fault => ({ vector: -1, code: 0, high: 0, low: 0 });
export function setFault(fault: Fault, vector: number, code: number): false {
  fault.vector = vector;
  fault.code = code;
  fault.high = fault.low = 0;
  return false;
}

const found: Translation = { cause: -1, value: 0, page: 0, writable: false };
const pageBytes = 4096;

/** The two pages of an access, as physical addresses; the second one counts on from the first one's end. */
const pages = { first: 0, second: 0 };

function find(cpu: Cpu, high: number, low: number, bytes: number, how: number, fault: Fault): boolean {
  pages.first = pageOf(cpu, high, low, how, fault);
  if (pages.first < 0 || (low & (pageBytes - 1)) + bytes <= pageBytes) return pages.first >= 0;
  const last = bytes - 1;
  const above = (low >>> 0) + last > 0xffffffff ? (high + 1) | 0 : high;
  pages.second = pageOf(cpu, above, (low + last) | 0, how, fault);
  return pages.second >= 0;
}
/** Physical address of the page, or -1 and the fault. */
function pageOf(cpu: Cpu, high: number, low: number, how: number, fault: Fault): number {
  walk(cpu, high, low, how, found);
  if (found.cause < 0) return found.page;
  setFault(fault, found.cause, found.value);
  fault.high = high;
  fault.low = low;
  return -1;
}
const physical = (at: number): number => (at < pageBytes ? pages.first + at : pages.second + at - pageBytes);
const isWhole = (at: number): boolean => at + 4 <= pageBytes || at >= pageBytes;

/** Reads `count` words of 32 bits; false: they are not there, `fault` says why. */
export function readWords(
  cpu: Cpu,
  high: number,
  low: number,
  into: Int32Array,
  count: number,
  fault: Fault,
): boolean {
  if (!find(cpu, high, low, count * 4, 0, fault)) return false;
  for (let i = 0; i < count; i++) {
    const at = (low & (pageBytes - 1)) + i * 4;
    if (isWhole(at)) into[i] = cpu.readPhysical(physical(at), 4) ?? -1;
    else {
      into[i] = 0;
      for (let byte = 0; byte < 4; byte++)
        into[i] = into[i]! | ((cpu.readPhysical(physical(at + byte), 1) ?? 0xff) << (8 * byte));
    }
  }
  return true;
}

/** Writes words; all or nothing. `how`: `OPEN`, or 0. */
export function writeWords(
  cpu: Cpu,
  high: number,
  low: number,
  words: Int32Array,
  count: number,
  how: number,
  fault: Fault,
): boolean {
  if (!find(cpu, high, low, count * 4, PageFault.write | how, fault)) return false;
  for (let i = 0; i < count; i++) {
    const at = (low & (pageBytes - 1)) + i * 4;
    const word = words[i]!;
    if (isWhole(at)) cpu.writePhysical(physical(at), 4, word >>> 0);
    else
      for (let byte = 0; byte < 4; byte++)
        cpu.writePhysical(physical(at + byte), 1, (word >>> (8 * byte)) & 255);
  }
  return true;
}

/**
 * Writes what is pushed from its end on, 8 bytes at a time: a fault is at the first push that cannot be made. The
 * address is a multiple of 8.
 */
export function writeFrame(
  cpu: Cpu,
  high: number,
  low: number,
  words: Int32Array,
  count: number,
  how: number,
  fault: Fault,
): boolean {
  const write = PageFault.write | how;
  const last = (low >>> 0) + count * 4 - 8;
  const lastHigh = last > 0xffffffff ? (high + 1) | 0 : high;
  if (pageOf(cpu, lastHigh, last | 0, write, fault) < 0) return false;
  const isOnePage = (low & (pageBytes - 1)) + count * 4 <= pageBytes;
  if (!isOnePage && pageOf(cpu, high, low | (pageBytes - 8), write, fault) < 0) return false;
  return writeWords(cpu, high, low, words, count, how, fault);
}

/** Loading segment registers in all modes (Intel SDM volume 3A, 3.4 and 5.2 to 5.8; volume 2, MOV, LLDT, LTR). */
import type { Cpu } from "../../cpu.ts";
import * as x86 from "../state.ts";
import { type Fault, makeFault, readWords, setFault, writeWords } from "./memory.ts";
import { isLong, isLongActive, isProtected, setBase, setSegment } from "./mode.ts";
import { privilegeOf, Rights, Vector } from "./registers.ts";
import { getHigh, getWord, set, setHalves, setWord } from "./state-access.ts";

/** A descriptor of the GDT or LDT. */
export type Descriptor = {
  selector: number;
  /** Linear address of its 8 bytes: to set bits in it. */
  high: number;
  low: number;
  base: bigint;
  limit: number;
  rights: number;
  /** Its second word as it was read. */
  word: number;
};
const words = new Int32Array(4);
const fault = makeFault();
const inTable = 4;
export const indexOf = (selector: number): number => selector & 0xfff8;
export const isNull = (selector: number): boolean => (selector & 0xfffc) === 0;

/** Raises a fault of this folder's functions. */
export function raise(cpu: Cpu, { vector, code, high, low }: Fault): never {
  if (vector === Vector.pageFault) setHalves(cpu, x86.cr2, high, low);
  return cpu.trap(vector, BigInt(code));
}

/** Reads the descriptor of a selector; `wide`: 16 bytes, as system descriptors have in long mode. */
export function readDescriptor(
  cpu: Cpu,
  selector: number,
  into: Descriptor,
  to: Fault,
  wide = false,
): boolean {
  const isLocal = (selector & inTable) !== 0;
  const limit = getWord(cpu, isLocal ? x86.ldtLimit : x86.gdtLimit);
  const length = wide ? 16 : 8;
  const missing = isLocal && isNull(getWord(cpu, x86.ldtSelector));
  if (missing || indexOf(selector) + length - 1 > limit >>> 0)
    return setFault(to, Vector.generalProtection, selector & 0xfffc);
  const table = isLocal ? x86.ldtBase : x86.gdtBase;
  const sum = (getWord(cpu, table) >>> 0) + indexOf(selector);
  into.low = sum | 0;
  into.high = (getHigh(cpu, table) + (sum > 0xffffffff ? 1 : 0)) | 0;
  if (!readWords(cpu, into.high, into.low, words, length / 4, to)) return false;
  const first = words[0]!;
  const second = words[1]!;
  into.selector = selector;
  into.word = second;
  into.rights = (second >>> 8) & 0xf0ff;
  const raw = (second & 0xf0000) | (first & 0xffff);
  into.limit = into.rights & Rights.granular ? (raw << 12) | 0xfff : raw;
  const base = ((second & 0xff000000) | ((second & 0xff) << 16) | (first >>> 16)) >>> 0;
  into.base = wide ? (BigInt(words[2]! >>> 0) << 32n) | BigInt(base) : BigInt(base);
  return true;
}
export const emptyDescriptor = (): Descriptor => ({
  selector: 0,
  high: 0,
  low: 0,
  base: 0n,
  limit: 0,
  rights: 0,
  word: 0,
});
const descriptor = emptyDescriptor();

const typeWord = new Int32Array(1);
/** Sets a bit of a loaded descriptor's type: accessed (3.4.5.1), or a task's busy bit. */
export function markDescriptor(cpu: Cpu, { high, low, rights, word }: Descriptor, bit: number): void {
  if (rights & bit) return;
  typeWord[0] = word | (bit << 8);
  const at = (low >>> 0) + 4;
  const above = at > 0xffffffff ? (high + 1) | 0 : high;
  if (!writeWords(cpu, above, at | 0, typeWord, 1, 0, fault)) raise(cpu, fault);
}

/** MOV to a segment register, POP, LDS and so on: not CS. */
export function loadSegment(cpu: Cpu, segment: number, selector: number): void {
  if (!isProtected(cpu)) {
    setWord(cpu, x86.selectors[segment]!, selector);
    setBase(cpu, segment, BigInt(selector << 4));
    if (segment === x86.SS) set(cpu, x86.stackBase, BigInt(selector << 4));
    return;
  }
  const cpl = getWord(cpu, x86.cpl);
  const requested = selector & 3;
  if (isNull(selector)) {
    // In 64-bit mode SS may be null below CPL 3 (volume 2, MOV).
    if (segment === x86.SS && !(isLong(cpu) && cpl < 3 && requested === cpl))
      cpu.trap(Vector.generalProtection);
    setSegment(cpu, segment, selector, 0n, 0, 0);
    return;
  }
  if (!readDescriptor(cpu, selector, descriptor, fault)) raise(cpu, fault);
  const code = BigInt(selector & 0xfffc);
  const { rights } = descriptor;
  const privilege = privilegeOf(rights);
  const isCode = (rights & Rights.code) !== 0;
  const isSegment = (rights & Rights.notSystem) !== 0;
  if (segment === x86.SS) {
    const fits = isSegment && !isCode && (rights & Rights.readWrite) !== 0;
    if (!fits || requested !== cpl || privilege !== cpl) cpu.trap(Vector.generalProtection, code);
    if (!(rights & Rights.present)) cpu.trap(Vector.stackFault, code);
  } else {
    if (!isSegment || (isCode && !(rights & Rights.readWrite))) cpu.trap(Vector.generalProtection, code);
    const isConforming = isCode && (rights & Rights.conforming) !== 0;
    if (!isConforming && (requested > privilege || cpl > privilege)) cpu.trap(Vector.generalProtection, code);
    if (!(rights & Rights.present)) cpu.trap(Vector.segmentNotPresent, code);
  }
  markDescriptor(cpu, descriptor, Rights.accessed);
  setSegment(cpu, segment, selector, descriptor.base, descriptor.limit, rights | Rights.accessed);
}

/** LLDT. */
export function loadLocalTable(cpu: Cpu, selector: number): void {
  if (isNull(selector)) {
    setWord(cpu, x86.ldtSelector, selector);
    return;
  }
  const code = BigInt(selector & 0xfffc);
  if (selector & inTable) cpu.trap(Vector.generalProtection, code);
  if (!readDescriptor(cpu, selector, descriptor, fault, isLongActive(cpu))) raise(cpu, fault);
  if ((descriptor.rights & 0x1f) !== 2) cpu.trap(Vector.generalProtection, code);
  if (!(descriptor.rights & Rights.present)) cpu.trap(Vector.segmentNotPresent, code);
  setWord(cpu, x86.ldtSelector, selector);
  set(cpu, x86.ldtBase, descriptor.base);
  setWord(cpu, x86.ldtLimit, descriptor.limit);
}

const availableTask = 9;
const busy = 2;
/** LTR. */
export function loadTask(cpu: Cpu, selector: number): void {
  if (isNull(selector)) cpu.trap(Vector.generalProtection);
  const code = BigInt(selector & 0xfffc);
  if (selector & inTable) cpu.trap(Vector.generalProtection, code);
  if (!readDescriptor(cpu, selector, descriptor, fault, isLongActive(cpu))) raise(cpu, fault);
  if ((descriptor.rights & 0x1f) !== availableTask) cpu.trap(Vector.generalProtection, code);
  if (!(descriptor.rights & Rights.present)) cpu.trap(Vector.segmentNotPresent, code);
  markDescriptor(cpu, descriptor, busy);
  setWord(cpu, x86.trSelector, selector);
  set(cpu, x86.trBase, descriptor.base);
  setWord(cpu, x86.trLimit, descriptor.limit);
}

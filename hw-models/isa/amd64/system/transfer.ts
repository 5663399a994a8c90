/** Control transfers to another code segment: JMP, CALL, RET far and IRET (Intel SDM volume 2; volume 3A, 5.8). */
import type { Cpu } from "../../cpu.ts";
import * as x86 from "../state.ts";
import { type Fault, makeFault, setFault } from "./memory.ts";
import { getBase, isLong, isLongActive, isProtected, setBase, setSegment } from "./mode.ts";
import { shutDown } from "./refusal.ts";
import { privilegeOf, RFLAGS, Rights, Vector } from "./registers.ts";
import { emptyDescriptor, isNull, markDescriptor, raise, readDescriptor } from "./segments.ts";
import { get, getFlags, getWord, isCanonicalAddress, set, setFlags, setWord } from "./state-access.ts";

const code = emptyDescriptor();
const stack = emptyDescriptor();
const fault = makeFault();
const none = BigInt(0);
const selectorCode = (selector: number) => BigInt(selector & 0xfffc);

export type Width = 2 | 4 | 8;
const maskOf = (width: Width) => (width === 8 ? (1n << 64n) - 1n : width === 4 ? 0xffffffffn : 0xffffn);

/** Goes to an offset in the code segment that is loaded. */
function goTo(cpu: Cpu, offset: bigint): void {
  set(cpu, x86.rip, isLong(cpu) ? offset : (offset & 0xffffffffn) + getBase(cpu, x86.CS));
  cpu.modeChanged();
}

/** Checks a code segment that JMP, CALL (same privilege) or a return (`requested` is the new one) names. */
function checkCode(cpu: Cpu, selector: number, newCpl: number, isReturn: boolean, to: Fault): boolean {
  if (isNull(selector)) return setFault(to, Vector.generalProtection, 0);
  if (!readDescriptor(cpu, selector, code, to)) return false;
  const { rights } = code;
  const named = selector & 0xfffc;
  const privilege = privilegeOf(rights);
  const isConforming = (rights & Rights.conforming) !== 0;
  const isCode = (rights & (Rights.notSystem | Rights.code)) === (Rights.notSystem | Rights.code);
  // Differs: no call gates and no hardware tasks; nothing uses them.
  if (!isCode) return setFault(to, Vector.generalProtection, named);
  const fits = isConforming
    ? privilege <= newCpl
    : privilege === newCpl && (isReturn || (selector & 3) <= newCpl);
  if (!fits) return setFault(to, Vector.generalProtection, named);
  if (isLongActive(cpu) && rights & Rights.long && rights & Rights.big)
    return setFault(to, Vector.generalProtection, named);
  if (!(rights & Rights.present)) return setFault(to, Vector.segmentNotPresent, named);
  return true;
}

/** The target as the new segment allows it. */
function checkOffset(cpu: Cpu, offset: bigint): void {
  const toLong = isLongActive(cpu) && (code.rights & Rights.long) !== 0;
  const outside = toLong ? !isCanonicalAddress(offset) : offset > BigInt(code.limit >>> 0);
  if (outside) cpu.trap(Vector.generalProtection);
}

function enterCode(cpu: Cpu, selector: number, newCpl: number, offset: bigint): void {
  setWord(cpu, x86.cpl, newCpl);
  const base = isLongActive(cpu) && code.rights & Rights.long ? none : code.base;
  setSegment(cpu, x86.CS, (selector & 0xfffc) | newCpl, base, code.limit, code.rights | Rights.accessed);
  goTo(cpu, offset);
}

function enterRealCode(cpu: Cpu, selector: number, offset: bigint): void {
  setWord(cpu, x86.selectors[x86.CS]!, selector);
  setBase(cpu, x86.CS, BigInt(selector << 4));
  set(cpu, x86.codeBase, BigInt(selector << 4));
  goTo(cpu, offset);
}

export function farJump(cpu: Cpu, selector: number, offset: bigint): void {
  if (!isProtected(cpu)) {
    enterRealCode(cpu, selector, offset);
    return;
  }
  const cpl = getWord(cpu, x86.cpl);
  if (!checkCode(cpu, selector, cpl, false, fault)) raise(cpu, fault);
  checkOffset(cpu, offset);
  markDescriptor(cpu, code, Rights.accessed);
  enterCode(cpu, selector, cpl, offset);
}

/** The stack as this mode has it. */
function stackAddress(cpu: Cpu, offset: bigint): bigint {
  const mask = get(cpu, x86.stackMask);
  return ((get(cpu, x86.rsp) + offset) & mask) + get(cpu, x86.stackBase);
}
function moveStack(cpu: Cpu, bytes: bigint): void {
  const mask = get(cpu, x86.stackMask);
  const old = get(cpu, x86.rsp);
  set(cpu, x86.rsp, (old & ~mask) | ((old + bytes) & mask));
}
function bytesOf(values: readonly bigint[], width: Width): Uint8Array {
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    for (let byte = 0; byte < width; byte++)
      view.setUint8(index * width + byte, Number((value >> BigInt(8 * byte)) & 255n));
  });
  return bytes;
}
/** Values at the top of the stack. */
function peekStack(cpu: Cpu, count: number, width: Width, offset = 0n): bigint[] {
  const view = new DataView(cpu.readVirtual(stackAddress(cpu, offset), count * width).buffer);
  return Array.from({ length: count }, (_, index) => {
    const at = index * width;
    if (width === 8) return view.getBigUint64(at, true);
    return BigInt(width === 4 ? view.getUint32(at, true) : view.getUint16(at, true));
  });
}

export function farCall(cpu: Cpu, selector: number, offset: bigint, width: Width): void {
  const returns = get(cpu, x86.rip) - get(cpu, x86.codeBase);
  const cpl = getWord(cpu, x86.cpl);
  const old = BigInt(getWord(cpu, x86.selectors[x86.CS]!));
  if (isProtected(cpu)) {
    if (!checkCode(cpu, selector, cpl, false, fault)) raise(cpu, fault);
    checkOffset(cpu, offset);
    markDescriptor(cpu, code, Rights.accessed);
  }
  cpu.writeVirtual(stackAddress(cpu, BigInt(-2 * width)), bytesOf([returns & maskOf(width), old], width));
  moveStack(cpu, BigInt(-2 * width));
  if (isProtected(cpu)) enterCode(cpu, selector, cpl, offset);
  else enterRealCode(cpu, selector, offset);
}

export function farReturn(cpu: Cpu, width: Width, extra: number): void {
  const [offset, named] = peekStack(cpu, 2, width) as [bigint, bigint];
  const selector = Number(named & 0xffffn);
  const popped = BigInt(2 * width + extra);
  if (!isProtected(cpu)) {
    moveStack(cpu, popped);
    enterRealCode(cpu, selector, offset);
    return;
  }
  const cpl = getWord(cpu, x86.cpl);
  const newCpl = selector & 3;
  if (newCpl < cpl) cpu.trap(Vector.generalProtection, selectorCode(selector));
  if (!checkCode(cpu, selector, newCpl, true, fault)) raise(cpu, fault);
  if (newCpl === cpl) {
    checkOffset(cpu, offset);
    moveStack(cpu, popped);
    enterCode(cpu, selector, cpl, offset);
    return;
  }
  const [pointer, stackSelector] = peekStack(cpu, 2, width, popped) as [bigint, bigint];
  leave(cpu, selector, offset, Number(stackSelector & 0xffffn), pointer + BigInt(extra));
}

/** To code of less privilege, or in 64-bit mode anywhere: `code` is checked, the stack's segment is not yet. */
function leave(cpu: Cpu, selector: number, offset: bigint, stackSelector: number, pointer: bigint): void {
  const newCpl = selector & 3;
  const toLong = isLongActive(cpu) && (code.rights & Rights.long) !== 0;
  const mayBeNull = toLong && newCpl < 3 && (stackSelector & 3) === newCpl;
  if (isNull(stackSelector)) {
    if (!mayBeNull) cpu.trap(Vector.generalProtection);
  } else checkStack(cpu, stackSelector, newCpl);
  checkOffset(cpu, offset);
  if (newCpl === 3 && !toLong) {
    shutDown(cpu, "a 32-bit program: this machine runs 64-bit programs only");
    return;
  }
  if (newCpl === 1 || newCpl === 2) {
    shutDown(cpu, "a program in ring 1 or 2: this machine has rings 0 and 3");
    return;
  }
  if (getWord(cpu, x86.cpl) !== newCpl) closeSegments(cpu, newCpl);
  if (isNull(stackSelector)) setSegment(cpu, x86.SS, stackSelector, none, 0, 0);
  else setSegment(cpu, x86.SS, stackSelector, stack.base, stack.limit, stack.rights | Rights.accessed);
  set(cpu, x86.rsp, pointer);
  enterCode(cpu, selector, newCpl, offset);
}

function checkStack(cpu: Cpu, selector: number, newCpl: number): void {
  if (!readDescriptor(cpu, selector, stack, fault)) raise(cpu, fault);
  const { rights } = stack;
  const isData = (rights & (Rights.notSystem | Rights.code)) === Rights.notSystem;
  const fits = isData && (rights & Rights.readWrite) !== 0 && privilegeOf(rights) === newCpl;
  if (!fits || (selector & 3) !== newCpl) cpu.trap(Vector.generalProtection, selectorCode(selector));
  if (!(rights & Rights.present)) cpu.trap(Vector.stackFault, selectorCode(selector));
}

/** Data segments that the new privilege may not use are closed (volume 2, IRET and RET, at their end). */
function closeSegments(cpu: Cpu, newCpl: number): void {
  for (const segment of [x86.ES, x86.DS, x86.FS, x86.GS]) {
    const rights = getWord(cpu, x86.segmentRights[segment]!);
    const isConforming = (rights & (Rights.code | Rights.conforming)) === (Rights.code | Rights.conforming);
    const isLoaded = !isNull(getWord(cpu, x86.selectors[segment]!));
    if (isLoaded && (privilegeOf(rights) >= newCpl || isConforming)) continue;
    setWord(cpu, x86.selectors[segment]!, 0);
    setWord(cpu, x86.segmentRights[segment]!, 0);
  }
}

export function interruptReturn(cpu: Cpu, width: Width): void {
  if (!isProtected(cpu)) {
    shutDown(cpu, "IRET in real mode: this machine has no firmware that would use it");
    return;
  }
  const cpl = getWord(cpu, x86.cpl);
  if (getFlags(cpu) & RFLAGS.NT) cpu.trap(Vector.generalProtection);
  const long = isLong(cpu);
  const [offset, named, newFlags] = peekStack(cpu, 3, width) as [bigint, bigint, bigint];
  const selector = Number(named & 0xffffn);
  const newCpl = selector & 3;
  if (isNull(selector)) cpu.trap(Vector.generalProtection);
  if (newCpl < cpl) cpu.trap(Vector.generalProtection, selectorCode(selector));
  if (!checkCode(cpu, selector, newCpl, true, fault)) raise(cpu, fault);
  const flags = mergedFlags(cpu, Number(newFlags & 0xffffffffn), width);
  if (long || newCpl > cpl) {
    const [pointer, stackSelector] = peekStack(cpu, 2, width, BigInt(3 * width)) as [bigint, bigint];
    leave(cpu, selector, offset, Number(stackSelector & 0xffffn), pointer);
  } else {
    checkOffset(cpu, offset);
    moveStack(cpu, BigInt(3 * width));
    enterCode(cpu, selector, cpl, offset);
  }
  setFlags(cpu, flags);
  setWord(cpu, x86.nmiBlocked, 0);
  // AC and IF count for what comes next.
  cpu.modeChanged();
  if (newCpl === 3) cpu.platform.onReturn?.(cpu);
}

/** IF changes only if CPL <= IOPL, IOPL only at CPL 0; 16 bits leave the rest alone. */
function mergedFlags(cpu: Cpu, value: number, width: Width): number {
  const old = getFlags(cpu);
  const cpl = getWord(cpu, x86.cpl);
  let kept = width === 2 ? ~0xffff : 0;
  if (cpl > 0) kept |= RFLAGS.IOPL;
  if (cpl > (old & RFLAGS.IOPL) >> 12) kept |= RFLAGS.IF;
  return (value & ~kept) | (old & kept);
}

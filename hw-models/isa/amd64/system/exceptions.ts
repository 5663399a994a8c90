/**
 * Delivering exceptions and interrupts through the 64-bit interrupt descriptor table (Intel SDM volume 3A, 6.12 to
 * 6.15): gates, stacks, the frame, double faults. Nothing changes before the frame is written, so that an exception on
 * the way finds the interrupted state.
 */
import type { Cpu } from "../../cpu.ts";
import * as x86 from "../state.ts";
import { makeFault, readWords, setFault, writeFrame } from "./memory.ts";
import { isLongActive, setLongSegment } from "./mode.ts";
import { OPEN } from "./paging.ts";
import { shutDown } from "./refusal.ts";
import { CR4, PageFault, privilegeOf, RFLAGS, Rights, Vector } from "./registers.ts";
import { emptyDescriptor, isNull, readDescriptor } from "./segments.ts";
import { getFlags, getHigh, getWord, isCanonical, setHalves, setWord } from "./state-access.ts";

/** What is delivered: an exception, INT n and its like, or something from outside (also an NMI). */
export type Origin = "exception" | "software" | "external";

/** Exceptions that push an error code (table 6-1). */
const withCode = new Set([8, 10, 11, 12, 13, 14, 17, 21, 29, 30]);
const contributory = new Set<number>([
  Vector.divideError,
  Vector.invalidTss,
  Vector.segmentNotPresent,
  Vector.stackFault,
  Vector.generalProtection,
]);
/** Bits of an error code that names a selector or a gate (6.13). */
const external = 1;
const gateInTable = 2;
const interruptGate = 14;
const trapGate = 15;
const gateBytes = 16;
/** Offsets in the 64-bit task state segment (8.7). */
const firstStack = 4;
const firstSpecialStack = 0x24;

const gate = new Int32Array(4);
const stack = new Int32Array(2);
const frame = new Int32Array(12);
const descriptor = emptyDescriptor();
const fault = makeFault();

/** Table 6-5: what an exception becomes that arises while `first` is delivered; -1: shutdown. */
function combined(first: number, second: number): number {
  const isPageFault = second === Vector.pageFault;
  if (first === Vector.doubleFault) return contributory.has(second) || isPageFault ? -1 : second;
  if (contributory.has(first)) return contributory.has(second) ? Vector.doubleFault : second;
  if (first === Vector.pageFault && (isPageFault || contributory.has(second))) return Vector.doubleFault;
  return second;
}

/** `Isa.enterTrap`: exceptions of instructions. */
export function enterTrap(cpu: Cpu, cause: number, value: bigint, address?: bigint): void {
  if (cause === Vector.pageFault && address !== undefined)
    cpu.state.setBigUint64(x86.cr2.offset, BigInt.asUintN(64, address), true);
  let vector = cause;
  let code = Number(BigInt.asIntN(32, value));
  if (cause === Vector.simdFloatingPoint) {
    // The value is what went wrong: flags of MXCSR.
    setWord(cpu, x86.mxcsr, getWord(cpu, x86.mxcsr) | code);
    code = 0;
    if (!(getWord(cpu, x86.cr4) & CR4.OSXMMEXCPT)) vector = Vector.invalidOpcode;
  }
  deliver(cpu, vector, code, "exception", cpu.instructionPc);
}

/** Delivers, with what may go wrong on the way. `returnTo`: linear address at which the interrupted code goes on. */
export function deliver(cpu: Cpu, vector: number, code: number, origin: Origin, returnTo: bigint): void {
  if (!isLongActive(cpu)) {
    const at = `0x${returnTo.toString(16)}`;
    shutDown(cpu, `vector ${vector} at ${at}: outside of long mode nothing handles it in this machine`);
    return;
  }
  // The handler is not stepped through, and what led here is not followed by a trap of its own.
  cpu.state.setFloat64(x86.stepping.offset, -1, true);
  let now = vector;
  let error = code;
  let from = origin;
  let back = returnTo;
  while (!tryDeliver(cpu, now, error, from, back)) {
    // Benign ones and those from outside do not combine with what goes wrong under way (6.15).
    const second = fault.vector;
    const combination = from === "exception" ? combined(now, second) : second;
    if (second === Vector.pageFault) setHalves(cpu, x86.cr2, fault.high, fault.low);
    if (combination < 0) {
      shutDown(
        cpu,
        `a triple fault: vector ${vector} at 0x${cpu.instructionPc.toString(16)} could not be delivered`,
      );
      return;
    }
    error = combination === second ? fault.code : 0;
    now = combination;
    // INT n did not happen: its own address is what failed.
    if (from === "software") back = cpu.instructionPc;
    from = "exception";
  }
}

function tryDeliver(cpu: Cpu, vector: number, code: number, origin: Origin, returnTo: bigint): boolean {
  const ext = origin === "software" ? 0 : external;
  const gateCode = vector * 8 + gateInTable + ext;
  const cpl = getWord(cpu, x86.cpl);
  if (vector * gateBytes + gateBytes - 1 > getWord(cpu, x86.idtLimit) >>> 0)
    return setFault(fault, Vector.generalProtection, gateCode);
  const at = (getWord(cpu, x86.idtBase) >>> 0) + vector * gateBytes;
  const above = (getHigh(cpu, x86.idtBase) + (at > 0xffffffff ? 1 : 0)) | 0;
  if (!readWords(cpu, above, at | 0, gate, 4, fault)) return false;
  const rights = gate[1]! >>> 8;
  const type = rights & 0x1f;
  const isInterruptGate = type === interruptGate;
  if (!isInterruptGate && type !== trapGate) return setFault(fault, Vector.generalProtection, gateCode);
  if (origin === "software" && privilegeOf(rights) < cpl)
    return setFault(fault, Vector.generalProtection, gateCode);
  if (!(rights & Rights.present)) return setFault(fault, Vector.segmentNotPresent, gateCode);

  const selector = gate[0]! >>> 16;
  const selectorCode = (selector & 0xfffc) | ext;
  if (isNull(selector)) return setFault(fault, Vector.generalProtection, ext);
  if (!readDescriptor(cpu, selector, descriptor, fault)) {
    if (fault.vector === Vector.generalProtection) fault.code |= ext;
    return false;
  }
  const needed = Rights.notSystem | Rights.code | Rights.long;
  const privilege = privilegeOf(descriptor.rights);
  if ((descriptor.rights & (needed | Rights.big)) !== needed || privilege > cpl)
    return setFault(fault, Vector.generalProtection, selectorCode);
  if (!(descriptor.rights & Rights.present)) return setFault(fault, Vector.segmentNotPresent, selectorCode);
  const isInner = !(descriptor.rights & Rights.conforming) && privilege < cpl;
  const newCpl = isInner ? privilege : cpl;

  const special = gate[1]! & 7;
  if (special !== 0) {
    if (!readStack(cpu, firstSpecialStack + (special - 1) * 8, ext)) return false;
  } else if (isInner) {
    if (!readStack(cpu, firstStack + privilege * 8, ext)) return false;
  } else {
    stack[0] = getWord(cpu, x86.rsp);
    stack[1] = getHigh(cpu, x86.rsp);
  }

  const hasCode = origin === "exception" && withCode.has(vector);
  const flags = getFlags(cpu);
  const length = buildFrame(cpu, hasCode, code, resumed(flags, vector, origin), returnTo);
  const aligned = stack[0]! & ~15;
  const top = (aligned >>> 0) - length * 4;
  const topHigh = (stack[1]! - (top < 0 ? 1 : 0)) | 0;
  if (!isCanonical(stack[1]!)) return setFault(fault, Vector.stackFault, ext);
  const how = newCpl === 3 ? PageFault.user : flags & RFLAGS.AC ? OPEN : 0;
  if (!writeFrame(cpu, topHigh, top | 0, frame, length, how, fault)) return false;
  if (!isCanonical(gate[2]!)) return setFault(fault, Vector.generalProtection, ext);

  setHalves(cpu, x86.rsp, topHigh, top | 0);
  setWord(cpu, x86.cpl, newCpl);
  // In 64-bit mode a new privilege brings a null SS (6.14.2).
  if (isInner) setLongSegment(cpu, x86.SS, newCpl, 0, 0);
  setLongSegment(cpu, x86.CS, (selector & 0xfffc) | newCpl, descriptor.limit, descriptor.rights);
  setHalves(cpu, x86.rip, gate[2]!, (gate[1]! & 0xffff0000) | (gate[0]! & 0xffff));
  const cleared = RFLAGS.TF | RFLAGS.NT | RFLAGS.RF | RFLAGS.VM | (isInterruptGate ? RFLAGS.IF : 0);
  setWord(cpu, x86.systemFlags, getWord(cpu, x86.systemFlags) & ~cleared);
  return true;
}

/** A stack pointer from the task state segment into `stack`. */
function readStack(cpu: Cpu, offset: number, ext: number): boolean {
  if (offset + 7 > getWord(cpu, x86.trLimit) >>> 0 || isNull(getWord(cpu, x86.trSelector)))
    return setFault(fault, Vector.invalidTss, (getWord(cpu, x86.trSelector) & 0xfffc) | ext);
  const at = (getWord(cpu, x86.trBase) >>> 0) + offset;
  const above = (getHigh(cpu, x86.trBase) + (at > 0xffffffff ? 1 : 0)) | 0;
  return readWords(cpu, above, at | 0, stack, 2, fault);
}

/** Faults are resumed: their saved flags have RF set (volume 3B, 17.3.1.1). */
const resumed = (flags: number, vector: number, origin: Origin): number =>
  origin === "exception" && vector !== Vector.debug && vector !== Vector.doubleFault
    ? flags | RFLAGS.RF
    : flags;

/** Error code, RIP, CS, RFLAGS, RSP, SS, each 8 bytes; the number of words. */
function buildFrame(cpu: Cpu, hasCode: boolean, code: number, flags: number, returnTo: bigint): number {
  let next = 0;
  const push = (low: number, high = 0) => {
    frame[next++] = low;
    frame[next++] = high;
  };
  if (hasCode) push(code);
  const pointer = returnTo - cpu.state.getBigUint64(x86.codeBase.offset, true);
  push(Number(BigInt.asIntN(32, pointer)), Number(BigInt.asIntN(32, pointer >> 32n)));
  push((getWord(cpu, x86.selectors[x86.CS]!) & 0xfffc) | getWord(cpu, x86.cpl));
  push(flags);
  push(getWord(cpu, x86.rsp), getHigh(cpu, x86.rsp));
  push(getWord(cpu, x86.selectors[x86.SS]!));
  return next;
}

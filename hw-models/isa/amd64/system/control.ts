/** Control and debug registers (Intel SDM volume 3A, 2.5 and 17.2; volume 2, MOV to control registers). */
import type { Cpu } from "../../cpu.ts";
import * as x86 from "../state.ts";
import { isLong, refreshSegments } from "./mode.ts";
import { flushAll } from "./paging.ts";
import { shutDown } from "./refusal.ts";
import { CR0, CR0_PG, CR4, EFER, PHYSICAL_BITS, Vector } from "./registers.ts";
import { get, getWord, set, setWord } from "./state-access.ts";

const cacheOff = (1 << 29) | (1 << 30);
const writable0 = 0x3f | CR0.WP | CR0.AM | cacheOff | CR0_PG;
const notWriteThrough = 1 << 29;
/** VME, PVI, TSD, DE, PSE, PAE, MCE, PGE, PCE and what `CR4` names. */
const writable4 =
  0x1ff | CR4.OSFXSR | CR4.OSXMMEXCPT | CR4.UMIP | CR4.FSGSBASE | CR4.OSXSAVE | CR4.SMEP | CR4.SMAP;
const priorities = 15n;

export function readControl(cpu: Cpu, number: number): bigint {
  if (number === 0) return get(cpu, x86.cr0);
  if (number === 2) return get(cpu, x86.cr2);
  if (number === 3) return get(cpu, x86.cr3);
  if (number === 4) return get(cpu, x86.cr4);
  if (number === 8) return BigInt(cpu.platform.taskPriority());
  return cpu.trap(Vector.invalidOpcode);
}

export function writeControl(cpu: Cpu, number: number, value: bigint): void {
  if (number === 0) writeControl0(cpu, value);
  else if (number === 2) set(cpu, x86.cr2, value);
  else if (number === 3) {
    if (value >> BigInt(PHYSICAL_BITS) !== 0n) cpu.trap(Vector.generalProtection);
    set(cpu, x86.cr3, value);
    flushAll(cpu);
  } else if (number === 4) writeControl4(cpu, value);
  else if (number === 8) {
    if (value > priorities) cpu.trap(Vector.generalProtection);
    cpu.platform.setTaskPriority(Number(value));
  } else cpu.trap(Vector.invalidOpcode);
  cpu.modeChanged();
}

function writeControl0(cpu: Cpu, value: bigint): void {
  if (value >> 32n !== 0n) cpu.trap(Vector.generalProtection);
  const next = (Number(value & 0xffffffffn) & writable0) | CR0.ET;
  const old = getWord(cpu, x86.cr0);
  const paging = (next & CR0_PG) !== 0;
  const changesPaging = ((next ^ old) & CR0_PG) !== 0;
  if (paging && !(next & CR0.PE)) cpu.trap(Vector.generalProtection);
  if (next & notWriteThrough && !(next & (1 << 30))) cpu.trap(Vector.generalProtection);
  if (next & (CR0.EM | CR0.TS)) {
    shutDown(cpu, "CR0.EM or CR0.TS is set: this machine's vector registers cannot be switched off");
    return;
  }
  const efer = getWord(cpu, x86.efer);
  if (changesPaging && paging) {
    if (!(efer & EFER.LME)) {
      shutDown(cpu, "paging without long mode: this machine has 64-bit page tables only");
      return;
    }
    // 4.1.2: long mode needs PAE, and CS.L must not be set yet
    if (!(getWord(cpu, x86.cr4) & CR4.PAE) || isLongSegment(cpu)) cpu.trap(Vector.generalProtection);
    setWord(cpu, x86.efer, efer | EFER.LMA);
  } else if (changesPaging) {
    if (isLong(cpu)) cpu.trap(Vector.generalProtection);
    setWord(cpu, x86.efer, efer & ~EFER.LMA);
  }
  set(cpu, x86.cr0, BigInt(next >>> 0));
  flushAll(cpu);
  refreshSegments(cpu);
}
const isLongSegment = (cpu: Cpu) => (getWord(cpu, x86.segmentRights[x86.CS]!) & (1 << 13)) !== 0;

function writeControl4(cpu: Cpu, value: bigint): void {
  if ((value & ~BigInt(writable4)) !== 0n) cpu.trap(Vector.generalProtection);
  const next = Number(value);
  if (getWord(cpu, x86.efer) & EFER.LMA && !(next & CR4.PAE)) cpu.trap(Vector.generalProtection);
  set(cpu, x86.cr4, value);
  flushAll(cpu);
}

/** LMSW: the four lowest bits, and PE only from 0 to 1. */
export function loadStatusWord(cpu: Cpu, value: number): void {
  const old = getWord(cpu, x86.cr0);
  writeControl0(cpu, BigInt(((old & ~14) | (value & 15)) >>> 0));
  cpu.modeChanged();
}

const generalDetect = 1 << 13;
const fixed6 = 0xffff0ff0n;
const fixed7 = 0x400n;
/** Breakpoints are kept, and never hit. */
const anyEnabled = 0xffn;

/** DR4 and DR5 are other names of DR6 and DR7, as long as CR4.DE is clear. */
function debugNumber(cpu: Cpu, number: number): number {
  if (number > 7) cpu.trap(Vector.invalidOpcode);
  if ((number === 4 || number === 5) && getWord(cpu, x86.cr4) & 8) cpu.trap(Vector.invalidOpcode);
  if (getWord(cpu, x86.debugRegisters[7]!) & generalDetect) cpu.trap(Vector.debug);
  return number === 4 || number === 5 ? number + 2 : number;
}
export const readDebug = (cpu: Cpu, number: number): bigint =>
  get(cpu, x86.debugRegisters[debugNumber(cpu, number)]!);
export function writeDebug(cpu: Cpu, number: number, value: bigint): void {
  const at = debugNumber(cpu, number);
  if (at >= 6 && value >> 32n !== 0n) cpu.trap(Vector.generalProtection);
  if (at === 7 && value & anyEnabled) {
    shutDown(cpu, "a breakpoint in DR7: this machine has no breakpoint registers that work");
    return;
  }
  set(cpu, x86.debugRegisters[at]!, at === 6 ? value | fixed6 : at === 7 ? value | fixed7 : value);
}

/** RDMSR and WRMSR: what the CPU itself has; the rest is asked of the platform (Intel SDM volume 4, chapter 2). */
import type { Cell } from "../../../meaning/expression.ts";
import type { Cpu } from "../../cpu.ts";
import * as x86 from "../state.ts";
import { getBase, setBase } from "./mode.ts";
import { flushAll } from "./paging.ts";
import { CR0_PG, EFER, Msr, Vector } from "./registers.ts";
import { get, getWord, isCanonicalAddress, set, setHalves, setWord } from "./state-access.ts";

const efers = EFER.SCE | EFER.LME | EFER.LMA | EFER.NXE;
/** Fast strings, as every CPU has them (volume 4, IA32_MISC_ENABLE). */
const miscellaneous = 1n;

const plain: ReadonlyMap<number, Cell<"i64">> = new Map([
  [Msr.star, x86.star],
  [Msr.syscallMask, x86.syscallMask],
  [Msr.tscAux, x86.tscAux],
]);
const addresses: ReadonlyMap<number, Cell<"i64">> = new Map([
  [Msr.lstar, x86.lstar],
  [Msr.cstar, x86.cstar],
  [Msr.kernelGsBase, x86.kernelGsBase],
]);

export const timeStamp = (cpu: Cpu): bigint =>
  BigInt.asUintN(64, cpu.platform.ticks() + get(cpu, x86.tscOffset));

function read(cpu: Cpu, index: number): bigint | undefined {
  const cell = plain.get(index) ?? addresses.get(index);
  if (cell !== undefined) return get(cpu, cell);
  switch (index) {
    case Msr.timeStampCounter:
      return timeStamp(cpu);
    case Msr.microcode:
    case Msr.machineCheckCapability:
    case Msr.machineCheckStatus:
      return 0n;
    case Msr.miscellaneous:
      return miscellaneous;
    case Msr.pat:
      return get(cpu, x86.pat);
    case Msr.efer:
      return get(cpu, x86.efer);
    case Msr.fsBase:
      return getBase(cpu, x86.FS);
    case Msr.gsBase:
      return getBase(cpu, x86.GS);
    default:
      return cpu.platform.readMsr(index);
  }
}

/** False: #GP(0). */
function write(cpu: Cpu, index: number, value: bigint): boolean {
  const cell = plain.get(index);
  if (cell !== undefined) {
    if (index === Msr.tscAux && value >> 32n !== 0n) return false;
    set(cpu, cell, value);
    return true;
  }
  const address = addresses.get(index);
  if (address !== undefined || index === Msr.fsBase || index === Msr.gsBase) {
    if (!isCanonicalAddress(value)) return false;
    if (address !== undefined) set(cpu, address, value);
    else setBase(cpu, index === Msr.fsBase ? x86.FS : x86.GS, value);
    return true;
  }
  switch (index) {
    case Msr.timeStampCounter:
      set(cpu, x86.tscOffset, value - cpu.platform.ticks());
      return true;
    case Msr.machineCheckStatus:
      return value === 0n;
    case Msr.miscellaneous:
      return value === miscellaneous;
    case Msr.microcode:
      return true;
    case Msr.pat:
      return writePat(cpu, value);
    case Msr.efer:
      return writeEfer(cpu, value);
    default:
      return cpu.platform.writeMsr(index, value);
  }
}

/** Memory types 0, 1, 4, 5, 6 and 7 (volume 3A, table 11-10). They change nothing here: memory is coherent. */
function writePat(cpu: Cpu, value: bigint): boolean {
  for (let i = 0n; i < 64n; i += 8n) {
    const type = (value >> i) & 255n;
    if (type > 7n || type === 2n || type === 3n) return false;
  }
  set(cpu, x86.pat, value);
  return true;
}

function writeEfer(cpu: Cpu, value: bigint): boolean {
  if ((value & ~BigInt(efers)) !== 0n) return false;
  const old = getWord(cpu, x86.efer);
  const next = (Number(value) & ~EFER.LMA) | (old & EFER.LMA);
  if ((next ^ old) & EFER.LME && getWord(cpu, x86.cr0) & CR0_PG) return false;
  setWord(cpu, x86.efer, next);
  flushAll(cpu);
  return true;
}

export function readMsr(cpu: Cpu): void {
  const value = read(cpu, getWord(cpu, x86.rcx) >>> 0);
  if (value === undefined) cpu.trap(Vector.generalProtection);
  setPair(cpu, value);
}
export function writeMsr(cpu: Cpu): void {
  const value = (BigInt(getWord(cpu, x86.rdx) >>> 0) << 32n) | BigInt(getWord(cpu, x86.rax) >>> 0);
  if (!write(cpu, getWord(cpu, x86.rcx) >>> 0, value)) cpu.trap(Vector.generalProtection);
  cpu.modeChanged();
}

/** EDX:EAX, the upper halves cleared. */
export function setPair(cpu: Cpu, value: bigint): void {
  setHalves(cpu, x86.rax, 0, Number(BigInt.asIntN(32, value)));
  setHalves(cpu, x86.rdx, 0, Number(BigInt.asIntN(32, value >> 32n)));
}

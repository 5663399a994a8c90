/**
 * Which kind of code is running, and what depends on it: the decoder's mode, and for code outside of 64-bit mode the
 * cached pieces of CS and SS.
 */
import type { Cpu } from "../../cpu.ts";
import { MODE_16, MODE_32, MODE_KERNEL, MODE_KERNEL_AC, MODE_USER } from "../decode.ts";
import * as x86 from "../state.ts";
import { CR4, EFER, RFLAGS, Rights } from "./registers.ts";
import { getWord, set, setHalves, setWord } from "./state-access.ts";

const codeRights = x86.segmentRights[x86.CS]!;

/** EFER.LMA and CS.L: 64-bit mode. LMA without L is compatibility mode. */
export const isLong = (cpu: Cpu): boolean =>
  (getWord(cpu, x86.efer) & EFER.LMA) !== 0 && (getWord(cpu, codeRights) & Rights.long) !== 0;
export const isLongActive = (cpu: Cpu): boolean => (getWord(cpu, x86.efer) & EFER.LMA) !== 0;
export const isProtected = (cpu: Cpu): boolean => (getWord(cpu, x86.cr0) & 1) !== 0;

export function decodeMode(cpu: Cpu): number {
  if (!isLong(cpu)) return getWord(cpu, codeRights) & Rights.big ? MODE_32 : MODE_16;
  if (getWord(cpu, x86.cpl) === 3) return MODE_USER;
  const isOpen = getWord(cpu, x86.systemFlags) & RFLAGS.AC && getWord(cpu, x86.cr4) & CR4.SMAP;
  return isOpen ? MODE_KERNEL_AC : MODE_KERNEL;
}

/** Puts a base into all three pairs of a segment. */
export function setBase(cpu: Cpu, segment: number, base: bigint): void {
  for (const pairs of x86.segmentPairs) set(cpu, { offset: pairs[segment]! }, base);
}
export const getBase = (cpu: Cpu, segment: number): bigint =>
  cpu.state.getBigUint64(x86.segmentPairs[2]![segment]!, true);

/**
 * The hidden part of a segment register, from a descriptor or as a reset leaves it.
 *
 * Differs: bases of ES, CS, SS and DS that are loaded before 64-bit mode do not come back after it. Nobody goes that
 * way without loading them anew.
 */
export function setSegment(
  cpu: Cpu,
  segment: number,
  selector: number,
  base: bigint,
  limit: number,
  rights: number,
): void {
  setWord(cpu, x86.selectors[segment]!, selector);
  setWord(cpu, x86.segmentLimits[segment]!, limit);
  setWord(cpu, x86.segmentRights[segment]!, rights);
  setBase(cpu, segment, base);
  if (segment === x86.CS || segment === x86.SS) refreshSegments(cpu);
}

/** After a change of CS, SS or of long mode. */
export function refreshSegments(cpu: Cpu): void {
  const long = isLong(cpu);
  if (long) for (let segment = x86.ES; segment <= x86.DS; segment++) setBase(cpu, segment, 0n);
  set(cpu, x86.codeBase, getBase(cpu, x86.CS));
  set(cpu, x86.stackBase, getBase(cpu, x86.SS));
  const isBig = getWord(cpu, x86.segmentRights[x86.SS]!) & Rights.big;
  setHalves(cpu, x86.stackMask, long ? -1 : 0, isBig || long ? -1 : 0xffff);
}

/** CS or SS for 64-bit mode, where they have no base: the short way, as every interrupt and system call takes it. */
export function setLongSegment(
  cpu: Cpu,
  segment: number,
  selector: number,
  limit: number,
  rights: number,
): void {
  const wasLong = isLong(cpu);
  setWord(cpu, x86.selectors[segment]!, selector);
  setWord(cpu, x86.segmentLimits[segment]!, limit);
  setWord(cpu, x86.segmentRights[segment]!, rights);
  if (!wasLong) refreshSegments(cpu);
}

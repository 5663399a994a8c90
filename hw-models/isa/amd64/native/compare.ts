/** Compares what the CPU did with what the rows say. */
import { MODE_32 } from "../decode.ts";
import { CODE, DATA, NO_TRAP, PAGE, type Result } from "./cases.ts";
import type { Generated } from "./generate.ts";

const ARITHMETIC = 0x8d5n;
const STACK_FAULT = 12;
const GENERAL_PROTECTION = 13;
const PAGE_FAULT = 14;
const hex = (value: bigint | number) => value.toString(16);
const DIRECTION = 0x400n;

/** Faults where this process has memory that the world has not, or on both pages of a crossing access. */
function isElsewhere({ after }: Result): boolean {
  if (after.trap !== PAGE_FAULT) return false;
  return [CODE, 0x3000_0000, DATA + 2 * PAGE].some((known) => {
    const offset = after.faultAddress - BigInt(known);
    return offset > -8n && offset < BigInt(PAGE);
  });
}

/** With five levels of page tables more addresses are canonical: a page fault there, not a general protection. */
function isWider(cpu: Result, ours: Result): boolean {
  const { trap, faultAddress } = cpu.after;
  const canonical = BigInt.asUintN(64, BigInt.asIntN(48, faultAddress)) === faultAddress;
  return ours.after.trap === GENERAL_PROTECTION && trap === PAGE_FAULT && !canonical;
}

/** The differences, in words; empty: none. */
export function compare(given: Generated, cpu: Result, ours: Result): string[] {
  const found: string[] = [];
  const check = (name: string, theirs: bigint | number, mine: bigint | number) => {
    if (theirs !== mine) found.push(`${name} ${hex(mine)}, the CPU: ${hex(theirs)}`);
  };
  const trap = (number: number) => (number === STACK_FAULT ? GENERAL_PROTECTION : number);
  if (isElsewhere(ours) || isElsewhere(cpu) || isWider(cpu, ours)) return [];
  check("trap", trap(cpu.after.trap), trap(ours.after.trap));
  check("rip", cpu.after.rip - BigInt(CODE), ours.after.rip - BigInt(CODE));
  if (cpu.after.trap === PAGE_FAULT) {
    // Linux says "protection" of all kernel addresses, so that nobody learns which are mapped.
    const present = BigInt.asIntN(64, cpu.after.faultAddress) < 0n ? 1 : 0;
    check("error code", cpu.after.error & ~present, ours.after.error & ~present);
    // A processor's fast strings may fault anywhere in the page.
    const repeats = given.patterns.some(({ row }) => row.mnemonic.startsWith("rep"));
    const mask = repeats ? ~0xfffn : -1n;
    check("fault address", cpu.after.faultAddress & mask, ours.after.faultAddress & mask);
  }
  const width = given.mode === MODE_32 ? 32 : 64;
  for (let index = 0; index < (width === 32 ? 8 : 16); index++) {
    const low = (value: bigint) => BigInt.asUintN(width, value);
    check(`r${index}`, low(cpu.after.general[index]!), low(ours.after.general[index]!));
  }
  // A trap inside of the code may leave flags of an earlier instruction: those that are undefined are not known then.
  const trapped = cpu.after.trap !== NO_TRAP;
  const masked = trapped && given.patterns.length > 1 ? ARITHMETIC : BigInt(given.undefinedFlags);
  const known = (ARITHMETIC & ~masked) | DIRECTION;
  check("flags", cpu.after.flags & known, ours.after.flags & known);
  check("mxcsr", cpu.after.mxcsr, ours.after.mxcsr);
  for (let i = 0; i < 256; i++) {
    if (cpu.after.xmm[i] !== ours.after.xmm[i]) {
      found.push(`xmm${i >> 4} byte ${i & 15}: ${ours.after.xmm[i]}, the CPU: ${cpu.after.xmm[i]}`);
      break;
    }
  }
  check("memory elsewhere", cpu.rest, ours.rest);
  for (let i = 0; i < cpu.window.length; i++) {
    if (cpu.window[i] !== ours.window[i]) {
      found.push(`memory at ${i}: ${ours.window[i]}, the CPU: ${cpu.window[i]}`);
      break;
    }
  }
  return found;
}

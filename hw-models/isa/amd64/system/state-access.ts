/** The state's cells from TypeScript: for customs, traps and the page walker. */
import type { Cell } from "../../../meaning/expression.ts";
import type { Cpu } from "../../cpu.ts";
import { ARITHMETIC } from "../flags.ts";
import * as x86 from "../state.ts";
import { LINEAR_BITS, RFLAGS } from "./registers.ts";

type Place = { readonly offset: number };

export const getWord = (cpu: Cpu, cell: Place): number => cpu.state.getInt32(cell.offset, true);
export const setWord = (cpu: Cpu, cell: Place, value: number): void =>
  cpu.state.setInt32(cell.offset, value, true);
/** The upper half of a 64-bit cell. */
export const getHigh = (cpu: Cpu, cell: Place): number => cpu.state.getInt32(cell.offset + 4, true);
export function setHalves(cpu: Cpu, cell: Place, high: number, low: number): void {
  cpu.state.setInt32(cell.offset, low, true);
  cpu.state.setInt32(cell.offset + 4, high, true);
}
export function copy(cpu: Cpu, to: Place, from: Place): void {
  setHalves(cpu, to, getHigh(cpu, from), getWord(cpu, from));
}
export const get = (cpu: Cpu, cell: Cell<"i64">): bigint => cpu.state.getBigUint64(cell.offset, true);
export const set = (cpu: Cpu, cell: Place, value: bigint): void =>
  cpu.state.setBigUint64(cell.offset, value, true);

/** RFLAGS; everything that has a meaning is in its lower half. */
export const getFlags = (cpu: Cpu): number => getWord(cpu, x86.systemFlags) | cpu.flag("status");
/** All of RFLAGS. RF is dropped: with the first instruction that follows it would be gone anyway. */
export function setFlags(cpu: Cpu, value: number): void {
  const kept = (value & ~(ARITHMETIC | RFLAGS.RF | RFLAGS.VM) & 0x3f7fd7) | RFLAGS.fixed;
  setHalves(cpu, x86.systemFlags, 0, kept);
  setStatus(cpu, value & ARITHMETIC);
}
/** The six arithmetic flags, at their places. Kind 0 is "exact". */
export function setStatus(cpu: Cpu, value: number): void {
  setWord(cpu, x86.flagKind, 0);
  setHalves(cpu, x86.flagValues[0]!, 0, value);
}

/** All bits from 47 on are equal. */
export const isCanonical = (high: number): boolean =>
  (high << (64 - LINEAR_BITS)) >> (64 - LINEAR_BITS) === high;
export const isCanonicalAddress = (address: bigint): boolean =>
  isCanonical(Number(BigInt.asIntN(32, address >> 32n)));

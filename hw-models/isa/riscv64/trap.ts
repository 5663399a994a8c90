/**
 * Traps: into them, with delegation and vectors, and back. Interrupts by their priorities.
 *
 * Source: The RISC-V Instruction Set Manual, Volume II, version 20211203, 3.1.6 to 3.1.9, 3.1.15, 3.3.2 and 4.1.
 */
import type { Cpu } from "../cpu.ts";
import {
  getCell,
  getLow,
  machine,
  mcause,
  medeleg,
  mepc,
  mideleg,
  mie,
  mip,
  mppShift,
  mstatus,
  mtval,
  mtvec,
  pcCell,
  privilege,
  reservation,
  scause,
  sepc,
  setCell,
  setLow,
  status,
  stval,
  stvec,
  supervisor,
  user,
} from "./state.ts";

const interruptBit = 1n << 63n;

/** `epc` goes on at the trap's return. */
function enter(
  cpu: Cpu,
  epc: bigint,
  code: number,
  isInterrupt: boolean,
  value: bigint,
  level: number,
): void {
  const low = getLow(cpu, mstatus);
  const from = getLow(cpu, privilege);
  const toMachine = level === machine;
  setCell(cpu, toMachine ? mepc : sepc, epc & ~1n);
  setCell(cpu, toMachine ? mcause : scause, BigInt(code) | (isInterrupt ? interruptBit : 0n));
  setCell(cpu, toMachine ? mtval : stval, value);
  if (toMachine) {
    const enabled = (low & status.mie) !== 0 ? status.mpie : 0;
    setLow(cpu, mstatus, (low & ~(status.mpie | status.mie | status.mpp)) | enabled | (from << mppShift));
  } else {
    const enabled = (low & status.sie) !== 0 ? status.spie : 0;
    const previous = from === supervisor ? status.spp : 0;
    setLow(cpu, mstatus, (low & ~(status.spie | status.sie | status.spp)) | enabled | previous);
  }
  setLow(cpu, privilege, level);
  const vector = getCell(cpu, toMachine ? mtvec : stvec);
  const base = vector & ~3n;
  setCell(cpu, pcCell, isInterrupt && (vector & 1n) !== 0n ? base + BigInt(code * 4) : base);
  cpu.modeChanged();
}

export function enterTrap(cpu: Cpu, code: number, value: bigint, address?: bigint): void {
  const delegated = ((getLow(cpu, medeleg) >>> code) & 1) !== 0 && getLow(cpu, privilege) !== machine;
  enter(cpu, cpu.instructionPc, code, false, address ?? value, delegated ? supervisor : machine);
}

/** Pending and enabled in `mie`, whatever the modes say. All interrupts have numbers below 12. */
const requested = (cpu: Cpu): number => (getLow(cpu, mip) | cpu.platform.pending()) & getLow(cpu, mie);

/** External before software before timer, the machine's before the supervisor's. */
const priorities = [11, 3, 7, 9, 1, 5];

export function takeInterrupt(cpu: Cpu): boolean {
  const requests = requested(cpu);
  if (requests === 0) return false;
  const low = getLow(cpu, mstatus);
  const level = getLow(cpu, privilege);
  const delegated = getLow(cpu, mideleg);
  const forMachine = level < machine || (low & status.mie) !== 0 ? requests & ~delegated : 0;
  const forSupervisor =
    level < supervisor || (level === supervisor && (low & status.sie) !== 0) ? requests & delegated : 0;
  const taken = forMachine !== 0 ? forMachine : forSupervisor;
  const code = priorities.find((number) => (taken >>> number) & 1);
  if (code === undefined) return false;
  enter(cpu, cpu.instructionPc, code, true, 0n, taken === forMachine ? machine : supervisor);
  return true;
}

export const wakes = (cpu: Cpu): boolean => requested(cpu) !== 0;

function leave(cpu: Cpu, level: number, low: number, to: bigint): void {
  setLow(cpu, mstatus, level === machine ? low : low & ~status.mprv);
  setLow(cpu, privilege, level);
  setCell(cpu, pcCell, to);
  setCell(cpu, reservation, -1n);
  cpu.modeChanged();
  if (level === user) cpu.platform.onReturn?.(cpu);
}

/** SRET and MRET, allowed already. */
export function returnFromSupervisor(cpu: Cpu): void {
  const low = getLow(cpu, mstatus);
  const enabled = (low & status.spie) !== 0 ? status.sie : 0;
  const level = (low & status.spp) !== 0 ? supervisor : user;
  leave(cpu, level, (low & ~(status.sie | status.spp)) | enabled | status.spie, getCell(cpu, sepc));
}
export function returnFromMachine(cpu: Cpu): void {
  const low = getLow(cpu, mstatus);
  const enabled = (low & status.mpie) !== 0 ? status.mie : 0;
  const level = (low & status.mpp) >> mppShift;
  leave(cpu, level, (low & ~(status.mie | status.mpp)) | enabled | status.mpie, getCell(cpu, mepc));
}

/** IN, OUT and their string forms: permission, then the bus (Intel SDM volume 1, 19.5; volume 2, IN, INS). */
import type { Cpu } from "../../cpu.ts";
import * as x86 from "../state.ts";
import { makeFault, readWords } from "./memory.ts";
import { isProtected } from "./mode.ts";
import { RFLAGS, Vector } from "./registers.ts";
import { isNull, raise } from "./segments.ts";
import { get, getHigh, getWord, set, setHalves } from "./state-access.ts";

type Size = 1 | 2 | 4;
const map = new Int32Array(1);
const fault = makeFault();
/** Of the map's offset in the task state segment. */
const mapField = 0x66;

/** CPL <= IOPL, or every bit of the task's map that belongs to the port is clear. */
function requirePort(cpu: Cpu, port: number, size: number): void {
  if (!isProtected(cpu)) return;
  const iopl = (getWord(cpu, x86.systemFlags) & RFLAGS.IOPL) >> 12;
  if (getWord(cpu, x86.cpl) <= iopl) return;
  const limit = getWord(cpu, x86.trLimit) >>> 0;
  if (isNull(getWord(cpu, x86.trSelector)) || limit < mapField + 1) cpu.trap(Vector.generalProtection);
  const at = (taskWord(cpu, mapField) & 0xffff) + (port >> 3);
  if (at + 1 > limit) cpu.trap(Vector.generalProtection);
  if ((taskWord(cpu, at) >> (port & 7)) & ((1 << size) - 1)) cpu.trap(Vector.generalProtection);
}
function taskWord(cpu: Cpu, offset: number): number {
  const at = (getWord(cpu, x86.trBase) >>> 0) + offset;
  const high = (getHigh(cpu, x86.trBase) + (at > 0xffffffff ? 1 : 0)) | 0;
  if (!readWords(cpu, high, at | 0, map, 1, fault)) raise(cpu, fault);
  return map[0]!;
}

export function readPort(cpu: Cpu, port: number, size: Size): void {
  requirePort(cpu, port, size);
  const value = cpu.platform.readPort(port, size);
  if (size === 4) setHalves(cpu, x86.rax, 0, value | 0);
  else if (size === 2) cpu.state.setUint16(x86.rax.offset, value, true);
  else cpu.state.setUint8(x86.rax.offset, value);
}
export function writePort(cpu: Cpu, port: number, size: Size): void {
  requirePort(cpu, port, size);
  const value = getWord(cpu, x86.rax);
  cpu.platform.writePort(port, size, size === 4 ? value >>> 0 : value & (size === 2 ? 0xffff : 0xff));
}

/** What a string form works with: base and address mask of the segment. */
type Step = { size: Size; pair: number; isRepeated: boolean };
const countOf = (cpu: Cpu, mask: bigint, isRepeated: boolean) => (isRepeated ? get(cpu, x86.rcx) & mask : 1n);

/** Keeps the upper part as the address size says: 32-bit registers clear it, 16-bit ones keep it. */
function advance(
  cpu: Cpu,
  register: { offset: number; name: string; type: "i64" },
  by: bigint,
  mask: bigint,
): void {
  const old = get(cpu, register);
  const kept = mask === 0xffffn ? old & ~mask : 0n;
  set(cpu, register, kept | ((old + by) & mask));
}
const stride = (cpu: Cpu, size: Size): bigint =>
  BigInt(getWord(cpu, x86.systemFlags) & RFLAGS.DF ? -size : size);

/** One element at a time; the instruction begins anew for the next one, so that faults and interrupts come between. */
function finish(cpu: Cpu, mask: bigint, { isRepeated }: Step): void {
  if (!isRepeated) return;
  advance(cpu, x86.rcx, -1n, mask);
  if ((get(cpu, x86.rcx) & mask) === 0n) return;
  set(cpu, x86.rip, cpu.instructionPc);
  cpu.modeChanged();
}

export function readPortToMemory(cpu: Cpu, step: Step): void {
  const port = getWord(cpu, x86.rdx) & 0xffff;
  const mask = cpu.state.getBigUint64(step.pair + 8, true);
  requirePort(cpu, port, step.size);
  if (countOf(cpu, mask, step.isRepeated) === 0n) return;
  const extra = cpu.state.getBigUint64(x86.segmentPairs[2]![x86.ES]!, true);
  const address = (get(cpu, x86.rdi) & mask) + extra;
  cpu.probeWrite(address, step.size);
  const value = cpu.platform.readPort(port, step.size);
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  cpu.writeVirtual(address, bytes.subarray(0, step.size));
  advance(cpu, x86.rdi, stride(cpu, step.size), mask);
  finish(cpu, mask, step);
}
export function writePortFromMemory(cpu: Cpu, step: Step): void {
  const port = getWord(cpu, x86.rdx) & 0xffff;
  const base = cpu.state.getBigUint64(step.pair, true);
  const mask = cpu.state.getBigUint64(step.pair + 8, true);
  requirePort(cpu, port, step.size);
  if (countOf(cpu, mask, step.isRepeated) === 0n) return;
  const bytes = new Uint8Array(4);
  bytes.set(cpu.readVirtual((get(cpu, x86.rsi) & mask) + base, step.size));
  cpu.platform.writePort(port, step.size, new DataView(bytes.buffer).getUint32(0, true));
  advance(cpu, x86.rsi, stride(cpu, step.size), mask);
  finish(cpu, mask, step);
}

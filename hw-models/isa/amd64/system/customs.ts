/**
 * The instructions that leave to TypeScript, by the names that rows give them: system instructions are rare, and what
 * they do is long. Values are bigints; here they become what each function takes.
 */
import type { Cpu } from "../../cpu.ts";
import type { Isa } from "../../isa.ts";
import * as x86 from "../state.ts";
import * as control from "./control.ts";
import { cpuid } from "./cpuid.ts";
import { debugInterrupt, enableInterrupts, holdInterrupts, softwareInterrupt } from "./interrupts.ts";
import * as msr from "./msr.ts";
import { flushPage } from "./paging.ts";
import * as ports from "./ports.ts";
import { CR4, RFLAGS, Vector } from "./registers.ts";
import { loadLocalTable, loadSegment, loadTask } from "./segments.ts";
import { get, getWord, set, setHalves, setWord } from "./state-access.ts";
import { systemCall, systemReturn } from "./syscall.ts";
import * as tables from "./tables.ts";
import { farCall, farJump, farReturn, interruptReturn, type Width } from "./transfer.ts";
import * as vector from "./vector-state.ts";

type Size = 1 | 2 | 4;
const low = Number;
const place = (offset: bigint) => ({ offset: Number(offset) });

function loadSegmentRegister(cpu: Cpu, segment: number, selector: bigint): void {
  loadSegment(cpu, segment, Number(selector & 0xffffn));
  if (segment === x86.SS) holdInterrupts(cpu);
  else cpu.modeChanged();
}

/** POP to a segment register: the stack pointer moves only if the selector is accepted. */
function popSegment(cpu: Cpu, segment: bigint, selector: bigint, bytes: bigint): void {
  const mask = get(cpu, x86.stackMask);
  loadSegmentRegister(cpu, low(segment), selector);
  const old = get(cpu, x86.rsp);
  set(cpu, x86.rsp, (old & ~mask) | ((old + bytes) & mask));
}

/** A register of 2, 4 or 8 bytes. */
function setRegister(cpu: Cpu, at: bigint, value: bigint, bytes: bigint): void {
  if (bytes === 2n) cpu.state.setUint16(Number(at), Number(value & 0xffffn), true);
  else set(cpu, place(at), bytes === 4n ? value & 0xffffffffn : value);
}

function readTimeStamp(cpu: Cpu, withProcessor: bigint): void {
  if (getWord(cpu, x86.cr4) & CR4.TSD && getWord(cpu, x86.cpl) !== 0) cpu.trap(Vector.generalProtection);
  msr.setPair(cpu, msr.timeStamp(cpu));
  if (withProcessor) setHalves(cpu, x86.rcx, 0, getWord(cpu, x86.tscAux));
}

/** STAC and CLAC: #UD, not #GP, for programs. */
function setAccess(cpu: Cpu, isOpen: bigint): void {
  if (getWord(cpu, x86.cpl) !== 0) cpu.trap(Vector.invalidOpcode);
  const flags = getWord(cpu, x86.systemFlags);
  setWord(cpu, x86.systemFlags, isOpen ? flags | RFLAGS.AC : flags & ~RFLAGS.AC);
  cpu.modeChanged();
}

const stringStep = (size: bigint, pair: bigint, isRepeated: bigint) => ({
  size: low(size) as Size,
  pair: low(pair),
  isRepeated: isRepeated !== 0n,
});

type Custom = Isa["customs"][string];
/** A custom's values, as many as it declares. */
type Named = Readonly<Record<string, (cpu: Cpu, ...values: [bigint, bigint, bigint, bigint]) => void>>;

const named: Named = {
  flagsChanged: (cpu) => cpu.modeChanged(),
  halt: (cpu) => cpu.wait(),
  enableInterrupts,
  softwareInterrupt: (cpu, number) => softwareInterrupt(cpu, low(number)),
  debugInterrupt,
  interruptReturn: (cpu, width) => interruptReturn(cpu, low(width) as Width),
  farJump: (cpu, selector, offset) => farJump(cpu, low(selector), offset),
  farCall: (cpu, selector, offset, width) => farCall(cpu, low(selector), offset, low(width) as Width),
  farReturn: (cpu, width, extra) => farReturn(cpu, low(width) as Width, low(extra)),
  loadSegment: (cpu, segment, selector) => loadSegmentRegister(cpu, low(segment), selector),
  popSegment,
  loadFarPointer(cpu, segmentAndBytes, selector, at, offset) {
    loadSegmentRegister(cpu, low(segmentAndBytes & 15n), selector);
    setRegister(cpu, at, offset, segmentAndBytes >> 4n);
  },
  loadGdt: (cpu, address, isShort) => tables.loadTable(cpu, "gdt", address, isShort !== 0n),
  loadIdt: (cpu, address, isShort) => tables.loadTable(cpu, "idt", address, isShort !== 0n),
  storeGdt: (cpu, address) => tables.storeTable(cpu, "gdt", address),
  storeIdt: (cpu, address) => tables.storeTable(cpu, "idt", address),
  loadLocalTable: (cpu, selector) => loadLocalTable(cpu, low(selector)),
  loadTask: (cpu, selector) => loadTask(cpu, low(selector)),
  loadRights: (cpu, at, selector, bits) =>
    tables.loadRights(cpu, low(at), low(selector & 0xffffn), low(bits)),
  loadLimit: (cpu, at, selector, bits) => tables.loadLimit(cpu, low(at), low(selector & 0xffffn), low(bits)),
  verify: (cpu, selector, forWrite) => tables.verify(cpu, low(selector), forWrite !== 0n),
  systemCall,
  systemReturn: (cpu, isWide) => systemReturn(cpu, isWide !== 0n),
  readMsr: msr.readMsr,
  writeMsr: msr.writeMsr,
  readTimeStamp,
  cpuid,
  readControl: (cpu, at, number, bytes) => setRegister(cpu, at, control.readControl(cpu, low(number)), bytes),
  writeControl: (cpu, number, value) => control.writeControl(cpu, low(number), value),
  readDebug: (cpu, at, number, bytes) => setRegister(cpu, at, control.readDebug(cpu, low(number)), bytes),
  writeDebug: (cpu, number, value) => control.writeDebug(cpu, low(number), value),
  loadStatusWord: (cpu, value) => control.loadStatusWord(cpu, low(value)),
  flushPage: (cpu, address) => flushPage(cpu, address),
  setAccess,
  readPort: (cpu, port, size) => ports.readPort(cpu, low(port), low(size) as Size),
  writePort: (cpu, port, size) => ports.writePort(cpu, low(port), low(size) as Size),
  readPortToMemory: (cpu, size, pair, isRepeated) =>
    ports.readPortToMemory(cpu, stringStep(size, pair, isRepeated)),
  writePortFromMemory: (cpu, size, pair, isRepeated) =>
    ports.writePortFromMemory(cpu, stringStep(size, pair, isRepeated)),
  fxsave: vector.fxsave,
  fxrstor: vector.fxrstor,
  xsave: vector.xsave,
  xrstor: vector.xrstor,
  readExtended: (cpu) => msr.setPair(cpu, vector.readExtended(cpu)),
  writeExtended: (cpu, value) => vector.writeExtended(cpu, value),
};

export const systemCustoms = named as Readonly<Record<string, Custom>>;

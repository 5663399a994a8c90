/** Instructions about descriptor tables and descriptors: LGDT, SGDT, SLDT, STR, LAR, LSL, VERR, VERW (SDM volume 2). */
import type { Cpu } from "../../cpu.ts";
import * as x86 from "../state.ts";
import { makeFault } from "./memory.ts";
import { isLong, isProtected } from "./mode.ts";
import { CR4, privilegeOf, Rights, Vector } from "./registers.ts";
import { emptyDescriptor, isNull, raise, readDescriptor } from "./segments.ts";
import { get, getWord, isCanonicalAddress, set, setHalves, setStatus, setWord } from "./state-access.ts";

const fault = makeFault();
const descriptor = emptyDescriptor();
const ZF = 0x40;
type Table = "gdt" | "idt";
const cellsOf = {
  gdt: { base: x86.gdtBase, limit: x86.gdtLimit },
  idt: { base: x86.idtBase, limit: x86.idtLimit },
} as const;

/** `isShort`: 24 bits of base, with 16-bit operands outside of 64-bit mode. */
export function loadTable(cpu: Cpu, table: Table, address: bigint, isShort: boolean): void {
  const long = isLong(cpu);
  const view = new DataView(cpu.readVirtual(address, long ? 10 : 6).buffer);
  const base = long
    ? view.getBigUint64(2, true)
    : BigInt(view.getUint32(2, true) & (isShort ? 0xffffff : -1));
  if (long && !isCanonicalAddress(base)) cpu.trap(Vector.generalProtection);
  set(cpu, cellsOf[table].base, BigInt.asUintN(long ? 64 : 32, base));
  setWord(cpu, cellsOf[table].limit, view.getUint16(0, true));
}

/** CR4.UMIP keeps programs from reading where the kernel's tables are (volume 3A, 2.5). */
export function refuseToProgram(cpu: Cpu): void {
  if (getWord(cpu, x86.cpl) === 3 && getWord(cpu, x86.cr4) & CR4.UMIP) cpu.trap(Vector.generalProtection);
}

export function storeTable(cpu: Cpu, table: Table, address: bigint): void {
  refuseToProgram(cpu);
  const view = new DataView(new ArrayBuffer(isLong(cpu) ? 10 : 6));
  view.setUint16(0, getWord(cpu, cellsOf[table].limit), true);
  if (isLong(cpu)) view.setBigUint64(2, get(cpu, cellsOf[table].base), true);
  else view.setUint32(2, getWord(cpu, cellsOf[table].base), true);
  cpu.writeVirtual(address, new Uint8Array(view.buffer));
}

/** Descriptors that LAR and LSL tell about in long mode, of those that are no segments (volume 2, tables 3-53, 3-60). */
const knownToRights = new Set([2, 9, 11, 12]);
const knownToLimit = new Set([2, 9, 11]);

/** The descriptor if the program may know it: LAR, LSL, VERR and VERW say so in ZF and never fault for it. */
function isVisible(cpu: Cpu, selector: number, known: ReadonlySet<number>): boolean {
  if (!isProtected(cpu)) cpu.trap(Vector.invalidOpcode);
  if (isNull(selector)) return false;
  if (!readDescriptor(cpu, selector, descriptor, fault)) {
    if (fault.vector === Vector.pageFault) raise(cpu, fault);
    return false;
  }
  const { rights } = descriptor;
  const isSegment = (rights & Rights.notSystem) !== 0;
  if (!isSegment && !known.has(rights & Rights.type)) return false;
  const isConforming = (rights & (Rights.code | Rights.conforming)) === (Rights.code | Rights.conforming);
  if (isSegment && isConforming) return true;
  const privilege = privilegeOf(rights);
  return privilege >= getWord(cpu, x86.cpl) && privilege >= (selector & 3);
}

function answer(cpu: Cpu, place: number, bits: number, value: number | undefined): void {
  const status = cpu.flag("status");
  setStatus(cpu, value === undefined ? status & ~ZF : status | ZF);
  if (value === undefined) return;
  if (bits === 16) cpu.state.setUint16(place, value, true);
  else setHalves(cpu, { offset: place }, 0, value);
}
export function loadRights(cpu: Cpu, place: number, selector: number, bits: number): void {
  const isKnown = isVisible(cpu, selector, knownToRights);
  answer(cpu, place, bits, isKnown ? descriptor.word & 0x00f0ff00 : undefined);
}
export function loadLimit(cpu: Cpu, place: number, selector: number, bits: number): void {
  const isKnown = isVisible(cpu, selector, knownToLimit);
  answer(cpu, place, bits, isKnown ? descriptor.limit : undefined);
}
const none: ReadonlySet<number> = new Set();
export function verify(cpu: Cpu, selector: number, forWrite: boolean): void {
  const isCode = () => (descriptor.rights & Rights.code) !== 0;
  const allows = () => (descriptor.rights & Rights.readWrite) !== 0;
  const fits = isVisible(cpu, selector, none) && (forWrite ? !isCode() && allows() : !isCode() || allows());
  const status = cpu.flag("status");
  setStatus(cpu, fits ? status | ZF : status & ~ZF);
}

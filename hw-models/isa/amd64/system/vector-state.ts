/**
 * FXSAVE, XSAVE and their relatives (Intel SDM volume 1, 10.5 and chapter 13; standard form): x87 and SSE state.
 * XINUSE is always all ones, which 13.6 allows, so XSAVEOPT does what XSAVE does.
 *
 * Differs: the x87 unit has its control words and its registers, for programs that keep them; it does not compute, and
 * its last instruction's and operand's addresses are always 0.
 */
import type { Cpu } from "../../cpu.ts";
import * as x86 from "../state.ts";
import { isLong } from "./mode.ts";
import { CR4, Vector } from "./registers.ts";
import { get, getWord, set, setWord } from "./state-access.ts";

const X87 = 1;
const SSE = 2;
export const XCR0_POSSIBLE = X87 | SSE;
/** Legacy region and header. */
export const areaBytes = 576;
/** What the legacy region's parts take: FXSAVE leaves the rest to the program. */
const legacyBytes = 416;
const Offset = {
  control: 0,
  status: 2,
  tags: 4,
  mxcsr: 24,
  mxcsrMask: 28,
  x87: 32,
  xmm: 160,
  header: 512,
} as const;
const mxcsrMask = 0xffff;
const initialControl = 0x37f;
const initialMxcsr = 0x1f80;
const x87Bytes = 10;

const mask64 = (1n << 64n) - 1n;
const vectorsOf = (cpu: Cpu): number => (isLong(cpu) ? 16 : 8);
const bytesAt = (cpu: Cpu, offset: number, length: number): Uint8Array =>
  new Uint8Array(cpu.state.buffer, cpu.state.byteOffset + offset, length);

export function initializeX87(cpu: Cpu): void {
  setWord(cpu, x86.x87Control, initialControl);
  setWord(cpu, x86.x87Status, 0);
  setWord(cpu, x86.x87Tags, 0);
}
export function initializeVectors(cpu: Cpu): void {
  bytesAt(cpu, x86.xmm[0]!.offset, 16 * 16).fill(0);
  setWord(cpu, x86.mxcsr, initialMxcsr);
}

/** Puts the chosen parts into an image of the legacy region. */
function fill(cpu: Cpu, image: Uint8Array, parts: number): void {
  const view = new DataView(image.buffer, image.byteOffset);
  if (parts & X87) {
    image.fill(0, 0, Offset.mxcsr);
    view.setUint16(Offset.control, getWord(cpu, x86.x87Control), true);
    view.setUint16(Offset.status, getWord(cpu, x86.x87Status), true);
    view.setUint8(Offset.tags, getWord(cpu, x86.x87Tags));
    x86.x87Registers.forEach(({ offset }, index) => {
      image.fill(0, Offset.x87 + index * 16, Offset.x87 + index * 16 + 16);
      image.set(bytesAt(cpu, offset, x87Bytes), Offset.x87 + index * 16);
    });
  }
  if (parts & SSE) {
    view.setUint32(Offset.mxcsr, getWord(cpu, x86.mxcsr), true);
    view.setUint32(Offset.mxcsrMask, mxcsrMask, true);
    image.set(bytesAt(cpu, x86.xmm[0]!.offset, vectorsOf(cpu) * 16), Offset.xmm);
  }
}

function takeX87(cpu: Cpu, image: Uint8Array): void {
  const view = new DataView(image.buffer, image.byteOffset);
  setWord(cpu, x86.x87Control, view.getUint16(Offset.control, true));
  setWord(cpu, x86.x87Status, view.getUint16(Offset.status, true));
  setWord(cpu, x86.x87Tags, view.getUint8(Offset.tags));
  x86.x87Registers.forEach(({ offset }, index) => {
    bytesAt(cpu, offset, x87Bytes).set(
      image.subarray(Offset.x87 + index * 16, Offset.x87 + index * 16 + x87Bytes),
    );
  });
}
function takeVectors(cpu: Cpu, image: Uint8Array): void {
  const bytes = vectorsOf(cpu) * 16;
  bytesAt(cpu, x86.xmm[0]!.offset, bytes).set(image.subarray(Offset.xmm, Offset.xmm + bytes));
}
/** MXCSR of an image; reserved bits are refused. */
function mxcsrOf(cpu: Cpu, image: Uint8Array): number {
  const value = new DataView(image.buffer, image.byteOffset).getUint32(Offset.mxcsr, true);
  if (value & ~mxcsrMask) cpu.trap(Vector.generalProtection);
  return value;
}

function requireAlignment(cpu: Cpu, address: bigint, bytes: bigint): void {
  if (address & (bytes - 1n)) cpu.trap(Vector.generalProtection);
}

export function fxsave(cpu: Cpu, address: bigint): void {
  requireAlignment(cpu, address, 16n);
  const image = new Uint8Array(vectorsOf(cpu) === 16 ? legacyBytes : legacyBytes - 128);
  fill(cpu, image, X87 | SSE);
  cpu.writeVirtual(address, image);
}
export function fxrstor(cpu: Cpu, address: bigint): void {
  requireAlignment(cpu, address, 16n);
  const image = cpu.readVirtual(address, legacyBytes);
  const mxcsr = mxcsrOf(cpu, image);
  takeX87(cpu, image);
  takeVectors(cpu, image);
  setWord(cpu, x86.mxcsr, mxcsr);
}

/** The components that EDX:EAX and XCR0 ask for. */
function requested(cpu: Cpu, address: bigint): number {
  requireXsave(cpu);
  requireAlignment(cpu, address, 64n);
  return getWord(cpu, x86.xcr0) & getWord(cpu, x86.rax);
}
function requireXsave(cpu: Cpu): void {
  if (!(getWord(cpu, x86.cr4) & CR4.OSXSAVE)) cpu.trap(Vector.invalidOpcode);
}

export function xsave(cpu: Cpu, address: bigint): void {
  const parts = requested(cpu, address);
  cpu.probeWrite(address, areaBytes);
  const image = cpu.readVirtual(address, areaBytes);
  const view = new DataView(image.buffer);
  fill(cpu, image, parts);
  view.setUint32(Offset.header, (view.getUint32(Offset.header, true) & ~parts) | parts, true);
  cpu.writeVirtual(address, image.subarray(0, legacyBytes));
  cpu.writeVirtual(address + BigInt(Offset.header), image.subarray(Offset.header, Offset.header + 8));
}

export function xrstor(cpu: Cpu, address: bigint): void {
  const parts = requested(cpu, address);
  const image = cpu.readVirtual(address, areaBytes);
  const view = new DataView(image.buffer);
  const saved = view.getBigUint64(Offset.header, true);
  const isBad =
    (saved & ~get(cpu, x86.xcr0) & mask64) !== 0n ||
    view.getBigUint64(Offset.header + 8, true) !== 0n ||
    view.getBigUint64(Offset.header + 16, true) !== 0n;
  if (isBad) cpu.trap(Vector.generalProtection);
  const present = Number(saved) & parts;
  const mxcsr = parts & SSE ? mxcsrOf(cpu, image) : getWord(cpu, x86.mxcsr);
  if (parts & X87) {
    if (present & X87) takeX87(cpu, image);
    else {
      initializeX87(cpu);
      for (const { offset } of x86.x87Registers) bytesAt(cpu, offset, 16).fill(0);
    }
  }
  if (parts & SSE) {
    if (present & SSE) takeVectors(cpu, image);
    else initializeVectors(cpu);
  }
  // MXCSR comes from memory even where the registers are initial (13.8.1).
  setWord(cpu, x86.mxcsr, mxcsr);
}

/** XGETBV of XCR0. */
export function readExtended(cpu: Cpu): bigint {
  requireXsave(cpu);
  if (getWord(cpu, x86.rcx) !== 0) cpu.trap(Vector.generalProtection);
  return get(cpu, x86.xcr0);
}
export function writeExtended(cpu: Cpu, value: bigint): void {
  requireXsave(cpu);
  const isBad =
    getWord(cpu, x86.rcx) !== 0 || !(value & BigInt(X87)) || (value & ~BigInt(XCR0_POSSIBLE)) !== 0n;
  if (isBad) cpu.trap(Vector.generalProtection);
  set(cpu, x86.xcr0, value);
}

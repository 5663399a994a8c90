/**
 * Where a hart keeps its state: registers at fixed offsets, then one cell per CSR. x0 is the always-zero start of the
 * state when read; written, it is a sink that nobody reads.
 *
 * Source: The RISC-V Instruction Set Manual, Volume II: Privileged Architecture, version 20211203.
 */
import type { Cell } from "../../meaning/expression.ts";
import type { Cpu } from "../cpu.ts";

/** Register n is 8 bytes at `xOffset(n)`, `fOffset(n)`. */
export const xOffset = (register: number) => register * 8;
const fBase = 256;
export const fOffset = (register: number) => fBase + register * 8;
/** Where writes to x0 go. */
export const sinkOffset = 512;

let next = 520;
const layout: string[] = [];
function cell<T extends "i32" | "i64">(name: string, type: T): Cell<T> {
  const offset = next;
  next += 8;
  layout.push(`${name} ${type} ${offset}`);
  return { name, type, offset };
}

export const pcCell = cell("pc", "i64");
/** The privilege mode: 0 user, 1 supervisor, 3 machine. */
export const privilege = cell("privilege", "i32");
/** Bits 4:0 the accrued exception flags, bits 7:5 the rounding mode. */
export const fcsr = cell("fcsr", "i32");
/** Not 0: the floating-point state was changed since FS was last written; FS then reads as Dirty. */
export const fpDirty = cell("fpDirty", "i32");
/** The address that LR reserved, and what it read there; all ones: no reservation. */
export const reservation = cell("reservation", "i64");
export const reservedValue = cell("reservedValue", "i64");

/** FS as last written; `fpDirty` counts, too. SD, UXL and SXL are not kept here. */
export const mstatus = cell("mstatus", "i64");
export const medeleg = cell("medeleg", "i64");
export const mideleg = cell("mideleg", "i64");
export const mie = cell("mie", "i64");
/** The pending bits that software writes; those of devices come from the platform. */
export const mip = cell("mip", "i64");
export const mtvec = cell("mtvec", "i64");
export const mcounteren = cell("mcounteren", "i64");
export const menvcfg = cell("menvcfg", "i64");
export const mscratch = cell("mscratch", "i64");
export const mepc = cell("mepc", "i64");
export const mcause = cell("mcause", "i64");
export const mtval = cell("mtval", "i64");
/** What software added to the counters: mcycle and minstret are these plus the instructions retired. */
export const cycleOffset = cell("cycleOffset", "i64");
export const instretOffset = cell("instretOffset", "i64");
export const stvec = cell("stvec", "i64");
export const scounteren = cell("scounteren", "i64");
export const senvcfg = cell("senvcfg", "i64");
export const sscratch = cell("sscratch", "i64");
export const sepc = cell("sepc", "i64");
export const scause = cell("scause", "i64");
export const stval = cell("stval", "i64");
export const stimecmp = cell("stimecmp", "i64");
export const satp = cell("satp", "i64");

export const stateBytes = next;
export const stateLayout: readonly string[] = layout;

export const user = 0;
export const supervisor = 1;
export const machine = 3;

/** mstatus bits, by position in the low half. */
export const status = {
  sie: 1 << 1,
  mie: 1 << 3,
  spie: 1 << 5,
  mpie: 1 << 7,
  spp: 1 << 8,
  mpp: 3 << 11,
  fs: 3 << 13,
  mprv: 1 << 17,
  sum: 1 << 18,
  mxr: 1 << 19,
  tvm: 1 << 20,
  tw: 1 << 21,
  tsr: 1 << 22,
} as const;
export const mppShift = 11;

/** Exception codes, table 3.6. */
export const cause = {
  fetchAccess: 1,
  illegal: 2,
  breakpoint: 3,
  loadMisaligned: 4,
  loadAccess: 5,
  storeMisaligned: 6,
  storeAccess: 7,
  callFromUser: 8,
  callFromSupervisor: 9,
  callFromMachine: 11,
  fetchPage: 12,
  loadPage: 13,
  storePage: 15,
} as const;

/** The cells of a running hart. 32-bit accesses see the low half of a 64-bit cell. */
export const getLow = (cpu: Cpu, from: Cell): number => cpu.state.getInt32(from.offset, true);
export const setLow = (cpu: Cpu, to: Cell, value: number): void => cpu.state.setInt32(to.offset, value, true);
export const getHigh = (cpu: Cpu, from: Cell): number => cpu.state.getInt32(from.offset + 4, true);
export const getCell = (cpu: Cpu, from: Cell): bigint => cpu.state.getBigUint64(from.offset, true);
export const setCell = (cpu: Cpu, to: Cell, value: bigint): void =>
  cpu.state.setBigUint64(to.offset, BigInt.asUintN(64, value), true);
export const getX = (cpu: Cpu, register: number): bigint => cpu.state.getBigUint64(xOffset(register), true);
export const setX = (cpu: Cpu, register: number, value: bigint): void => {
  if (register !== 0) cpu.state.setBigUint64(xOffset(register), BigInt.asUintN(64, value), true);
};

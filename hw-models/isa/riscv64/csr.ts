/**
 * The control and status registers: one entry each, with the bits that can be written and what a write sets off. Those
 * that are nothing but 64 bits of memory are read and written by the instruction's meaning (`plain`), the others here.
 *
 * Long because it is a table. Source: The RISC-V Instruction Set Manual, Volume II: Privileged Architecture, version
 * 20211203, chapter 2 (numbers), 3 and 4 (fields); Sstc 1.0 for stimecmp.
 */
import type { Cell } from "../../meaning/expression.ts";
import type { Cpu } from "../cpu.ts";
import * as cells from "./state.ts";
import { getCell, getLow, setCell, setLow, status } from "./state.ts";

export type Csr = {
  readonly number: number;
  readonly name: string;
  /** All 64 bits, or all but bit 0 (`even`), are held and nothing else happens. */
  readonly plain?: Cell<"i64">;
  readonly even?: boolean;
  read(cpu: Cpu): bigint;
  /** Absent where writes change nothing. Numbers from 0xc00 on cannot be written at all. */
  readonly write?: (cpu: Cpu, value: bigint) => void;
  /** Whether the present state allows the access; the privilege in the number was looked at before. */
  readonly allows?: (cpu: Cpu) => boolean;
};

const held = (number: number, name: string, plain: Cell<"i64">): Csr => ({
  number,
  name,
  plain,
  read: (cpu) => getCell(cpu, plain),
  write: (cpu, value) => setCell(cpu, plain, value),
});
const address = (number: number, name: string, plain: Cell<"i64">): Csr => ({
  ...held(number, name, plain),
  even: true,
  write: (cpu, value) => setCell(cpu, plain, value & ~1n),
});
const masked = (number: number, name: string, cell: Cell<"i64">, mask: bigint): Csr => ({
  number,
  name,
  read: (cpu) => getCell(cpu, cell),
  write: (cpu, value) => {
    setCell(cpu, cell, value & mask);
    cpu.modeChanged();
  },
});
const fixed = (number: number, name: string, value: bigint): Csr => ({ number, name, read: () => value });
/** BASE and MODE: Direct or Vectored; another mode is not taken over. */
const vector = (number: number, name: string, cell: Cell<"i64">): Csr => ({
  number,
  name,
  read: (cpu) => getCell(cpu, cell),
  write: (cpu, value) => {
    if ((value & 3n) <= 1n) setCell(cpu, cell, value);
  },
});

/** `bits` of fcsr, shifted down. */
const floating = (number: number, name: string, shift: number, mask: number): Csr => ({
  number,
  name,
  read: (cpu) => BigInt((getLow(cpu, cells.fcsr) >> shift) & mask),
  write: (cpu, value) => {
    const others = getLow(cpu, cells.fcsr) & ~(mask << shift);
    setLow(cpu, cells.fcsr, others | ((Number(value & 0xffn) & mask) << shift));
    setLow(cpu, cells.fpDirty, 1);
  },
});

const dirtyBit = 1n << 63n;
const lengths = (2n << 32n) | (2n << 34n);
const userLength = 2n << 32n;
const fsBits = BigInt(status.fs);

/** mstatus as it reads: Dirty counts if anything was changed, SD sums it up, UXL and SXL say 64. */
function readStatus(cpu: Cpu): bigint {
  const kept = getCell(cpu, cells.mstatus);
  const dirty = (kept & fsBits) !== 0n && getLow(cpu, cells.fpDirty) !== 0;
  const full = dirty ? kept | fsBits : kept;
  return full | lengths | ((full & fsBits) === fsBits ? dirtyBit : 0n);
}
function writeStatus(cpu: Cpu, value: bigint, writable: number): void {
  const old = getLow(cpu, cells.mstatus);
  let low = (old & ~writable) | (Number(BigInt.asUintN(32, value)) & writable);
  // MPP 2 is no mode: the old one stays.
  if ((low & status.mpp) === 2 << cells.mppShift) low = (low & ~status.mpp) | (old & status.mpp);
  setLow(cpu, cells.mstatus, low);
  setLow(cpu, cells.fpDirty, 0);
  if (((old ^ low) & (status.mxr | status.mprv | status.mpp)) !== 0) cpu.flushTlb();
  cpu.modeChanged();
}
const { sie, mie, spie, mpie, spp, mpp, fs, mprv, sum, mxr, tvm, tw, tsr } = status;
const supervisorStatus = sie | spie | spp | fs | sum | mxr;
const machineStatus = supervisorStatus | mie | mpie | mpp | mprv | tvm | tw | tsr;
const visible = BigInt(supervisorStatus) | userLength | dirtyBit;

/** Interrupt bits by number: SSI 1, STI 5, SEI 9 for the supervisor, two above each for the machine. */
const softwareBit = 1n << 1n;
const timerBit = 1n << 5n;
const externalBit = 1n << 9n;
const supervisorBits = softwareBit | timerBit | externalBit;
const machineBits = supervisorBits | (supervisorBits << 2n);

/** Pending: what software wrote and what devices drive. */
const pending = (cpu: Cpu) => getCell(cpu, cells.mip) | BigInt(cpu.platform.pending());
const delegated = (cpu: Cpu) => getCell(cpu, cells.mideleg);
const usesStimecmp = (cpu: Cpu) => (getCell(cpu, cells.menvcfg) & dirtyBit) !== 0n;

function writePending(cpu: Cpu, value: bigint, writable: bigint): void {
  setCell(cpu, cells.mip, (getCell(cpu, cells.mip) & ~writable) | (value & writable));
  cpu.modeChanged();
}

/** Counters are open to lower modes bit by bit: cycle 0, time 1, instret 2. */
function counterAllowed(cpu: Cpu, bit: number): boolean {
  const level = getLow(cpu, cells.privilege);
  if (level === cells.machine) return true;
  if (((getLow(cpu, cells.mcounteren) >> bit) & 1) === 0) return false;
  return level === cells.supervisor || ((getLow(cpu, cells.scounteren) >> bit) & 1) !== 0;
}
const counter = (number: number, name: string, bit: number, read: (cpu: Cpu) => bigint): Csr => ({
  number,
  name,
  read,
  allows: (cpu) => counterAllowed(cpu, bit),
});
const counted = (cpu: Cpu, offset: Cell) =>
  BigInt.asUintN(64, BigInt(cpu.instructions) + getCell(cpu, offset));
const machineCounter = (number: number, name: string, offset: Cell): Csr => ({
  number,
  name,
  read: (cpu) => counted(cpu, offset),
  write: (cpu, value) => setCell(cpu, offset, value - BigInt(cpu.instructions)),
});

const satp: Csr = {
  number: 0x180,
  name: "satp",
  read: (cpu) => getCell(cpu, cells.satp),
  // Bare, Sv39, Sv48; a write with another MODE has no effect at all.
  write: (cpu, value) => {
    if (![0n, 8n, 9n].includes(value >> 60n) || value === getCell(cpu, cells.satp)) return;
    setCell(cpu, cells.satp, value);
    cpu.flushTlb();
  },
  allows: (cpu) =>
    getLow(cpu, cells.privilege) === cells.machine || (getLow(cpu, cells.mstatus) & status.tvm) === 0,
};

const stimecmp: Csr = {
  number: 0x14d,
  name: "stimecmp",
  read: (cpu) => getCell(cpu, cells.stimecmp),
  write: (cpu, value) => {
    setCell(cpu, cells.stimecmp, value);
    cpu.platform.setDeadline(value);
    cpu.modeChanged();
  },
  allows: (cpu) =>
    getLow(cpu, cells.privilege) === cells.machine ||
    (usesStimecmp(cpu) && (getLow(cpu, cells.mcounteren) & 2) !== 0),
};

const extensions = [..."acdfimsu"].reduce(
  (bits, letter) => bits | (1n << BigInt(letter.charCodeAt(0) - 97)),
  0n,
);
const zeros = (first: number, name: string, from: number, to: number, step = 1): Csr[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) =>
    fixed(first + index * step, `${name}${from + index * step}`, 0n),
  );

export const csrs: readonly Csr[] = [
  floating(0x001, "fflags", 0, 0x1f),
  floating(0x002, "frm", 5, 7),
  floating(0x003, "fcsr", 0, 0xff),
  counter(0xc00, "cycle", 0, (cpu) => counted(cpu, cells.cycleOffset)),
  counter(0xc01, "time", 1, (cpu) => BigInt.asUintN(64, cpu.platform.ticks())),
  counter(0xc02, "instret", 2, (cpu) => counted(cpu, cells.instretOffset)),

  {
    number: 0x100,
    name: "sstatus",
    read: (cpu) => readStatus(cpu) & visible,
    write: (cpu, value) => writeStatus(cpu, value, supervisorStatus),
  },
  {
    number: 0x104,
    name: "sie",
    read: (cpu) => getCell(cpu, cells.mie) & delegated(cpu),
    write: (cpu, value) => {
      const mask = delegated(cpu);
      setCell(cpu, cells.mie, (getCell(cpu, cells.mie) & ~mask) | (value & mask));
      cpu.modeChanged();
    },
  },
  vector(0x105, "stvec", cells.stvec),
  masked(0x106, "scounteren", cells.scounteren, 7n),
  masked(0x10a, "senvcfg", cells.senvcfg, 1n),
  held(0x140, "sscratch", cells.sscratch),
  address(0x141, "sepc", cells.sepc),
  held(0x142, "scause", cells.scause),
  held(0x143, "stval", cells.stval),
  {
    number: 0x144,
    name: "sip",
    read: (cpu) => pending(cpu) & delegated(cpu),
    write: (cpu, value) => writePending(cpu, value, softwareBit & delegated(cpu)),
  },
  stimecmp,
  satp,

  fixed(0xf11, "mvendorid", 0n),
  fixed(0xf12, "marchid", 0n),
  fixed(0xf13, "mimpid", 0n),
  { number: 0xf14, name: "mhartid", read: (cpu) => BigInt(cpu.index) },
  fixed(0xf15, "mconfigptr", 0n),
  {
    number: 0x300,
    name: "mstatus",
    read: readStatus,
    write: (cpu, value) => writeStatus(cpu, value, machineStatus),
  },
  fixed(0x301, "misa", (2n << 62n) | extensions),
  // Everything that lower modes can raise; not the call from machine mode.
  masked(0x302, "medeleg", cells.medeleg, 0xb3ffn),
  masked(0x303, "mideleg", cells.mideleg, supervisorBits),
  masked(0x304, "mie", cells.mie, machineBits),
  vector(0x305, "mtvec", cells.mtvec),
  masked(0x306, "mcounteren", cells.mcounteren, 7n),
  masked(0x30a, "menvcfg", cells.menvcfg, dirtyBit | 1n),
  fixed(0x320, "mcountinhibit", 0n),
  held(0x340, "mscratch", cells.mscratch),
  address(0x341, "mepc", cells.mepc),
  held(0x342, "mcause", cells.mcause),
  held(0x343, "mtval", cells.mtval),
  {
    number: 0x344,
    name: "mip",
    read: pending,
    write: (cpu, value) =>
      writePending(cpu, value, softwareBit | externalBit | (usesStimecmp(cpu) ? 0n : timerBit)),
  },
  machineCounter(0xb00, "mcycle", cells.cycleOffset),
  machineCounter(0xb02, "minstret", cells.instretOffset),
  // No further counters, and no physical memory protection: everything is permitted.
  ...zeros(0xb03, "mhpmcounter", 3, 31),
  ...zeros(0x323, "mhpmevent", 3, 31),
  ...zeros(0x3a0, "pmpcfg", 0, 14, 2),
  ...zeros(0x3b0, "pmpaddr", 0, 63),
];

export const csrByNumber: ReadonlyMap<number, Csr> = new Map(csrs.map((csr) => [csr.number, csr]));
export const isFloatingCsr = (number: number): boolean => number >= 1 && number <= 3;

/**
 * What the probes of a bare machine are written with: where things lie, the CSRs' numbers and bits, records in the
 * buffer, and the handlers that keep what a trap tells. x31 is where the next record goes, x29 where to go on after a
 * trap.
 */
import { Code } from "./assembler.ts";
import type { Random } from "./random.ts";

export const ram = 0x80000000;
export const finisher = 0x100000;
export const uart = 0x10000000;
export const timerCompare = 0x2004000;
export const pageTables = ram + 0x200000;
/** In the same large page as the code, so that every large page that holds it begins at `ram`. */
export const target = ram + 0x1f0000;
export const bufferAt = ram + 0x400000;
const codeAt = ram;

export const csr = {
  sstatus: 0x100,
  sie: 0x104,
  stvec: 0x105,
  scounteren: 0x106,
  sscratch: 0x140,
  sepc: 0x141,
  scause: 0x142,
  stval: 0x143,
  sip: 0x144,
  satp: 0x180,
  mstatus: 0x300,
  medeleg: 0x302,
  mideleg: 0x303,
  mie: 0x304,
  mtvec: 0x305,
  menvcfg: 0x30a,
  mscratch: 0x340,
  mepc: 0x341,
  mcause: 0x342,
  mtval: 0x343,
  mip: 0x344,
  mhartid: 0xf14,
  pmpcfg0: 0x3a0,
  pmpaddr0: 0x3b0,
} as const;

export const cursor = 31;
const resume = 29;
export const [t0, t1, t2] = [5, 6, 7];

/** mstatus bits. */
export const bit = { sie: 1n << 1n, mie: 1n << 3n, spie: 1n << 5n, mpie: 1n << 7n, spp: 1n << 8n } as const;
export const more = { mprv: 1n << 17n, sum: 1n << 18n, mxr: 1n << 19n } as const;
export const mpp = (level: number) => BigInt(level) << 11n;
export const fsDirty = 3n << 13n;
export const levels = [0, 1, 3];

/** ECALL. */
export const call = 0x73;

export class Prober {
  readonly code = new Code(codeAt);
  readonly random: Random;
  readonly records: { at: number; what: string }[] = [];
  private offset = 0;
  constructor(random: Random) {
    this.random = random;
  }

  chance(bits: bigint): bigint {
    return this.random.oneIn(2) ? bits : 0n;
  }
  bits64(): bigint {
    return (BigInt(this.random.word()) << 32n) | BigInt(this.random.word());
  }
  /** Stores a register into the buffer. */
  record(register: number, what: string): void {
    this.code.op("sd", { rs2: register, rs1: cursor, imm: 0 });
    this.code.op("addi", { rd: cursor, rs1: cursor, imm: 8 });
    this.records.push({ at: this.offset, what });
    this.offset += 8;
  }
  recordCsr(number: number, what: string): void {
    this.code.csrr(t0, number);
    this.record(t0, what);
  }
  get bytes(): number {
    return this.offset;
  }
  set(number: number, value: bigint): void {
    this.code.li(t0, value);
    this.code.csrw(number, t0);
  }
  /** Says where a trap goes on; the place is `here()`. */
  onTrap(): number {
    return this.code.liLater(resume);
  }
  here(index: number): void {
    this.code.fill(index, this.code.at);
  }
  /** Back in machine mode, whatever happened: what the handlers kept in registers 20 to 27 is recorded. */
  recordTrap(what: string): void {
    const names = ["mcause", "mtval", "mepc", "mstatus", "scause", "stval", "sepc", "sstatus"];
    for (const [index, name] of names.entries()) this.record(20 + index, `${what}: ${name}`);
  }
  clearTrap(): void {
    for (let register = 20; register < 28; register++)
      this.code.op("addi", { rd: register, rs1: 0, imm: -1 });
  }
}

/** Which entry of a table of vectors was taken: its link. */
export const vectorLink = 19;
export const vectorCount = 12;

/** Machine traps keep their CSRs in x20-x23 and go on at x29 in machine mode; supervisor traps in x24-x27, then call. */
export function handlers(
  prober: Prober,
): Record<"machine" | "supervisor" | "machineTable" | "supervisorTable", number> {
  const { code } = prober;
  code.op("jal", { rd: 0, offset: 4 * (23 + 2 * vectorCount) });
  const machine = code.at;
  for (const [index, number] of [csr.mcause, csr.mtval, csr.mepc, csr.mstatus].entries())
    code.csrr(20 + index, number);
  code.csrw(csr.mepc, resume);
  code.li(t0, mpp(3) | fsDirty);
  code.csrw(csr.mstatus, t0);
  code.op("mret");
  while (code.at < machine + 4 * 13) code.op("addi", { rd: 0, rs1: 0, imm: 0 });
  const supervisor = code.at;
  for (const [index, number] of [csr.scause, csr.stval, csr.sepc, csr.sstatus].entries())
    code.csrr(24 + index, number);
  code.op("ecall");
  while (code.at < machine + 4 * 22) code.op("addi", { rd: 0, rs1: 0, imm: 0 });
  const table = (handler: number): number => {
    const begin = code.at;
    for (let entry = 0; entry < vectorCount; entry++)
      code.op("jal", { rd: vectorLink, offset: handler - code.at });
    return begin;
  };
  return { machine, supervisor, machineTable: table(machine), supervisorTable: table(supervisor) };
}

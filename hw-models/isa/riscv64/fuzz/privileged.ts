/**
 * A program for a bare machine that probes what no user program can: page tables with random bits in random modes,
 * interrupts with random enables and delegations, CSRs with random values. Every trap is written into a buffer; at the
 * end the buffer goes to the serial port, and the machine off. Every machine must write the same.
 *
 * Long because it is four kinds of probes and their handlers. It begins in machine mode. x31 is where the next record
 * goes, x29 where to go on after a trap.
 */
import { Code } from "./assembler.ts";
import { Random } from "./random.ts";

const ram = 0x80000000;
const finisher = 0x100000;
const uart = 0x10000000;
const timerCompare = 0x2004000;
const pageTables = ram + 0x200000;
/** In the same large page as the code, so that every large page that holds it begins at `ram`. */
const target = ram + 0x1f0000;
const bufferAt = ram + 0x400000;
const codeAt = ram;

export type BareProgram = {
  /** From `base`, where it begins. */
  readonly memory: Uint8Array;
  readonly base: number;
  readonly buffer: number;
  readonly uart: number;
  readonly finisher: number;
  readonly timerCompare: number;
  /** What a record is, in order: for messages. */
  readonly records: readonly { at: number; what: string }[];
  readonly bufferBytes: number;
};

const csr = {
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

const cursor = 31;
const resume = 29;
const [t0, t1, t2] = [5, 6, 7];

/** mstatus bits. */
const bit = { sie: 1n << 1n, mie: 1n << 3n, spie: 1n << 5n, mpie: 1n << 7n, spp: 1n << 8n } as const;
const more = { mprv: 1n << 17n, sum: 1n << 18n, mxr: 1n << 19n } as const;
const mpp = (level: number) => BigInt(level) << 11n;
const fsDirty = 3n << 13n;
const levels = [0, 1, 3];

class Prober {
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
const vectorLink = 19;
const vectorCount = 12;

/** Machine traps keep their CSRs in x20-x23 and go on at x29 in machine mode; supervisor traps in x24-x27, then call. */
function handlers(
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

/** ECALL. */
const call = 0x73;

/** Sv39 or Sv48, a leaf at some level, and an access by the mode that MPP names, or a jump into the page. */
function translationProbe(prober: Prober): void {
  const { code, random } = prober;
  const sv48 = random.oneIn(2);
  const depth = sv48 ? 4 : 3;
  const leaf = random.oneIn(3) ? random.below(depth - 1) : 0;
  const indices = Array.from({ length: depth }, () => BigInt(random.below(512)));
  // Level 0 first. Below a large page the address selects the target itself.
  const inPage = 8n * BigInt(random.below(500));
  const low = leaf === 0 ? inPage : BigInt(target - ram) + inPage;
  let va = low;
  for (let level = leaf; level < depth; level++) va |= indices[level]! << BigInt(12 + 9 * level);
  if (leaf > 0)
    va = (va & ~((1n << BigInt(12 + 9 * leaf)) - 1n)) | (low & ((1n << BigInt(12 + 9 * leaf)) - 1n));
  const width = sv48 ? 48 : 39;
  va = BigInt.asIntN(width, va);
  if (random.oneIn(12)) va ^= 1n << BigInt(width + random.below(64 - width));

  const frame = BigInt(leaf === 0 ? target : ram) >> 12n;
  let flags = 1n | (random.oneIn(3) ? 0xdfn : BigInt(random.below(256)));
  if (random.oneIn(20)) flags &= ~1n;
  // Not a pointer into this very code.
  if (leaf > 0 && (flags & 0xen) === 0n) flags |= 2n;
  let entry = (frame << 10n) | flags | (BigInt(random.below(4)) << 8n);
  if (leaf > 0 && random.oneIn(6)) entry |= 1n << BigInt(10 + random.below(9 * leaf));
  if (random.oneIn(16)) entry |= 1n << BigInt(54 + random.below(10));
  const tableOf = (level: number) => pageTables + 4096 * (depth - 1 - level);
  const places: number[] = [];
  for (let level = depth - 1; level >= leaf; level--) {
    const place = tableOf(level) + 8 * Number((BigInt.asUintN(64, va) >> BigInt(12 + 9 * level)) & 511n);
    const isLeaf = level === leaf;
    let pointer = ((BigInt(tableOf(level - 1)) >> 12n) << 10n) | 1n;
    if (!isLeaf && random.oneIn(16)) pointer |= 1n << BigInt(4 + random.below(4));
    code.li(t1, isLeaf ? entry : pointer);
    code.li(t2, BigInt(place));
    code.op("sd", { rs2: t1, rs1: t2, imm: 0 });
    places.push(place);
  }
  prober.set(csr.satp, (BigInt(sv48 ? 9 : 8) << 60n) | BigInt(pageTables >>> 12));
  code.op("sfence.vma", { rs1: 0, rs2: 0 });
  prober.clearTrap();
  const there = prober.onTrap();
  const level = random.pick([0, 1]);
  const rights = prober.chance(more.sum) | prober.chance(more.mxr);
  const kind = random.below(3);
  if (kind === 2) {
    prober.set(csr.mepc, BigInt.asUintN(64, va & ~3n));
    prober.set(csr.mstatus, mpp(level) | rights | fsDirty);
    code.op("mret");
  } else {
    code.li(t2, BigInt.asUintN(64, va));
    code.li(8, prober.bits64());
    prober.set(csr.mstatus, mpp(level) | more.mprv | rights | fsDirty);
    const address = { rs1: t2, imm: 0 };
    if (kind === 0) code.op("ld", { rd: 8, ...address });
    else if (random.oneIn(3)) code.op("amoadd.d", { rd: 8, rs1: t2, rs2: 8, aqrl: 0 });
    else code.op("sd", { rs2: 8, ...address });
    // No fault: take the same way out.
    code.op("ebreak");
  }
  prober.here(there);
  prober.set(csr.satp, 0n);
  code.op("sfence.vma", { rs1: 0, rs2: 0 });
  const how = ["load", "store", "fetch"][kind];
  const what = `${how} at ${BigInt.asUintN(64, va).toString(16)} in mode ${level}, entry ${entry.toString(16)}`;
  prober.recordTrap(what);
  if (kind !== 2) {
    prober.record(8, `${what}: value`);
    // What was stored there is no code that a later jump may find: it could write over the registers of this program.
    code.li(t1, (BigInt(call) << 32n) | BigInt(call));
    code.li(t2, BigInt(target) + inPage);
    code.op("sd", { rs2: t1, rs1: t2, imm: 0 });
  }
  // The entry with its new bits; then all entries go away.
  for (const place of places) {
    code.li(t2, BigInt(place));
    code.op("ld", { rd: t1, rs1: t2, imm: 0 });
    prober.record(t1, `${what}: entry at ${place.toString(16)}`);
    code.op("sd", { rs2: 0, rs1: t2, imm: 0 });
  }
}

/** Interrupts that are pending, enabled, delegated at random: which is taken, and where. */
function interruptProbe(prober: Prober, traps: ReturnType<typeof handlers>): void {
  const { code, random } = prober;
  const supervisorBits = 0x222n;
  const level = random.pick(levels);
  prober.clearTrap();
  const there = prober.onTrap();
  code.op("addi", { rd: vectorLink, rs1: 0, imm: 0 });
  const vectored = 1;
  prober.set(csr.mtvec, BigInt(random.oneIn(2) ? traps.machine : traps.machineTable + vectored));
  prober.set(csr.stvec, BigInt(random.oneIn(2) ? traps.supervisor : traps.supervisorTable + vectored));
  prober.set(csr.medeleg, 0n);
  prober.set(csr.mideleg, prober.bits64() & supervisorBits);
  prober.set(csr.mie, prober.bits64() & 0xaaan);
  // One at a time: without AIA, QEMU takes the one with the lowest number first, not as the manual orders them.
  prober.set(csr.mip, random.pick([0n, 1n << 1n, 1n << 5n, 1n << 9n]));
  prober.set(csr.mepc, BigInt(target));
  const status =
    mpp(level) |
    prober.chance(bit.mpie) |
    prober.chance(bit.sie) |
    prober.chance(bit.spie) |
    prober.chance(bit.spp);
  prober.set(csr.mstatus, status | fsDirty);
  code.op("mret");
  prober.here(there);
  prober.set(csr.mie, 0n);
  const what = `interrupts in mode ${level}, mstatus ${status.toString(16)}`;
  prober.recordTrap(what);
  prober.record(vectorLink, `${what}: vector`);
  prober.set(csr.mtvec, BigInt(traps.machine));
  prober.recordCsr(csr.mip, `${what}: mip`);
  prober.recordCsr(csr.sip, `${what}: sip`);
  prober.set(csr.mip, 0n);
}

/** A return from supervisor mode, which mode and enables it leads to. Without MPRV: QEMU 7.2 does not clear it. */
function returnProbe(prober: Prober): void {
  const { code } = prober;
  prober.clearTrap();
  const there = prober.onTrap();
  prober.set(csr.sepc, BigInt(target));
  const status = prober.bits64() & (bit.sie | bit.spie | bit.spp | more.sum | more.mxr | mpp(3));
  prober.set(csr.mstatus, status | fsDirty);
  code.op("sret");
  prober.here(there);
  prober.recordTrap(`sret with mstatus ${status.toString(16)}`);
}

/** Random values into registers of which QEMU has the same bits, and an instruction that is none. */
function csrProbe(prober: Prober): void {
  const { code, random } = prober;
  const numbers = [
    csr.mideleg,
    csr.sscratch,
    csr.sepc,
    csr.scause,
    csr.stval,
    csr.mscratch,
    csr.mepc,
    csr.mcause,
  ];
  const number = random.pick([
    ...numbers,
    csr.mtval,
    csr.mie,
    csr.sie,
    csr.mstatus,
    csr.sstatus,
    1,
    2,
    3,
    csr.scounteren,
  ]);
  const form = random.pick(["csrrw", "csrrs", "csrrc"]);
  let value = prober.bits64();
  // Without interrupts, and in this mode; counters 3 and up, and more address space sizes, are QEMU's own.
  if (number === csr.mstatus || number === csr.sstatus) value &= 0x7e61a2n;
  if (number === csr.mstatus && form === "csrrw") value |= mpp(random.pick(levels));
  // QEMU keeps bit 0, which the manual says is zero.
  if (number === csr.sepc || number === csr.mepc) value &= ~1n;
  if (number === csr.mie || number === csr.sie) value &= 0xaaan;
  if (number === csr.mideleg) value &= 0x222n;
  if (number === csr.scounteren) value &= 7n;
  prober.set(csr.mideleg, prober.bits64() & 0x222n);
  prober.set(csr.mie, prober.bits64() & 0xaaan);
  prober.set(csr.mstatus, fsDirty | mpp(3));
  code.li(t1, value);
  code.op(form, { rd: 8, csr: number, rs1: t1 });
  prober.record(8, `old value of ${number.toString(16)} in ${form}`);
  prober.recordCsr(number, `${number.toString(16)} after ${form} of ${value.toString(16)}`);
  prober.set(csr.mie, 0n);
  prober.set(csr.mstatus, fsDirty | mpp(3));
}

function illegalProbe(prober: Prober): void {
  const { code, random } = prober;
  prober.clearTrap();
  const there = prober.onTrap();
  const level = random.pick(levels);
  const sometimesOff = random.oneIn(3) ? 0n : fsDirty;
  prober.set(csr.medeleg, prober.chance(4n));
  prober.set(csr.mepc, BigInt(code.at + 5 * 4 + 5 * 4 + 4 + 4 + 4));
  prober.set(csr.mstatus, mpp(level) | sometimesOff);
  code.op("mret");
  // What a mode may not, what no one may, and floating point.
  // Unknown ones, a write to a counter, FADD.D, FMV.X.D, reads of fflags and stimecmp, SFENCE.VMA, CSRW of either status.
  const anywhere = [
    0x9c000073, 0x00000057, 0x0000705b, 0x7c001073, 0xc0101073, 0x02c5f553, 0xe2050553, 0x00102573,
    0x14d02573, 0x12000073, 0x30001073, 0x10001073,
  ];
  // MRET, SRET and WFI only where they trap.
  const words = level === 0 ? [...anywhere, 0x30200073, 0x10200073, 0x10500073] : anywhere;
  const word = random.pick(words);
  code.words.push(word);
  code.op("ecall");
  prober.here(there);
  prober.set(csr.medeleg, 0n);
  prober.recordTrap(`${word.toString(16)} in mode ${level}, FS ${sometimesOff === 0n ? "off" : "on"}`);
}

export function makeBareProgram(seed: number, probes: number): BareProgram {
  const prober = new Prober(new Random(seed));
  const { code, random } = prober;
  // With a second hart, QEMU executes atomics as such, with the faults of stores. That hart sleeps.
  code.csrr(t0, csr.mhartid);
  code.op("beq", { rs1: t0, rs2: 0, offset: 12 });
  code.op("wfi");
  code.op("jal", { rd: 0, offset: -4 });
  // What a probe arrives at may be any code: registers must not tell where QEMU has put its device tree.
  for (const register of [10, 11, 12]) code.li(register, 0n);
  const traps = handlers(prober);
  if (code.at !== traps.machine + 4 * (22 + 2 * vectorCount))
    throw new Error("the handlers do not fill their place");
  code.li(cursor, BigInt(bufferAt));
  prober.set(csr.mtvec, BigInt(traps.machine));
  prober.set(csr.stvec, BigInt(traps.supervisor));
  // No timer interrupt.
  code.li(t0, BigInt(timerCompare));
  code.op("addi", { rd: t1, rs1: 0, imm: -1 });
  code.op("sd", { rs2: t1, rs1: t0, imm: 0 });
  prober.set(csr.pmpaddr0, (1n << 54n) - 1n);
  prober.set(csr.pmpcfg0, 0x1fn);
  prober.set(csr.menvcfg, 0n);
  prober.set(csr.mstatus, fsDirty | mpp(3));
  for (let index = 0; index < probes; index++) {
    const kind = random.below(10);
    if (kind < 5) translationProbe(prober);
    else if (kind < 7) interruptProbe(prober, traps);
    else if (kind < 8) returnProbe(prober);
    else if (kind < 9) csrProbe(prober);
    else illegalProbe(prober);
  }
  finish(prober);

  const end = bufferAt;
  if (code.at > target) throw new Error("too many probes");
  const memory = new Uint8Array(end - ram);
  const view = new DataView(memory.buffer);
  for (const [index, word] of code.words.entries()) view.setUint32(index * 4, word, true);
  // The page that the probes look at: calls, wherever one arrives.
  for (let at = target; at < target + 4096; at += 4) view.setUint32(at - ram, call, true);
  return {
    memory,
    base: ram,
    buffer: bufferAt,
    uart,
    finisher,
    timerCompare,
    records: prober.records,
    bufferBytes: prober.bytes,
  };
}

/** The buffer to the serial port, byte by byte, and off. */
function finish({ code, bytes }: Prober): void {
  code.li(t0, BigInt(bufferAt));
  code.li(t1, BigInt(bufferAt + bytes));
  code.li(t2, BigInt(uart));
  code.op("lbu", { rd: 8, rs1: t0, imm: 0 });
  code.op("sb", { rs2: 8, rs1: t2, imm: 0 });
  code.op("addi", { rd: t0, rs1: t0, imm: 1 });
  code.op("bne", { rs1: t0, rs2: t1, offset: -12 });
  code.li(t2, BigInt(finisher));
  code.li(8, 0x5555n);
  code.op("sw", { rs2: 8, rs1: t2, imm: 0 });
  code.op("jal", { rd: 0, offset: 0 });
}

/** The probes of a bare machine: translations, interrupts, returns, CSRs, and instructions that a mode may not execute. */
import {
  bit,
  call,
  csr,
  fsDirty,
  type handlers,
  levels,
  more,
  mpp,
  type Prober,
  pageTables,
  ram,
  t1,
  t2,
  target,
  vectorLink,
} from "./prober.ts";

/** Sv39 or Sv48, a leaf at some level, and an access by the mode that MPP names, or a jump into the page. */
export function translationProbe(prober: Prober): void {
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
export function interruptProbe(prober: Prober, traps: ReturnType<typeof handlers>): void {
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
export function returnProbe(prober: Prober): void {
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
export function csrProbe(prober: Prober): void {
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

export function illegalProbe(prober: Prober): void {
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

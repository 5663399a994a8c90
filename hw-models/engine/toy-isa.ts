/**
 * A small instruction set that the engine's tests own: 16 registers, instructions of four bytes and two, a page table
 * that is a formula. It has what makes an engine hard - faults, crossings, modes, customs, devices, lazy flags - and
 * nothing else.
 *
 * Encoding: byte 0 row, byte 1 rd | rs1 << 4, bytes 2 and 3 a signed immediate, whose low four bits are rs2. Rows from
 * `shortRows` on have two bytes.
 */
import type { Cpu } from "../isa/cpu.ts";
import type { Decoded, Instruction, Isa, OperandPlace } from "../isa/isa.ts";
import {
  addressOf,
  custom,
  either,
  flag,
  flags,
  get,
  i32,
  i64,
  jump,
  load,
  loadForWrite,
  name,
  nextPc,
  pc,
  put,
  read,
  set,
  store,
  trap,
  when,
} from "../meaning/build.ts";
import type { Cell, Operand } from "../meaning/expression.ts";
import type { Statement } from "../meaning/statement.ts";

const cell = <T extends "i32" | "i64">(label: string, type: T, offset: number): Cell<T> => ({
  name: label,
  type,
  offset,
});
export const toy = {
  registers: 128,
  pc: cell("pc", "i64", 16),
  mode: cell("mode", "i32", 24),
  cause: cell("cause", "i32", 28),
  epc: cell("epc", "i64", 32),
  value: cell("value", "i64", 40),
  kind: cell("kind", "i32", 48),
  v0: cell("v0", "i64", 56),
  v1: cell("v1", "i64", 64),
  segment: 80,
  bytes: 256,
  trapVector: 0x100n,
  /** Where nothing is mapped, and where only reading is allowed, in modes 0 and 1. */
  unmapped: 0x8000_0000,
  device: 0x1000_0000,
} as const;

const rd: Operand<"i64"> = { operand: "rd", type: "i64" };
const rs1: Operand<"i64"> = { operand: "rs1", type: "i64" };
const rs2: Operand<"i64"> = { operand: "rs2", type: "i64" };
const imm: Operand<"i64"> = { operand: "imm", type: "i64" };
const at: Operand<"i64"> = { operand: "at", type: "i64" };
const half: Operand<"i32"> = { operand: "half", type: "i32" };

const operands: Record<string, OperandPlace> = {
  rd: { in: "register", field: "r0", type: "i64", width: 8 },
  half: { in: "register", field: "r0", type: "i32", width: 4, writes: 8 },
  rs1: { in: "register", field: "r1", type: "i64", width: 8 },
  rs2: { in: "register", field: "r2", type: "i64", width: 8 },
  imm: { in: "immediate", type: "i64" },
  at: { in: "memory", type: "i64", width: 8 },
};

const row = (
  label: string,
  meaning: readonly Statement[],
  more: Partial<Pick<Instruction, "flow" | "rare">> = {},
): Instruction => ({ name: label, operands, meaning, ...more });

const a = read(rs1);
const b = read(rs2);
const c = read(imm);
const target = i64.add(pc, i64.shl(c, 1));
const where = i64.add(a, c);
const old = name(loadForWrite(8, false, a));
const sum = name(i64.add(a, b));

const branch = (condition: Parameters<typeof when>[0]): Statement[] => [when(condition, [jump(target)])];

const rows: readonly Instruction[] = [
  row("illegal", [trap(2, c)], { rare: true }),
  row("addi", [set(rd, i64.add(a, c))]),
  row("add", [sum.is, flags("add", sum.value, b), set(rd, sum.value)]),
  row("mul", [set(rd, i64.mul(a, b))]),
  row("xor", [set(rd, i64.xor(a, b)), flags("logic", i64.xor(a, b))]),
  row("addw", [set(half, i32.add(read(half), i32.wrap_i64(b)))]),
  row("lb", [set(rd, load(1, true, where))]),
  row("lw", [set(rd, load(4, false, where))]),
  row("ld", [set(rd, load(8, false, where))]),
  row("sb", [store(1, where, read(rd))]),
  row("sw", [store(4, where, read(rd))]),
  row("sd", [store(8, where, read(rd))]),
  row("amoadd", [old.is, store(8, a, i64.add(old.value, b)), set(rd, old.value)]),
  row("beq", branch(i64.eq(read(rd), a)), { flow: "jump" }),
  row("jal", [set(rd, nextPc), jump(target)], { flow: "jump" }),
  row("jr", [jump(i64.and(a, -2))], { flow: "jump" }),
  row("bz", branch(flag("Z")), { flow: "jump" }),
  row("bcz", branch(flag("CZ")), { flow: "jump" }),
  row("call", [trap(8, read(rd))], { flow: "fence", rare: true }),
  row("mode", [custom("mode", a)], { flow: "fence", rare: true }),
  row("wait", [custom("wait")], { flow: "fence", rare: true }),
  row("back", [custom("back")], { flow: "fence", rare: true }),
  row("divu", [set(rd, either(i64.eqz(b), i64.sub(0, 1), i64.div_u(a, b)))], { rare: true }),
  row("memory add", [set(at, i64.add(read(at), read(rd)))]),
  row("memory load", [set(rd, read(at))]),
  row("address", [set(rd, addressOf(at))]),
  row("count", [custom("count")], { rare: true }),
  row("twice", [put(toy.value, a), set(rd, i64.shl(get(toy.value), 1))]),
];
export const shortRows: readonly Instruction[] = [
  row("inc", [set(rd, i64.add(a, 1))]),
  row("move", [set(rd, a)]),
  row("long branch back", branch(i64.ne(read(rd), a)), { flow: "jump" }),
];
const instructions = [...rows, ...shortRows];
export const opcode = (label: string): number => instructions.findIndex((each) => each.name === label);

/** One instruction's bytes. */
export function assemble(label: string, to: number, from: number, immediate = 0): number[] {
  const number = opcode(label);
  const head = [number, to | (from << 4)];
  return number >= rows.length ? head : [...head, immediate & 0xff, (immediate >> 8) & 0xff];
}

const register = (number: number): number => (number === 0 ? 0 : toy.registers + 8 * (number - 1));
const sink = toy.registers + 8 * 15;

function decode(bytes: DataView, from: number, end: number, mode: number, decoded: Decoded): boolean {
  if (end - from < 2) return false;
  const number = bytes.getUint8(from) % instructions.length;
  const short = number >= rows.length;
  if (!short && end - from < 4) return false;
  const fields = bytes.getUint8(from + 1);
  const immediate = short ? -32 : bytes.getInt16(from + 2, true);
  // In mode 2 the row `call` does not exist.
  decoded.instruction = mode === 2 && number === opcode("call") ? 0 : number;
  decoded.length = short ? 2 : 4;
  decoded.r0 = (fields & 15) === 0 ? sink : register(fields & 15);
  decoded.r1 = register(fields >> 4);
  decoded.r2 = register(immediate & 15);
  decoded.r3 = 0;
  decoded.immediate = immediate;
  decoded.immediateHigh = immediate >> 31;
  decoded.base = (immediate & 0x30) === 0x10 ? toy.pc.offset : decoded.r1;
  decoded.index = immediate & 0x40 ? decoded.r2 : 0;
  decoded.scale = immediate & 0x40 ? 3 : 0;
  decoded.segment = (immediate & 0x30) === 0x20 ? toy.segment : 0;
  decoded.displacement = (immediate >> 8) & 0x7f;
  return true;
}

const customs: Isa["customs"] = {
  mode(cpu, value) {
    cpu.state.setInt32(toy.mode.offset, Number(value! & 0xffn) % 3, true);
    cpu.flushTlb();
    cpu.modeChanged();
  },
  wait: (cpu) => cpu.wait(),
  back(cpu) {
    cpu.state.setBigUint64(toy.pc.offset, cpu.state.getBigUint64(toy.epc.offset, true) & ~1n, true);
  },
  count(cpu) {
    cpu.state.setBigUint64(toy.value.offset, BigInt(cpu.instructions), true);
  },
};

/** `wide` slots have memory operands; narrow ones do not, and their rows are then never chosen by tests. */
export function toyIsa(wide: boolean): Isa {
  return {
    name: "riscv64",
    instructions: [...instructions],
    stateBytes: toy.bytes,
    stateLayout: [],
    pc: toy.pc,
    slotBytes: wide ? 32 : 16,
    alignment: 2,
    helpers: {},
    flagCells: { kind: toy.kind, values: [toy.v0, toy.v1] },
    flagKinds: {
      add: { values: 2, flags: { Z: (v) => i64.eqz(v!), C: (v, w) => i64.lt_u(v!, w!) } },
      logic: { values: 1, flags: { Z: (v) => i64.eqz(v!), C: () => i32.and(0, 0) } },
    },
    conditions: { CZ: (of) => i32.or(of("C"), of("Z")) },
    customs,
    decode,
    modes: 3,
    isUser: (mode) => mode === 1,
    busFaults: { read: 5, write: 7, fetch: 1 },
    decodeMode: (cpu) => cpu.state.getInt32(toy.mode.offset, true),
    translate(cpu, high, low, access, result) {
      const mode = cpu.state.getInt32(toy.mode.offset, true);
      const page = (low >>> 0) - ((low >>> 0) % 4096);
      result.cause = -1;
      result.value = 7;
      result.writable = (page & 0x1000) === 0;
      // A second view of the same memory at high = 1.
      result.page = page;
      if (high !== 0 && high !== 1) result.cause = { read: 13, write: 15, fetch: 12 }[access];
      if (page >= toy.unmapped) result.cause = { read: 13, write: 15, fetch: 12 }[access];
      if (mode === 1 && access === "write" && (page & 0x7000) === 0x7000) result.cause = 15;
    },
    enterTrap(cpu, cause, value, address) {
      const { state } = cpu;
      state.setInt32(toy.cause.offset, cause, true);
      state.setBigUint64(toy.value.offset, BigInt.asUintN(64, (address ?? 0n) + value), true);
      state.setBigUint64(toy.epc.offset, cpu.instructionPc, true);
      state.setBigUint64(toy.pc.offset, toy.trapVector, true);
      state.setInt32(toy.mode.offset, 0, true);
    },
    takeInterrupt(cpu: Cpu) {
      if ((cpu.platform.pending() & 1) === 0 || cpu.state.getInt32(toy.mode.offset, true) !== 1) return false;
      this.enterTrap(cpu, 64, 0n);
      return true;
    },
    wakes: (cpu) => cpu.platform.pending() !== 0,
    reset(cpu) {
      cpu.state.setBigUint64(8, (1n << 64n) - 1n, true);
      cpu.state.setBigUint64(toy.segment, 0x40n, true);
      cpu.state.setBigUint64(toy.segment + 8, 0xffff_ffffn, true);
    },
    disassemble: (decoded) => instructions[decoded.instruction]!.name,
  };
}

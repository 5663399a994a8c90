/**
 * Bit manipulation: Zba (addresses), Zbb (basic), Zbs (single bits).
 *
 * Source: RISC-V Bit-Manipulation ISA-extensions, version 1.0.0.
 */
import { i32, i64, name, select, set } from "../../../meaning/build.ts";
import type { Expr } from "../../../meaning/expression.ts";
import type { Statement } from "../../../meaning/statement.ts";
import { imm, immw, type Row, rd, row, rs1, rs1w, rs2, rs2w } from "../row.ts";

const word = (value: Expr<"i32">) => set(rd, i64.extend_i32_s(value));
const unsignedWord = i64.extend_i32_u(rs1w);
const not = (value: Expr<"i64">) => i64.xor(value, -1);

const r64 = (form: string, funct: string, funct3: string, value: Expr<"i64">) =>
  row(`${form} rd, rs1, rs2`, `${funct} rs2 rs1 ${funct3} rd 0110011`, set(rd, value));
const r32 = (form: string, funct: string, funct3: string, value: Expr<"i64">) =>
  row(`${form} rd, rs1, rs2`, `${funct} rs2 rs1 ${funct3} rd 0111011`, set(rd, value));

const shiftAdd = (shift: 1 | 2 | 3, funct3: string): Row[] => [
  r64(`sh${shift}add`, "0010000", funct3, i64.add(i64.shl(rs1, shift), rs2)),
  r32(`sh${shift}add.uw`, "0010000", funct3, i64.add(i64.shl(unsignedWord, shift), rs2)),
];

const zba: readonly Row[] = [
  r32("add.uw", "0000100", "000", i64.add(unsignedWord, rs2)),
  row("slli.uw rd, rs1, shamt", "000010 shamt[5:0] rs1 001 rd 0011011", set(rd, i64.shl(unsignedWord, imm))),
  ...shiftAdd(1, "010"),
  ...shiftAdd(2, "100"),
  ...shiftAdd(3, "110"),
];

/** 0xff in each byte of rs1 that is not zero: its low seven bits carry into the top one. */
function orCombine(): Statement {
  const low = 0x7f7f7f7f7f7f7f7fn;
  const tops = i64.and(i64.or(i64.add(i64.and(rs1, low), low), rs1), ~low);
  return set(rd, i64.mul(i64.shr_u(tops, 7), 255));
}

/** Bytes, then pairs, then halves change places. */
function reverseBytes(): Statement[] {
  const swap = (value: Expr<"i64">, bits: number, mask: bigint) =>
    i64.or(i64.and(i64.shr_u(value, bits), mask), i64.shl(i64.and(value, mask), bits));
  const bytes = name(swap(rs1, 8, 0x00ff00ff00ff00ffn));
  const pairs = name(swap(bytes.value, 16, 0x0000ffff0000ffffn));
  return [bytes.is, pairs.is, set(rd, i64.rotl(pairs.value, 32))];
}

const zbb: readonly Row[] = [
  r64("andn", "0100000", "111", i64.and(rs1, not(rs2))),
  r64("orn", "0100000", "110", i64.or(rs1, not(rs2))),
  r64("xnor", "0100000", "100", not(i64.xor(rs1, rs2))),
  row("clz rd, rs1", "0110000 00000 rs1 001 rd 0010011", set(rd, i64.clz(rs1))),
  row("clzw rd, rs1", "0110000 00000 rs1 001 rd 0011011", word(i32.clz(rs1w))),
  row("ctz rd, rs1", "0110000 00001 rs1 001 rd 0010011", set(rd, i64.ctz(rs1))),
  row("ctzw rd, rs1", "0110000 00001 rs1 001 rd 0011011", word(i32.ctz(rs1w))),
  row("cpop rd, rs1", "0110000 00010 rs1 001 rd 0010011", set(rd, i64.popcnt(rs1))),
  row("cpopw rd, rs1", "0110000 00010 rs1 001 rd 0011011", word(i32.popcnt(rs1w))),
  r64("max", "0000101", "110", select(i64.gt_s(rs1, rs2), rs1, rs2)),
  r64("maxu", "0000101", "111", select(i64.gt_u(rs1, rs2), rs1, rs2)),
  r64("min", "0000101", "100", select(i64.lt_s(rs1, rs2), rs1, rs2)),
  r64("minu", "0000101", "101", select(i64.lt_u(rs1, rs2), rs1, rs2)),
  row("sext.b rd, rs1", "0110000 00100 rs1 001 rd 0010011", set(rd, i64.extend8_s(rs1))),
  row("sext.h rd, rs1", "0110000 00101 rs1 001 rd 0010011", set(rd, i64.extend16_s(rs1))),
  row("zext.h rd, rs1", "0000100 00000 rs1 100 rd 0111011", set(rd, i64.and(rs1, 0xffff))),
  r64("rol", "0110000", "001", i64.rotl(rs1, rs2)),
  r32("rolw", "0110000", "001", i64.extend_i32_s(i32.rotl(rs1w, rs2w))),
  r64("ror", "0110000", "101", i64.rotr(rs1, rs2)),
  row("rori rd, rs1, shamt", "011000 shamt[5:0] rs1 101 rd 0010011", set(rd, i64.rotr(rs1, imm))),
  row("roriw rd, rs1, shamt", "0110000 shamt[4:0] rs1 101 rd 0011011", word(i32.rotr(rs1w, immw))),
  r32("rorw", "0110000", "101", i64.extend_i32_s(i32.rotr(rs1w, rs2w))),
  row("orc.b rd, rs1", "001010000111 rs1 101 rd 0010011", orCombine()),
  row("rev8 rd, rs1", "011010111000 rs1 101 rd 0010011", ...reverseBytes()),
];

/** Register and immediate form; the bit's number counts modulo 64. */
function single(
  form: string,
  funct6: string,
  funct3: string,
  of: (place: Expr<"i64">) => Expr<"i64">,
): Row[] {
  return [
    r64(form, `${funct6}0`, funct3, of(rs2)),
    row(`${form}i rd, rs1, shamt`, `${funct6} shamt[5:0] rs1 ${funct3} rd 0010011`, set(rd, of(imm))),
  ];
}
const one = (place: Expr<"i64">) => i64.shl(1, place);

const zbs: readonly Row[] = [
  ...single("bclr", "010010", "001", (place) => i64.and(rs1, not(one(place)))),
  ...single("bext", "010010", "101", (place) => i64.and(i64.shr_u(rs1, place), 1)),
  ...single("binv", "011010", "001", (place) => i64.xor(rs1, one(place))),
  ...single("bset", "001010", "001", (place) => i64.or(rs1, one(place))),
];

export const zb: readonly Row[] = [...zba, ...zbb, ...zbs];

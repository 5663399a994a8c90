/**
 * What floating-point registers have beside arithmetic, extensions F and D: loads, stores, moves, signs, classes.
 * A single-precision value lies in a register with all ones above it; a register without them counts as the NaN.
 *
 * Source: The RISC-V Instruction Set Manual, Volume I, version 20191213, chapters 11 and 12.
 */
import { constant, i32, i64, load, put, select, set, store } from "../../../meaning/build.ts";
import type { Expr } from "../../../meaning/expression.ts";
import type { Statement } from "../../../meaning/statement.ts";
import { fd, fs1, fs2, imm, type Row, rd, row, rs1 } from "../row.ts";
import { fpDirty } from "../state.ts";

const floating = (each: Row): Row => ({ ...each, floating: true });
export const dirty: Statement = put(fpDirty, 1);
/** Puts a double, or a boxed single, into fd. */
export const setDouble = (value: Expr<"i64">): Statement[] => [set(fd, value), dirty];

const boxBits = 0xffffffff00000000n;
export const boxed = (low: Expr<"i64">) => i64.or(low, boxBits);
export const setSingle = (low: Expr<"i64">): Statement[] => setDouble(boxed(low));
/** The single in a register, as the low half of an i64 whose upper half is 0. */
export const unboxed = (register: Expr<"i64">): Expr<"i64"> =>
  select(i64.ge_u(register, boxBits), i64.and(register, 0xffffffffn), constant("i64", 0x7fc00000n));

const address = i64.add(rs1, imm);
const memory: readonly Row[] = [
  row("flw fd, imm(rs1)", "imm[11:0] rs1 010 fd 0000111", ...setSingle(load(4, false, address))),
  row("fld fd, imm(rs1)", "imm[11:0] rs1 011 fd 0000111", ...setDouble(load(8, false, address))),
  row("fsw fs2, imm(rs1)", "imm[11:5] fs2 rs1 010 imm[4:0] 0100111", store(4, address, fs2)),
  row("fsd fs2, imm(rs1)", "imm[11:5] fs2 rs1 011 imm[4:0] 0100111", store(8, address, fs2)),
];

const moves: readonly Row[] = [
  row("fmv.x.w rd, fs1", "1110000 00000 fs1 000 rd 1010011", set(rd, i64.extend32_s(fs1))),
  row("fmv.w.x fd, rs1", "1111000 00000 rs1 000 fd 1010011", ...setSingle(i64.and(rs1, 0xffffffffn))),
  row("fmv.x.d rd, fs1", "1110001 00000 fs1 000 rd 1010011", set(rd, fs1)),
  row("fmv.d.x fd, rs1", "1111001 00000 rs1 000 fd 1010011", ...setDouble(rs1)),
];

type Format = {
  readonly suffix: string;
  readonly fmt: string;
  readonly sign: bigint;
  readonly exponent: bigint;
  readonly fraction: bigint;
  readonly take: (register: Expr<"i64">) => Expr<"i64">;
  readonly put: (value: Expr<"i64">) => Statement[];
};
const formats: readonly Format[] = [
  {
    suffix: "s",
    fmt: "00",
    sign: 1n << 31n,
    exponent: 0xffn << 23n,
    fraction: (1n << 23n) - 1n,
    take: unboxed,
    put: setSingle,
  },
  {
    suffix: "d",
    fmt: "01",
    sign: 1n << 63n,
    exponent: 0x7ffn << 52n,
    fraction: (1n << 52n) - 1n,
    take: (register) => register,
    put: setDouble,
  },
];

function signs({ suffix, fmt, sign, take, put }: Format): Row[] {
  const [left, right] = [take(fs1), take(fs2)];
  const signOf = (value: Expr<"i64">) => i64.and(value, sign);
  const inject = (form: string, funct3: string, value: Expr<"i64">) =>
    row(`${form}.${suffix} fd, fs1, fs2`, `00100${fmt} fs2 fs1 ${funct3} fd 1010011`, ...put(value));
  const magnitude = i64.and(left, ~sign);
  return [
    inject("fsgnj", "000", i64.or(magnitude, signOf(right))),
    inject("fsgnjn", "001", i64.or(magnitude, i64.xor(signOf(right), sign))),
    inject("fsgnjx", "010", i64.xor(left, signOf(right))),
  ];
}

/** Table 11.5: bit 0 is -infinity, then normal, subnormal, zero; mirrored; 8 signaling and 9 quiet NaN. */
function classify({ suffix, fmt, sign, exponent, fraction, take }: Format): Row {
  const value = take(fs1);
  const quietBit = (fraction + 1n) >> 1n;
  const hasExponent = (bits: bigint) => i64.eq(i64.and(value, exponent), bits);
  const hasFraction = i64.ne(i64.and(value, fraction), 0);
  const pick = (condition: Expr<"i32">, yes: Expr<"i32">, no: Expr<"i32">) => select(condition, yes, no);
  const number = (bit: number) => constant("i32", bit);
  const isNegative = i64.ne(i64.and(value, sign), 0);
  const nan = pick(i64.ne(i64.and(value, quietBit), 0), number(9), number(8));
  /** The positive class mirrors the negative one. */
  const signed = (negative: number) => pick(isNegative, number(negative), number(7 - negative));
  const kind = pick(
    hasExponent(exponent),
    pick(hasFraction, nan, signed(0)),
    pick(hasExponent(0n), pick(hasFraction, signed(2), signed(3)), signed(1)),
  );
  const form = `fclass.${suffix} rd, fs1`;
  return row(form, `11100${fmt} 00000 fs1 001 rd 1010011`, set(rd, i64.extend_i32_u(i32.shl(1, kind))));
}

export const rv64fMoves: readonly Row[] = [
  ...memory,
  ...moves,
  ...formats.flatMap(signs),
  ...formats.map(classify),
].map(floating);

/**
 * Multiplication and division, extension M. Nothing traps: what cannot be divided has results of its own.
 *
 * Source: The RISC-V Instruction Set Manual, Volume I, version 20191213, chapter 7 and table 7.1.
 */
import { constant, either, i32, i64, name, set } from "../../../meaning/build.ts";
import type { Expr } from "../../../meaning/expression.ts";
import type { Statement } from "../../../meaning/statement.ts";
import { type Row, rd, row, rs1, rs1w, rs2, rs2w } from "../row.ts";

const low = (value: Expr<"i64">) => i64.and(value, 0xffffffffn);
const high = (value: Expr<"i64">) => i64.shr_u(value, 32);

/** The upper half of the 128-bit product of unsigned numbers, out of four products of halves; then `correct` it. */
function upperProduct(correct: (upper: Expr<"i64">) => Expr<"i64">): Statement[] {
  const middle = name(i64.add(i64.mul(high(rs1), low(rs2)), high(i64.mul(low(rs1), low(rs2)))));
  const other = name(i64.add(i64.mul(low(rs1), high(rs2)), low(middle.value)));
  const upper = i64.add(i64.mul(high(rs1), high(rs2)), i64.add(high(middle.value), high(other.value)));
  return [middle.is, other.is, set(rd, correct(upper))];
}
/** `b` where `a` is negative, else 0: what an unsigned product has too much. */
const whereNegative = (a: Expr<"i64">, b: Expr<"i64">) => i64.and(i64.shr_s(a, 63), b);

const r64 = (form: string, funct3: string, ...meaning: readonly Statement[]) =>
  row(`${form} rd, rs1, rs2`, `0000001 rs2 rs1 ${funct3} rd 0110011`, ...meaning);
const r32 = (form: string, funct3: string, value: Expr<"i32">) =>
  row(`${form} rd, rs1, rs2`, `0000001 rs2 rs1 ${funct3} rd 0111011`, set(rd, i64.extend_i32_s(value)));

/** Division by 0 gives `byZero`, and by -1 `byMinusOne`, because the one overflow is there. */
const divided = (byZero: Expr<"i64">, byMinusOne: Expr<"i64">, quotient: Expr<"i64">) =>
  either(i64.eqz(rs2), byZero, either(i64.eq(rs2, -1), byMinusOne, quotient));
const dividedWord = (byZero: Expr<"i32">, byMinusOne: Expr<"i32">, quotient: Expr<"i32">) =>
  either(i32.eqz(rs2w), byZero, either(i32.eq(rs2w, -1), byMinusOne, quotient));

const minusOne = constant("i64", -1n);
const minusOneWord = constant("i32", -1);

export const rv64m: readonly Row[] = [
  r64("mul", "000", set(rd, i64.mul(rs1, rs2))),
  r64(
    "mulh",
    "001",
    ...upperProduct((upper) => i64.sub(i64.sub(upper, whereNegative(rs1, rs2)), whereNegative(rs2, rs1))),
  ),
  r64("mulhsu", "010", ...upperProduct((upper) => i64.sub(upper, whereNegative(rs1, rs2)))),
  r64("mulhu", "011", ...upperProduct((upper) => upper)),
  r64("div", "100", set(rd, divided(minusOne, i64.sub(0, rs1), i64.div_s(rs1, rs2)))),
  r64("divu", "101", set(rd, either(i64.eqz(rs2), minusOne, i64.div_u(rs1, rs2)))),
  r64("rem", "110", set(rd, divided(rs1, constant("i64", 0n), i64.rem_s(rs1, rs2)))),
  r64("remu", "111", set(rd, either(i64.eqz(rs2), rs1, i64.rem_u(rs1, rs2)))),
  r32("mulw", "000", i32.mul(rs1w, rs2w)),
  r32("divw", "100", dividedWord(minusOneWord, i32.sub(0, rs1w), i32.div_s(rs1w, rs2w))),
  r32("divuw", "101", either(i32.eqz(rs2w), minusOneWord, i32.div_u(rs1w, rs2w))),
  r32("remw", "110", dividedWord(rs1w, constant("i32", 0), i32.rem_s(rs1w, rs2w))),
  r32("remuw", "111", either(i32.eqz(rs2w), rs1w, i32.rem_u(rs1w, rs2w))),
];

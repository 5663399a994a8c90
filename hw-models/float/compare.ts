/**
 * Comparison, minimum and maximum. Source: IEEE 754-2019, sections 5.11, 9.6; Intel SDM volume 2, MINSD and MAXSD;
 * RISC-V unprivileged ISA 20191213, section 11.6.
 */
import { type Datum, exception, type Format, isNan, isZero, type Result } from "./format.ts";
import { operands } from "./operands.ts";
import type { Mode } from "./rules.ts";

export type Order = "less" | "equal" | "greater" | "unordered";

/** An ordered pair's numbers as integers that compare alike; zeros are equal. */
function rank(format: Format, { sign, kind, significand, exponent }: Datum): bigint {
  const magnitude =
    kind === "infinite" ? 1n << 3000n : significand << BigInt(exponent - format.minimum + format.precision);
  return sign === 1n ? -magnitude : magnitude;
}

/** `signalling`: any NaN is invalid; else only signalling ones are. */
export function compare(
  format: Format,
  signalling: boolean,
  a: bigint,
  b: bigint,
  mode: Mode,
): { order: Order; flags: number } {
  const { data, flags, nan } = operands(format, mode, a, b);
  if (nan !== undefined) return { order: "unordered", flags: signalling ? exception.invalid : nan.flags };
  const [x, y] = data.map((datum) => rank(format, datum)) as [bigint, bigint];
  return { order: x < y ? "less" : x > y ? "greater" : "equal", flags };
}

/** x86: the second operand if either is a NaN or both are zeros. */
export function minimumX86(format: Format, greatest: boolean, a: bigint, b: bigint, mode: Mode): Result {
  const { order, flags } = compare(format, true, a, b, mode);
  const first = order === (greatest ? "greater" : "less");
  const { data } = operands(format, mode, first ? a : b);
  const flushed = isNan(data[0]!) || !isZero(data[0]!) ? undefined : data[0]!.sign;
  const bits = first ? a : b;
  return { bits: flushed === undefined ? bits : flushed << BigInt(format.width - 1), flags };
}

/** RISC-V: minimumNumber and maximumNumber of IEEE 754-2019: a NaN loses, and -0 is less than +0. */
export function minimumRiscv(format: Format, greatest: boolean, a: bigint, b: bigint, mode: Mode): Result {
  const { order, flags } = compare(format, false, a, b, mode);
  const { data } = operands(format, mode, a, b);
  const [x, y] = data as [Datum, Datum];
  if (isNan(x) && isNan(y)) return { bits: mode.rules.defaultNan(format), flags };
  if (isNan(x) || isNan(y)) return { bits: isNan(x) ? b : a, flags };
  const below = order === "less" || (order === "equal" && x.sign === 1n);
  return { bits: below === greatest ? b : a, flags };
}

/**
 * Addition, subtraction, multiplication, division, square root and fused multiply-add: the exact value as an integer
 * times a power of two, then one rounding. Source: IEEE 754-2019, sections 5.4.1, 6.3 (signs of zeros), 7.2 (invalid).
 */
import {
  bitLength,
  type Datum,
  exception,
  type Format,
  infinity,
  isNan,
  isZero,
  type Result,
  zero,
} from "./format.ts";
import { invalid, operands, plus } from "./operands.ts";
import { round } from "./round.ts";
import type { Mode } from "./rules.ts";

/** A finite value that need not fit a format. */
type Exact = { readonly sign: bigint; readonly significand: bigint; readonly exponent: number };

/** x + y, both finite. A sum that is exactly zero is negative only when rounding down, unless both were negative. */
function sum(format: Format, x: Exact, y: Exact, mode: Mode): Result {
  const exponent = Math.min(x.exponent, y.exponent);
  const signed = ({ sign, significand, exponent: from }: Exact) =>
    (sign === 1n ? -significand : significand) << BigInt(from - exponent);
  const total = signed(x) + signed(y);
  if (total !== 0n) return round(format, total < 0n ? 1n : 0n, total < 0n ? -total : total, exponent, mode);
  const bothZero = x.significand === 0n && y.significand === 0n;
  const sign = bothZero && x.sign === y.sign ? x.sign : mode.rounding === "down" ? 1n : 0n;
  return { bits: zero(format, sign), flags: 0 };
}

export function add(format: Format, a: bigint, b: bigint, mode: Mode): Result {
  const { data, flags, nan } = operands(format, mode, a, b);
  return nan ?? addition(format, data[0]!, data[1]!, flags, mode);
}

/** a - b. A NaN keeps its sign: b is negated only after the look at NaNs. */
export function subtract(format: Format, a: bigint, b: bigint, mode: Mode): Result {
  const { data, flags, nan } = operands(format, mode, a, b);
  const [x, y] = data as [Datum, Datum];
  return nan ?? addition(format, x, { ...y, sign: y.sign ^ 1n }, flags, mode);
}

function addition(format: Format, x: Datum, y: Datum, flags: number, mode: Mode): Result {
  const infinite = [x, y].filter(({ kind }) => kind === "infinite");
  if (infinite.length === 2 && x.sign !== y.sign) return invalid(format, mode);
  if (infinite.length > 0) return { bits: infinity(format, infinite[0]!.sign), flags };
  return plus(flags, sum(format, x, y, mode));
}

const product = (x: Datum, y: Datum): Exact => ({
  sign: x.sign ^ y.sign,
  significand: x.significand * y.significand,
  exponent: x.exponent + y.exponent,
});

export function multiply(format: Format, a: bigint, b: bigint, mode: Mode): Result {
  const { data, flags, nan } = operands(format, mode, a, b);
  if (nan !== undefined) return nan;
  const [x, y] = data as [Datum, Datum];
  const { sign, significand, exponent } = product(x, y);
  if (x.kind === "infinite" || y.kind === "infinite") {
    return isZero(x) || isZero(y) ? invalid(format, mode) : { bits: infinity(format, sign), flags };
  }
  if (significand === 0n) return { bits: zero(format, sign), flags };
  return plus(flags, round(format, sign, significand, exponent, mode));
}

export function divide(format: Format, a: bigint, b: bigint, mode: Mode): Result {
  const { data, flags, nan } = operands(format, mode, a, b);
  if (nan !== undefined) return nan;
  const [x, y] = data as [Datum, Datum];
  const sign = x.sign ^ y.sign;
  if (x.kind === "infinite") {
    return y.kind === "infinite" ? invalid(format, mode) : { bits: infinity(format, sign), flags };
  }
  if (y.kind === "infinite") return { bits: zero(format, sign), flags };
  if (isZero(y)) {
    if (isZero(x)) return invalid(format, mode);
    return { bits: infinity(format, sign), flags: exception.divideByZero };
  }
  if (isZero(x)) return { bits: zero(format, sign), flags };
  const shift = format.precision + 2 + Math.max(0, bitLength(y.significand) - bitLength(x.significand));
  const numerator = x.significand << BigInt(shift);
  const quotient = numerator / y.significand;
  const rest = quotient * y.significand === numerator ? 0n : 1n;
  return plus(flags, round(format, sign, (quotient << 1n) | rest, x.exponent - y.exponent - shift - 1, mode));
}

/** The largest integer whose square is not above `value`; Newton's iteration from above. */
function integerRoot(value: bigint): bigint {
  let root = 1n << BigInt((bitLength(value) + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

export function squareRoot(format: Format, a: bigint, mode: Mode): Result {
  const { data, flags, nan } = operands(format, mode, a);
  if (nan !== undefined) return nan;
  const x = data[0]!;
  if (isZero(x)) return { bits: zero(format, x.sign), flags };
  if (x.sign === 1n) return invalid(format, mode);
  if (x.kind === "infinite") return { bits: infinity(format, 0n), flags };
  // An even exponent, and enough bits that the root has the format's and two more.
  const wanted = 2 * format.precision + 6 - bitLength(x.significand);
  const shift = wanted + ((wanted ^ x.exponent) & 1);
  const radicand = x.significand << BigInt(shift);
  const root = integerRoot(radicand);
  const rest = root * root === radicand ? 0n : 1n;
  return plus(flags, round(format, 0n, (root << 1n) | rest, (x.exponent - shift) / 2 - 1, mode));
}

/** a * b + c with one rounding. Infinity times zero is invalid even if c is a quiet NaN (RISC-V, section 11.6). */
export function fusedMultiplyAdd(format: Format, a: bigint, b: bigint, c: bigint, mode: Mode): Result {
  const { data, flags, nan } = operands(format, mode, a, b, c);
  const [x, y, z] = data as [Datum, Datum, Datum];
  const noProduct =
    (x.kind === "infinite" && isZero(y)) || (isZero(x) && y.kind === "infinite") ? exception.invalid : 0;
  if (nan !== undefined) return plus(isNan(z) ? noProduct : 0, nan);
  if (noProduct !== 0) return invalid(format, mode);
  const exact = product(x, y);
  if (x.kind === "infinite" || y.kind === "infinite") {
    if (z.kind === "infinite" && z.sign !== exact.sign) return invalid(format, mode);
    return { bits: infinity(format, exact.sign), flags };
  }
  if (z.kind === "infinite") return { bits: infinity(format, z.sign), flags };
  return plus(flags, sum(format, exact, z, mode));
}

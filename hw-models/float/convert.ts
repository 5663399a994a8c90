/**
 * Conversions: between the formats, from and to integers, and to an integer in floating-point form.
 * Source: IEEE 754-2019, sections 5.4.1, 5.4.2, 5.8, 5.9.
 */
import { exception, type Format, infinity, isNan, isZero, type Result, zero } from "./format.ts";
import { operands, plus } from "./operands.ts";
import { round, roundToInteger } from "./round.ts";
import type { Mode } from "./rules.ts";

export function convertFormat(from: Format, to: Format, bits: bigint, mode: Mode): Result {
  const { data, flags, nan } = operands(from, mode, bits);
  const x = data[0]!;
  if (nan !== undefined) {
    // The payload stays at the significand's upper end.
    const shift = BigInt(to.precision - from.precision);
    const payload = shift > 0n ? x.significand << shift : x.significand >> -shift;
    return { bits: mode.rules.propagated(to, infinity(to, x.sign) | payload), flags: nan.flags };
  }
  if (x.kind === "infinite") return { bits: infinity(to, x.sign), flags };
  if (isZero(x)) return { bits: zero(to, x.sign), flags };
  return plus(flags, round(to, x.sign, x.significand, x.exponent, mode));
}

/** From an integer, which the caller has given its sign. Zero is positive in every rounding mode. */
export function fromInteger(to: Format, value: bigint, mode: Mode): Result {
  if (value === 0n) return { bits: zero(to, 0n), flags: 0 };
  return round(to, value < 0n ? 1n : 0n, value < 0n ? -value : value, 0, mode);
}

/** To an integer of `width` bits, as these bits. A denormal operand raises nothing but "inexact". */
export function toInteger(from: Format, width: 32 | 64, signed: boolean, bits: bigint, mode: Mode): Result {
  const x = operands(from, mode, bits).data[0]!;
  const least = signed ? -(1n << BigInt(width - 1)) : 0n;
  const most = least + (1n << BigInt(width)) - 1n;
  const none = () => ({
    bits: BigInt.asUintN(width, mode.rules.noInteger(least, most, isNan(x), x.sign === 1n)),
    flags: exception.invalid,
  });
  if (x.kind !== "finite") return none();
  if (isZero(x)) return { bits: 0n, flags: 0 };
  const { value, exact } = roundToInteger(x.significand, x.exponent, x.sign, mode.rounding);
  const integer = x.sign === 1n ? -value : value;
  if (integer < least || integer > most) return none();
  return { bits: BigInt.asUintN(width, integer), flags: exact ? 0 : exception.inexact };
}

/** To an integer in the same format; `quietly` without "inexact". The sign stays, of a zero too. */
export function roundToIntegral(format: Format, quietly: boolean, bits: bigint, mode: Mode): Result {
  const { data, nan } = operands(format, mode, bits);
  if (nan !== undefined) return nan;
  const x = data[0]!;
  if (x.kind === "infinite") return { bits, flags: 0 };
  if (isZero(x)) return { bits: zero(format, x.sign), flags: 0 };
  const { value, exact } = roundToInteger(x.significand, x.exponent, x.sign, mode.rounding);
  const flags = exact || quietly ? 0 : exception.inexact;
  if (value === 0n) return { bits: zero(format, x.sign), flags };
  return plus(flags, round(format, x.sign, value, 0, mode));
}

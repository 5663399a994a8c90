/**
 * The one place where anything is rounded. Every operation first computes its result exactly, or with a last bit that
 * stands for everything below it, and then comes here.
 */
import { bitLength, exception, type Format, infinity, type Result } from "./format.ts";
import type { Mode, Rounding } from "./rules.ts";

/**
 * `significand` without its last `places` bits, rounded to an integer. Negative places only shift.
 */
function roundOff(significand: bigint, places: number, sign: bigint, rounding: Rounding): bigint {
  if (places <= 0) return significand << BigInt(-places);
  const kept = significand >> BigInt(places);
  const lost = significand - (kept << BigInt(places));
  if (lost === 0n) return kept;
  const half = 1n << BigInt(places - 1);
  const up = {
    "nearest-even": lost > half || (lost === half && (kept & 1n) === 1n),
    "nearest-away": lost >= half,
    "to-zero": false,
    down: sign === 1n,
    up: sign === 0n,
  }[rounding];
  return up ? kept + 1n : kept;
}

/** Rounds (-1)^sign * significand * 2^exponent, not zero, to an integer. */
export function roundToInteger(significand: bigint, exponent: number, sign: bigint, rounding: Rounding) {
  // Far below one half every shift gives the same; a shift by thousands would only cost.
  const places = Math.min(-exponent, bitLength(significand) + 2);
  const value = roundOff(significand, places, sign, rounding);
  return { value, exact: places <= 0 || value << BigInt(places) === significand };
}

/**
 * Rounds (-1)^sign * significand * 2^exponent, not zero, to the format. If the last bit stands for a remainder, there
 * must be at least two more bits than the format's precision.
 */
export function round(
  format: Format,
  sign: bigint,
  significand: bigint,
  exponent: number,
  mode: Mode,
): Result {
  const { precision, minimum, width } = format;
  const lowest = minimum - precision + 1;
  const leading = exponent + bitLength(significand) - 1;
  /** The exponent of the last place that is kept. */
  const place = Math.max(leading - precision + 1, lowest);
  const kept = roundOff(significand, place - exponent, sign, mode.rounding);
  const exact = place <= exponent || kept << BigInt(place - exponent) === significand;

  // Tiny "after rounding": with an unbounded exponent the result would still be below the smallest normal number.
  const places = leading - precision + 1 - exponent;
  const unbounded = roundOff(significand, places, sign, mode.rounding);
  const unboundedInexact = places > 0 && unbounded << BigInt(places) !== significand ? exception.inexact : 0;
  const tiny = leading < minimum && !(leading === minimum - 1 && bitLength(unbounded) > precision);
  const signBit = sign << BigInt(width - 1);
  if (tiny && mode.flushToZero) return { bits: signBit, flags: exception.underflow | exception.inexact };

  // The hidden bit, where there is one, and a carry out of the significand count the exponent up.
  const magnitude = (BigInt(place - lowest) << BigInt(precision - 1)) + kept;
  const infinite = infinity(format, 0n);
  if (magnitude >= infinite) {
    const rounding = mode.rounding;
    const finite = rounding === "to-zero" || rounding === (sign === 1n ? "up" : "down");
    const bits = signBit | (finite ? infinite - 1n : infinite);
    return { bits, flags: exception.overflow | (mode.trapsOverflow ? unboundedInexact : exception.inexact) };
  }
  const bits = signBit | magnitude;
  if (tiny && mode.trapsUnderflow) return { bits, flags: exception.underflow | unboundedInexact };
  return { bits, flags: exact ? 0 : exception.inexact | (tiny ? exception.underflow : 0) };
}

/**
 * The two binary formats and what their bits say. Everything in this folder computes on bits, as BigInt: it is the
 * exact and slow answer, asked where WebAssembly's own operators cannot be trusted with rounding, flags or NaNs.
 *
 * Source: IEEE Std 754-2019, sections 3.4 (encodings) and 7 (exceptions).
 */

export type Format = {
  readonly width: 32 | 64;
  /** Bits of the significand, the hidden one counted. */
  readonly precision: number;
  /** Exponents of the largest numbers and of the smallest normal ones. */
  readonly maximum: number;
  readonly minimum: number;
};

export const binary32: Format = { width: 32, precision: 24, maximum: 127, minimum: -126 };
export const binary64: Format = { width: 64, precision: 53, maximum: 1023, minimum: -1022 };

/** Exceptions. The bits are those of x86's MXCSR (SDM volume 1, 10.2.3.1), which has one more than IEEE 754. */
export const exception = {
  invalid: 1,
  denormal: 2,
  divideByZero: 4,
  overflow: 8,
  underflow: 16,
  inexact: 32,
};

/** A result and the exceptions that it raises. */
export type Result = { readonly bits: bigint; readonly flags: number };

/** A datum: (-1)^sign * significand * 2^exponent if finite. `exponent` is that of the last place, zero included. */
export type Datum = {
  readonly sign: bigint;
  readonly kind: "finite" | "infinite" | "quiet" | "signalling";
  readonly significand: bigint;
  readonly exponent: number;
  /** Not zero, and smaller than every normal number. */
  readonly denormal: boolean;
};

const fractionBits = (format: Format) => BigInt(format.precision - 1);

export function unpack(format: Format, bits: bigint): Datum {
  const fraction = bits & ((1n << fractionBits(format)) - 1n);
  const biased = Number(
    (bits >> fractionBits(format)) & ((1n << BigInt(format.width - format.precision)) - 1n),
  );
  const sign = bits >> BigInt(format.width - 1);
  if (biased === format.maximum * 2 + 1) {
    const quiet = fraction >> (fractionBits(format) - 1n) === 1n;
    const kind = fraction === 0n ? "infinite" : quiet ? "quiet" : "signalling";
    return { sign, kind, significand: fraction, exponent: 0, denormal: false };
  }
  const hidden = biased === 0 ? 0n : 1n << fractionBits(format);
  return {
    sign,
    kind: "finite",
    significand: hidden | fraction,
    exponent: Math.max(biased, 1) + format.minimum - format.precision,
    denormal: biased === 0 && fraction !== 0n,
  };
}

export const isNan = (datum: Datum) => datum.kind === "quiet" || datum.kind === "signalling";
export const isZero = (datum: Datum) => datum.kind === "finite" && datum.significand === 0n;

export const infinity = (format: Format, sign: bigint): bigint =>
  (sign << BigInt(format.width - 1)) |
  (((1n << BigInt(format.width - format.precision)) - 1n) << fractionBits(format));
export const zero = (format: Format, sign: bigint): bigint => sign << BigInt(format.width - 1);
/** The bit that makes a NaN quiet. */
export const quietBit = (format: Format): bigint => 1n << (fractionBits(format) - 1n);

export const bitLength = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length);

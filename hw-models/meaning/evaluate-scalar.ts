/**
 * The numeric operators on exact values, for the evaluator. Integers are computed with BigInt, floats travel as their
 * bits.
 *
 * Source: WebAssembly Core Specification 2.0, section 4.3 (numerics).
 */
import { type Bits, bits32, bits64, numberFromBits } from "./bits.ts";
import { scalarOperators } from "./operators.ts";

type Compute = (...args: Bits[]) => Bits;

const unsigned = (value: bigint, bits: number) => BigInt.asUintN(bits, value);
const modulo = (count: bigint, bits: number) => unsigned(count, bits) % BigInt(bits);
const truth = (condition: boolean) => (condition ? 1n : 0n);
const binary = (value: bigint, bits: number) => unsigned(value, bits).toString(2).padStart(bits, "0");

function divided(a: bigint, b: bigint, bits: number): bigint {
  if (b === 0n || a / b === 1n << BigInt(bits - 1))
    throw new Error("a meaning divides what WebAssembly cannot");
  return a / b;
}

/** Operators on signed integers of `bits` bits; the caller wraps the result. */
export const integerOperators: Readonly<Record<string, (a: bigint, b: bigint, bits: number) => bigint>> = {
  eqz: (a) => truth(a === 0n),
  eq: (a, b) => truth(a === b),
  ne: (a, b) => truth(a !== b),
  lt_s: (a, b) => truth(a < b),
  lt_u: (a, b, bits) => truth(unsigned(a, bits) < unsigned(b, bits)),
  gt_s: (a, b) => truth(a > b),
  gt_u: (a, b, bits) => truth(unsigned(a, bits) > unsigned(b, bits)),
  le_s: (a, b) => truth(a <= b),
  le_u: (a, b, bits) => truth(unsigned(a, bits) <= unsigned(b, bits)),
  ge_s: (a, b) => truth(a >= b),
  ge_u: (a, b, bits) => truth(unsigned(a, bits) >= unsigned(b, bits)),
  clz: (a, _, bits) => BigInt(`${binary(a, bits)}1`.indexOf("1")),
  ctz: (a, _, bits) => BigInt(bits - `1${binary(a, bits)}`.lastIndexOf("1")),
  popcnt: (a, _, bits) => BigInt(binary(a, bits).replaceAll("0", "").length),
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div_s: divided,
  div_u: (a, b, bits) => divided(unsigned(a, bits), unsigned(b, bits), bits + 1),
  rem_s: (a, b, bits) => (b === -1n ? 0n : a - divided(a, b, bits) * b),
  rem_u: (a, b, bits) =>
    unsigned(a, bits) - divided(unsigned(a, bits), unsigned(b, bits), bits + 1) * unsigned(b, bits),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b, bits) => a << modulo(b, bits),
  shr_s: (a, b, bits) => a >> modulo(b, bits),
  shr_u: (a, b, bits) => unsigned(a, bits) >> modulo(b, bits),
  rotl: (a, b, bits) => (a << modulo(b, bits)) | (unsigned(a, bits) >> (BigInt(bits) - modulo(b, bits))),
  rotr: (a, b, bits) => (unsigned(a, bits) >> modulo(b, bits)) | (a << (BigInt(bits) - modulo(b, bits))),
  extend8_s: (a) => BigInt.asIntN(8, a),
  extend16_s: (a) => BigInt.asIntN(16, a),
  extend32_s: (a) => BigInt.asIntN(32, a),
};

/** To the nearest integer, ties to even: adding 2^52 leaves no room for a fraction. */
function nearest(value: number): number {
  const magnitude = Math.abs(value);
  const rounded = magnitude < 2 ** 52 ? magnitude + 2 ** 52 - 2 ** 52 : magnitude;
  return value < 0 || Object.is(value, -0) ? -rounded : rounded;
}

/** Operators on numbers; the caller rounds to f32 where that is the type (innocuous: 53 >= 2 * 24 + 2). */
const floatOperators: Readonly<Record<string, (a: number, b: number) => number>> = {
  ceil: Math.ceil,
  floor: Math.floor,
  trunc: Math.trunc,
  nearest,
  sqrt: Math.sqrt,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: Math.min,
  max: Math.max,
};
const floatCompares: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  gt: (a, b) => a > b,
  le: (a, b) => a <= b,
  ge: (a, b) => a >= b,
};
/** On the bits alone, so that NaNs keep theirs. */
const signOperators: Readonly<Record<string, (a: bigint, b: bigint, sign: bigint) => bigint>> = {
  abs: (a, _, sign) => a & ~sign,
  neg: (a, _, sign) => a ^ sign,
  copysign: (a, b, sign) => (a & ~sign) | (b & sign),
};

/** An integer as f32, rounded once: below the upper 52 of its 64 bits, only "not zero" matters. */
export function roundedToSingle(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  if (magnitude < 1n << 53n) return Number(value);
  const sticky = (magnitude & 0xfffn) === 0n ? 0n : 0x800n;
  const kept = ((magnitude >> 12n) << 12n) | sticky;
  return Number(value < 0n ? -kept : kept);
}

const conversions: Readonly<Record<string, Compute>> = {
  "i32.wrap_i64": (a) => Number(BigInt.asIntN(32, a as bigint)),
  "i64.extend_i32_s": (a) => BigInt(a as number),
  "i64.extend_i32_u": (a) => BigInt((a as number) >>> 0),
  "f32.convert_i32_s": (a) => bits32(a as number),
  "f32.convert_i32_u": (a) => bits32((a as number) >>> 0),
  "f32.convert_i64_s": (a) => bits32(roundedToSingle(a as bigint)),
  "f32.convert_i64_u": (a) => bits32(roundedToSingle(unsigned(a as bigint, 64))),
  "f32.demote_f64": (a) => bits32(numberFromBits(a)),
  "f64.convert_i32_s": (a) => bits64(a as number),
  "f64.convert_i32_u": (a) => bits64((a as number) >>> 0),
  "f64.convert_i64_s": (a) => bits64(Number(a)),
  "f64.convert_i64_u": (a) => bits64(Number(unsigned(a as bigint, 64))),
  "f64.promote_f32": (a) => bits64(numberFromBits(a)),
  "i32.reinterpret_f32": (a) => a,
  "i64.reinterpret_f64": (a) => a,
  "f32.reinterpret_i32": (a) => a,
  "f64.reinterpret_i64": (a) => a,
};

/** Towards zero; what does not fit becomes the nearest integer that does, a NaN zero. */
function saturated(value: number, bits: 32 | 64, signed: boolean): bigint {
  const least = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const most = least + (1n << BigInt(bits)) - 1n;
  if (Number.isNaN(value)) return 0n;
  if (!Number.isFinite(value)) return value < 0 ? least : most;
  const integer = BigInt(Math.trunc(value));
  return integer < least ? least : integer > most ? most : integer;
}

function computeFor(name: string): Compute {
  const conversion = conversions[name];
  if (conversion) return conversion;
  const truncation = /^i(32|64)\.trunc_sat_f\d+_(.)$/.exec(name);
  if (truncation) {
    const bits = Number(truncation[1]) as 32 | 64;
    return (a) => {
      const integer = BigInt.asIntN(bits, saturated(numberFromBits(a), bits, truncation[2] === "s"));
      return bits === 32 ? Number(integer) : integer;
    };
  }
  const [type = "", operator = ""] = name.split(".");
  if (type === "i32" || type === "i64") {
    const compute = integerOperators[operator]!;
    const bits = type === "i32" ? 32 : 64;
    const narrow = scalarOperators[name as keyof typeof scalarOperators].gives === "i32";
    return (a, b = 0n) => {
      const result = BigInt.asIntN(bits, compute(BigInt(a as bigint), BigInt(b as bigint), bits));
      return narrow ? Number(result) : result;
    };
  }
  const compare = floatCompares[operator];
  if (compare) return (a, b) => (compare(numberFromBits(a), numberFromBits(b!)) ? 1 : 0);
  const ofSign = signOperators[operator];
  if (ofSign) {
    if (type === "f64") return (a, b = 0n) => BigInt.asIntN(64, ofSign(a as bigint, b as bigint, 1n << 63n));
    return (a, b = 0) =>
      Number(BigInt.asIntN(32, ofSign(BigInt(a as number), BigInt(b as number), 1n << 31n)));
  }
  const compute = floatOperators[operator]!;
  const toBits = type === "f32" ? bits32 : bits64;
  return (a, b = a) => toBits(compute(numberFromBits(a), numberFromBits(b)));
}

/** Every operator of the table `scalarOperators`, by name. */
export const scalarEvaluators: ReadonlyMap<string, Compute> = new Map(
  Object.keys(scalarOperators).map((name) => [name, computeFor(name)]),
);

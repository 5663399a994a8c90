/**
 * WebAssembly's operators on one floating-point type, and cheap tests of a value's bits: most are one AND and one
 * comparison with zero, because they stand in the fast path of every instruction.
 */
import { f32, f64, i32, i64 } from "../meaning/build.ts";
import type { Expr } from "../meaning/expression.ts";

export type Letter = "s" | "d";
export type FloatType = { s: "f32"; d: "f64" };
export type BitsType = { s: "i32"; d: "i64" };

export type Kit<L extends Letter> = {
  readonly letter: L;
  readonly precision: number;
  readonly type: FloatType[L];
  readonly bitsType: BitsType[L];
  /** Unary and binary operators of the type, by WebAssembly's names. */
  one(
    name: "abs" | "neg" | "sqrt" | "nearest" | "ceil" | "floor" | "trunc",
    a: Expr<FloatType[L]>,
  ): Expr<FloatType[L]>;
  two(name: "add" | "sub" | "mul" | "div", a: Expr<FloatType[L]>, b: Expr<FloatType[L]>): Expr<FloatType[L]>;
  compare(
    name: "eq" | "ne" | "lt" | "le" | "gt" | "ge",
    a: Expr<FloatType[L]>,
    b: Expr<FloatType[L]>,
  ): Expr<"i32">;
  constant(value: number): Expr<FloatType[L]>;
  bits(a: Expr<FloatType[L]>): Expr<BitsType[L]>;
  fromBits(bits: Expr<BitsType[L]>): Expr<FloatType[L]>;
  /** The exponent is not zero: neither zero nor denormal. */
  normal(a: Expr<FloatType[L]>): Expr<"i32">;
  /** Neither infinite nor a NaN. */
  finite(a: Expr<FloatType[L]>): Expr<"i32">;
  /** Finite, and a factor of two above the smallest normal number: rounding cannot have hidden an underflow. */
  ample(a: Expr<FloatType[L]>): Expr<"i32">;
  /** Zeros at the end of the significand, the hidden bit included. */
  trailing(a: Expr<FloatType[L]>): Expr<"i32">;
};

export const both = (...conditions: Expr<"i32">[]): Expr<"i32"> => conditions.reduce((a, b) => i32.and(a, b));
export const any = (...conditions: Expr<"i32">[]): Expr<"i32"> => conditions.reduce((a, b) => i32.or(a, b));
export const not = (condition: Expr<"i32">): Expr<"i32"> => i32.eqz(condition);

const exponent32 = 0x7f800000;
const some32 = (bits: Expr<"i32">, mask: number) => i32.ne(i32.and(bits, mask), 0);
const finite32 = (a: Expr<"f32">) => i32.ne(i32.and(i32.reinterpret_f32(a), exponent32), exponent32);
export const single: Kit<"s"> = {
  letter: "s",
  precision: 24,
  type: "f32",
  bitsType: "i32",
  one: (name, a) => f32[name](a),
  two: (name, a, b) => f32[name](a, b),
  compare: (name, a, b) => f32[name](a, b),
  constant: (value) => ({ type: "f32", is: "const", value }),
  bits: (a) => i32.reinterpret_f32(a),
  fromBits: (bits) => f32.reinterpret_i32(bits),
  normal: (a) => some32(i32.reinterpret_f32(a), exponent32),
  finite: finite32,
  ample: (a) => both(finite32(a), some32(i32.reinterpret_f32(a), 0x7f000000)),
  trailing: (a) => i32.ctz(i32.or(i32.reinterpret_f32(a), 0x800000)),
};

const exponent64 = 0x7ff0000000000000n;
const some64 = (bits: Expr<"i64">, mask: bigint) => i64.ne(i64.and(bits, mask), 0n);
const finite64 = (a: Expr<"f64">) => i64.ne(i64.and(i64.reinterpret_f64(a), exponent64), exponent64);
export const double: Kit<"d"> = {
  letter: "d",
  precision: 53,
  type: "f64",
  bitsType: "i64",
  one: (name, a) => f64[name](a),
  two: (name, a, b) => f64[name](a, b),
  compare: (name, a, b) => f64[name](a, b),
  constant: (value) => ({ type: "f64", is: "const", value }),
  bits: (a) => i64.reinterpret_f64(a),
  fromBits: (bits) => f64.reinterpret_i64(bits),
  normal: (a) => some64(i64.reinterpret_f64(a), exponent64),
  finite: finite64,
  ample: (a) => both(finite64(a), some64(i64.reinterpret_f64(a), 0x7fe0000000000000n)),
  trailing: (a) => i32.wrap_i64(i64.ctz(i64.or(i64.reinterpret_f64(a), 0x10000000000000n))),
};

export const kits: { readonly [L in Letter]: Kit<L> } = { s: single, d: double };

/** Zero, or not denormal: raises no flag on x86. */
export const tame = <L extends Letter>(kit: Kit<L>, a: Expr<FloatType[L]>): Expr<"i32"> =>
  any(kit.normal(a), isZero(kit, a));
export const isZero = <L extends Letter>(kit: Kit<L>, a: Expr<FloatType[L]>): Expr<"i32"> =>
  kit.compare("eq", a, kit.constant(0));
export const isNan = <L extends Letter>(kit: Kit<L>, a: Expr<FloatType[L]>): Expr<"i32"> =>
  kit.compare("ne", a, a);

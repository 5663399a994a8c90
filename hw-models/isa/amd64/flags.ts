/**
 * The six arithmetic flags, derived from what the last instruction kept. A kind is an operation at a width; its values
 * are zero-extended to that width unless said otherwise. "status" is all six at their places in RFLAGS.
 *
 * Where the manual leaves a flag undefined, ours is what the simplest expression gives; rows say which these are.
 */
import { constant, f64, flags, i32, i64 } from "../../meaning/build.ts";
import type { Expr } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";
import type { FlagKind } from "../isa.ts";

export const CF = 1;
export const PF = 4;
export const AF = 0x10;
export const ZF = 0x40;
export const SF = 0x80;
export const OF = 0x800;
export const ARITHMETIC = CF | PF | AF | ZF | SF | OF;
const positions = { CF: 0, PF: 2, AF: 4, ZF: 6, SF: 7, OF: 11 } as const;
type FlagName = keyof typeof positions;
export const flagNames = Object.keys(positions) as readonly FlagName[];

export type Width = 8 | 16 | 32 | 64;
type Word = Expr<"i64">;
type Bit = Expr<"i32">;
type Functions = Record<string, (...values: Word[]) => Bit>;

/** The low `width` bits. */
export const truncate = (width: Width, value: Word): Word =>
  width === 64
    ? value
    : width === 32
      ? i64.extend_i32_u(i32.wrap_i64(value))
      : i64.and(value, width === 16 ? 0xffff : 0xff);
/** A truncated value, sign-extended. */
export const signExtend = (width: Width, value: Word): Word =>
  width === 64
    ? value
    : width === 32
      ? i64.extend32_s(value)
      : width === 16
        ? i64.extend16_s(value)
        : i64.extend8_s(value);
/** Bit `at` of a value as 0 or 1. */
export const bit = (value: Word, at: number): Bit => i32.and(i32.wrap_i64(i64.shr_u(value, at)), 1);
export const sign = (width: Width, value: Word): Bit => bit(value, width - 1);
const zero: Bit = constant("i32", 0);
const parity = (value: Word): Bit => i32.and(i32.xor(i32.popcnt(i32.and(i32.wrap_i64(value), 0xff)), 1), 1);
const real = (value: Word): Expr<"f64"> => f64.reinterpret_i64(value);
const isZero = (value: Word): Bit => i64.eqz(value);

/** ZF, SF and PF of a result. */
const ofResult = (width: Width, result: (...values: Word[]) => Word): Functions => ({
  ZF: (...values) => isZero(result(...values)),
  SF: (...values) => sign(width, result(...values)),
  PF: (...values) => parity(result(...values)),
});
const clear = (...names: FlagName[]): Functions =>
  Object.fromEntries(names.map((name) => [name, () => zero]));
const carryOf3 = (a: Word, b: Word, c: Word): Word => i64.xor(i64.xor(a, b), c);

function kinds(width: Width): Record<string, FlagKind> {
  const cut = (value: Word) => truncate(width, value);
  const signed = (value: Word) => signExtend(width, value);
  const smallest = width === 64 ? 1n << 63n : 1n << BigInt(width - 1);
  const lowest = constant("i64", smallest);
  const highest = constant("i64", smallest - 1n);
  const kind = (values: number, functions: Functions): FlagKind => ({ values, flags: functions });
  const first = (value: Word): Word => value;
  const shifted = (value: Word, count: Word): Word => cut(i64.shl(value, count));
  const shiftedOut = (value: Word, count: Word): Bit =>
    width === 64 ? bit(i64.shr_u(value, i64.sub(64, count)), 0) : bit(i64.shl(value, count), width);
  const rightOut = (value: Word, count: Word): Bit => bit(i64.shr_u(value, i64.sub(count, 1)), 0);
  const sum = (a: Word, b: Word, c: Word): Word => cut(i64.add(i64.add(a, b), c));
  const rest = (a: Word, b: Word, c: Word): Word => cut(i64.sub(i64.sub(a, b), c));
  const difference = (a: Word, b: Word): Word => cut(i64.sub(a, b));
  return {
    /** result, second operand */
    [`add${width}`]: kind(2, {
      ...ofResult(width, first),
      CF: (r, y) => i64.lt_u(r, y),
      AF: (r, y) => bit(carryOf3(difference(r, y), y, r), 4),
      OF: (r, y) => sign(width, i64.and(i64.xor(difference(r, y), r), i64.xor(y, r))),
    }),
    /** both operands, carry in */
    [`adc${width}`]: kind(3, {
      ...ofResult(width, sum),
      CF: (x, y, c) => i32.or(i64.lt_u(sum(x, y, c), y), i32.and(i32.wrap_i64(c), i64.eq(sum(x, y, c), y))),
      AF: (x, y, c) => bit(carryOf3(x, y, sum(x, y, c)), 4),
      OF: (x, y, c) => sign(width, i64.and(i64.xor(x, sum(x, y, c)), i64.xor(y, sum(x, y, c)))),
    }),
    /** both operands; also CMP and NEG */
    [`sub${width}`]: kind(2, {
      ...ofResult(width, difference),
      ZF: (x, y) => i64.eq(x, y),
      CF: (x, y) => i64.lt_u(x, y),
      AF: (x, y) => bit(carryOf3(x, y, difference(x, y)), 4),
      OF: (x, y) => sign(width, i64.and(i64.xor(x, y), i64.xor(x, difference(x, y)))),
      BE: (x, y) => i64.le_u(x, y),
      L: (x, y) => i64.lt_s(signed(x), signed(y)),
      LE: (x, y) => i64.le_s(signed(x), signed(y)),
    }),
    /** both operands, borrow in */
    [`sbb${width}`]: kind(3, {
      ...ofResult(width, rest),
      CF: (x, y, c) => i32.or(i64.lt_u(x, y), i32.and(i32.wrap_i64(c), i64.eq(x, y))),
      AF: (x, y, c) => bit(carryOf3(x, y, rest(x, y, c)), 4),
      OF: (x, y, c) => sign(width, i64.and(i64.xor(x, y), i64.xor(x, rest(x, y, c)))),
    }),
    /** result */
    [`logic${width}`]: kind(1, {
      ...ofResult(width, first),
      ...clear("CF", "AF", "OF"),
      BE: (r) => isZero(r),
      L: (r) => sign(width, r),
      LE: (r) => i64.le_s(signed(r), 0),
    }),
    /** result, CF as it was */
    [`inc${width}`]: kind(2, {
      ...ofResult(width, first),
      CF: (_, c) => i32.wrap_i64(c),
      AF: (r) => isZero(i64.and(r, 15)),
      OF: (r) => i64.eq(r, lowest),
    }),
    [`dec${width}`]: kind(2, {
      ...ofResult(width, first),
      CF: (_, c) => i32.wrap_i64(c),
      AF: (r) => i64.eq(i64.and(r, 15), 15),
      OF: (r) => i64.eq(r, highest),
    }),
    /** operand, count from 1 */
    [`shl${width}`]: kind(2, {
      ...ofResult(width, shifted),
      ...clear("AF"),
      CF: shiftedOut,
      OF: (x, n) => i32.xor(sign(width, shifted(x, n)), shiftedOut(x, n)),
    }),
    [`shr${width}`]: kind(2, {
      ...ofResult(width, (x, n) => i64.shr_u(x, n)),
      ...clear("AF"),
      CF: rightOut,
      OF: (x) => sign(width, x),
    }),
    /** operand sign-extended to 64 bits, count from 1 */
    [`sar${width}`]: kind(2, {
      ...ofResult(width, (x, n) => cut(i64.shr_s(x, n))),
      ...clear("AF", "OF"),
      CF: (x, n) => bit(i64.shr_s(x, i64.sub(n, 1)), 0),
    }),
    /** result, CF, OF */
    [`result${width}`]: kind(3, {
      ...ofResult(width, first),
      ...clear("AF"),
      CF: (_, c) => i32.wrap_i64(c),
      OF: (_, __, o) => i32.wrap_i64(o),
    }),
  };
}

export const flagKinds: Readonly<Record<string, FlagKind>> = {
  /** The flags themselves, at their places in RFLAGS. First, because a CPU starts with it. */
  exact: {
    values: 1,
    flags: {
      ...Object.fromEntries(
        Object.entries(positions).map(([name, at]) => [name, (value: Word) => bit(value, at)]),
      ),
      status: (value: Word) => i32.and(i32.wrap_i64(value), ARITHMETIC),
    },
  },
  ...kinds(8),
  ...kinds(16),
  ...kinds(32),
  ...kinds(64),
  /** UCOMISD: two doubles, as bits; SF, AF and OF are clear */
  order: {
    values: 2,
    flags: {
      ...clear("SF", "AF", "OF"),
      ZF: (x: Word, y: Word) => i32.eqz(i32.or(f64.lt(real(x), real(y)), f64.gt(real(x), real(y)))),
      CF: (x: Word, y: Word) => i32.eqz(f64.ge(real(x), real(y))),
      PF: (x: Word, y: Word) => i32.or(f64.ne(real(x), real(x)), f64.ne(real(y), real(y))),
      BE: (x: Word, y: Word) => i32.eqz(f64.gt(real(x), real(y))),
      L: () => zero,
      LE: (x: Word, y: Word) => i32.eqz(i32.or(f64.lt(real(x), real(y)), f64.gt(real(x), real(y)))),
    },
  },
  /** CF, ZF; the others are clear */
  carryZero: {
    values: 2,
    flags: {
      ...clear("SF", "AF", "PF", "OF"),
      CF: (c: Word) => i32.wrap_i64(c),
      ZF: (_: Word, z: Word) => i32.wrap_i64(z),
    },
  },
};

type Flag = (name: string) => Bit;
/** Conditions by the letters of Jcc, SETcc and CMOVcc; the negated ones are made of these. */
export const conditions: Readonly<Record<string, (flag: Flag) => Bit>> = {
  BE: (flag) => i32.or(flag("CF"), flag("ZF")),
  L: (flag) => i32.xor(flag("SF"), flag("OF")),
  LE: (flag) => i32.or(flag("ZF"), i32.xor(flag("SF"), flag("OF"))),
  status: (flag) =>
    flagNames.map((name) => i32.shl(flag(name), positions[name])).reduce((all, one) => i32.or(all, one)),
};

/** Sets all six flags to those bits of a value. */
export const setStatus = (value: Word): Statement => flags("exact", value);

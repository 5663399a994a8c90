/** Meanings of SSE's floating-point instructions: Intel SDM volume 2, by mnemonic. Exactness is `float`'s business. */

import { floatHelpers } from "../../float/helpers.ts";
import { roundToIntegral, toInteger } from "../../float/integer.ts";
import { kits, type Letter } from "../../float/kit.ts";
import { type Computed, Floats } from "../../float/meaning.ts";
import { extreme, ordered } from "../../float/order.ts";
import {
  assemble,
  byLanes,
  compareLane,
  laneCount,
  laneOf,
  packedAddSubtract,
  packedArithmetic,
  packedCompare,
  packedExtreme,
} from "../../float/packed.ts";
import {
  constant,
  f32,
  f64,
  f64x2,
  flags,
  i32,
  i32x4,
  i64,
  lane,
  name,
  read,
  select,
  set,
  v128,
} from "../../meaning/build.ts";
import type { Expr, Helper } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";
import type { Form, Meaning } from "./row.ts";
import { aligned, bytes, immediate, shuffleLanes, type Vector, zero } from "./sse.ts";
import { mxcsr } from "./state.ts";

export const float = new Floats({ rules: "x86", register: mxcsr });

type Arithmetic = "add" | "sub" | "mul" | "div" | "sqrt";
/** An operand's low lane. */
const low = (f: Form, letter: Letter, position: number) =>
  letter === "s" ? read(f.f32(position)) : read(f.f64(position));
const setLow = (f: Form, letter: Letter, value: Expr) =>
  letter === "s" ? set(f.f32(0), value as Expr<"f32">) : set(f.f64(0), value as Expr<"f64">);
const kitOf = (letter: Letter) => kits[letter] as typeof kits.d;
const pair = (f: Form, letter: Letter) =>
  [low(f, letter, 0), low(f, letter, 1)] as unknown as [Expr<"f64">, Expr<"f64">];

/** ADDSD and kin; the destination's other lanes stay. */
export const scalar =
  (operation: Arithmetic, letter: Letter): Meaning =>
  (f) => {
    const operands = operation === "sqrt" ? [low(f, letter, 1)] : pair(f, letter);
    const { is, value } = float.arithmetic(`${operation}.${letter}`, operands);
    return [...is, setLow(f, letter, value)];
  };
export const packedFloat =
  (operation: Arithmetic, letter: Letter): Meaning =>
  (f) => {
    const operands = operation === "sqrt" ? [read(f.v128(1))] : [read(f.v128(0)), read(f.v128(1))];
    return finish(f, packedArithmetic(float, operation, letter, operands));
  };
const finish = (f: Form, { is, value }: Computed<Vector>) => [...aligned(f, 1), ...is, set(f.v128(0), value)];
const packedPair = (f: Form): [Vector, Vector] => [read(f.v128(0)), read(f.v128(1))];

export const addSubtract =
  (letter: Letter): Meaning =>
  (f) =>
    finish(f, packedAddSubtract(float, letter, ...packedPair(f)));
/** HADDPS and kin: neighbours of the destination, then of the source. */
export const horizontal =
  (operation: "add" | "sub", letter: Letter): Meaning =>
  (f) => {
    const [a, b] = [name(read(f.v128(0))), name(read(f.v128(1)))];
    const size = letter === "s" ? 4 : 8;
    const every = (first: number) =>
      shuffleLanes(
        size,
        Array.from({ length: 16 / size }, (_, at) => at * 2 + first),
        a.value,
        b.value,
      );
    const { is, value } = packedArithmetic(float, operation, letter, [every(0), every(1)]);
    return [...aligned(f, 1), b.is, a.is, ...is, set(f.v128(0), value)];
  };

export const scalarExtreme =
  (which: "min" | "max", letter: Letter): Meaning =>
  (f) => {
    const { is, value } = extreme(float, kitOf(letter), which, pair(f, letter));
    return [...is, setLow(f, letter, value)];
  };
export const packedMinMax =
  (which: "min" | "max", letter: Letter): Meaning =>
  (f) =>
    finish(f, packedExtreme(float, which, letter, ...packedPair(f)));

/** CMPSS, CMPSD: ones or zeros in the low lane. */
export const scalarCompare =
  (letter: Letter): Meaning =>
  (f) => {
    const { is, value } = compareLane(float, kitOf(letter), read(f.i32(2)), pair(f, letter));
    const mask = name(i32.sub(0, value));
    const result = letter === "s" ? set(f.i32(0), mask.value) : set(f.i64(0), i64.extend_i32_s(mask.value));
    return [...is, mask.is, result];
  };
export const packedCompares =
  (letter: Letter): Meaning =>
  (f) =>
    finish(f, packedCompare(float, letter, read(f.i32(2)), ...packedPair(f)));

/** UCOMISD and COMISD (`signalling`): ZF, PF and CF from the order, which is kept as two doubles. */
export const setOrder =
  (letter: Letter, signalling: boolean): Meaning =>
  (f) => {
    const { is, a, b } = ordered(float, kitOf(letter), signalling, pair(f, letter));
    const bits = (value: Expr) =>
      i64.reinterpret_f64(letter === "s" ? f64.promote_f32(value as Expr<"f32">) : (value as Expr<"f64">));
    return [...is, flags("order", bits(a), bits(b))];
  };

/** CVTSI2SD and kin, CVTSD2SS, CVTSS2SD. */
export const convertLow =
  (to: Letter, from: "w" | "l" | Letter): Meaning =>
  (f) => {
    const operand = from === "w" ? read(f.i32(1)) : from === "l" ? read(f.i64(1)) : low(f, from, 1);
    const { is, value } = float.arithmetic(`cvt.${to}.${from}`, [operand]);
    return [...is, setLow(f, to, value)];
  };
/** CVTSD2SI and CVTTSD2SI (`truncate`). */
export const convertToInteger =
  (letter: Letter, truncate: boolean): Meaning =>
  (f) => {
    const to = f.bits(0) === 64 ? "l" : "w";
    const how = truncate ? "truncate" : undefined;
    const { is, value } = toInteger(float, to, kitOf(letter), low(f, letter, 1) as Expr<"f64">, how);
    return [...is, f.write(0, value as Expr<"i64">)];
  };

/** Lane by lane; the lanes that remain are zero. */
const lanewise =
  (count: number, compute: (lanes: Floats, source: Vector, index: number) => Computed): Meaning =>
  (f) => {
    const b = name(read(f.v128(1)));
    const { is, values } = byLanes(float, count, (lanes, index) => compute(lanes, b.value, index));
    return [...aligned(f, 1), b.is, ...is, set(f.v128(0), assemble(values, zero))];
  };
export const singlesFromIntegers = lanewise(4, (lanes, b, index) =>
  lanes.arithmetic("cvt.s.w", [lane("i32", "i32x4.extract_lane", [index], b)]),
);
export const doublesFromIntegers: Meaning = (f) => [
  set(f.v128(0), f64x2.convert_low_i32x4_s(read(f.v128(1)))),
];
export const doublesFromSingles = lanewise(2, (lanes, b, index) =>
  lanes.arithmetic("cvt.d.s", [laneOf("s", b, index)]),
);
export const singlesFromDoubles = lanewise(2, (lanes, b, index) =>
  lanes.arithmetic("cvt.s.d", [laneOf("d", b, index)]),
);
export const integersFrom = (letter: Letter, truncate: boolean): Meaning =>
  lanewise(laneCount[letter], (lanes, b, index) =>
    toInteger(
      lanes,
      "w",
      kitOf(letter),
      laneOf(letter, b, index) as never,
      truncate ? "truncate" : undefined,
    ),
  );

export const roundLow =
  (letter: Letter): Meaning =>
  (f) => {
    const { is, value } = roundToIntegral(float, kitOf(letter), low(f, letter, 1) as never, read(f.i32(2)));
    return [...is, setLow(f, letter, value)];
  };
export const roundAll =
  (letter: Letter): Meaning =>
  (f) =>
    lanewise(laneCount[letter], (lanes, b, index) =>
      roundToIntegral(lanes, kitOf(letter), laneOf(letter, b, index) as never, read(f.i32(2))),
    )(f);

/** DPPS, DPPD: products of the lanes that the upper half of the immediate names, summed by pairs, to those of the lower. */
export const dotProduct =
  (letter: Letter): Meaning =>
  (f) => {
    const width = letter === "s" ? 32 : 64;
    const count = 128 / width;
    const by = name(immediate(f, 2));
    const each = bytes(width, ...Array.from({ length: count }, (_, at) => 1 << at));
    const chosen = (bits: Expr<"i32">) => {
      const all = letter === "s" ? i32x4.splat(bits) : wide(bits);
      const there = v128.and(all, each);
      return letter === "s" ? i32x4.eq(there, each) : equal64(there, each);
    };
    const source = name(read(f.v128(1)));
    const mask = name(chosen(i32.shr_u(by.value, 4)));
    const masked = (vector: Vector) => v128.and(vector, mask.value);
    // Every lane adds its neighbour, then that of the other half: so the sums are the same, but NaNs may differ by lane.
    const { is, values } = byLanes(float, 1, (lanes) => {
      const steps: Statement[] = [];
      let sum: Vector = zero;
      const step = (operation: "mul" | "add", a: Vector, b: Vector) => {
        const { is, value } = packedArithmetic(lanes, operation, letter, [a, b]);
        steps.push(...is, ...lanes.between());
        sum = value;
      };
      step("mul", masked(read(f.v128(0))), masked(source.value));
      if (letter === "s") step("add", shuffleLanes(4, [1, 0, 3, 2], sum, sum), sum);
      step("add", sum, shuffleLanes(8, [1, 0], sum, sum));
      return { is: steps, value: sum };
    });
    const result = v128.and(values[0] as Vector, chosen(by.value));
    return [...aligned(f, 1), by.is, source.is, mask.is, ...is, set(f.v128(0), result)];
  };
const wide = (bits: Expr<"i32">): Vector => lane("v128", "i32x4.replace_lane", [2], i32x4.splat(bits), bits);
const equal64 = (a: Vector, b: Vector): Vector => {
  const same = i32x4.eq(a, b);
  return v128.and(same, shuffleLanes(4, [1, 0, 3, 2], same, same));
};

/**
 * RCPSS, RSQRTSS and kin are approximations whose bits each CPU maker chooses; the manual promises a relative error of at
 * most 1.5 * 2^-12. Ours are the correctly rounded quotient, cut to 12 bits behind the point, without flags.
 *
 * Differs: a real CPU's bits are others within that promise.
 */
function approximate(root: boolean, operand: Expr<"f32">): Computed<Expr<"f32">> {
  const kit = kits.s;
  const a = name(operand);
  const signedZero = (value: Expr<"f32">) => f32.copysign(kit.constant(0), value);
  const flushed = name(select(kit.normal(a.value), a.value, signedZero(a.value)));
  const exact = name(f32.div(kit.constant(1), root ? f32.sqrt(flushed.value) : flushed.value));
  const cut = f32.reinterpret_i32(i32.and(i32.reinterpret_f32(exact.value), ~0x7ff));
  const number = select(kit.normal(exact.value), cut, signedZero(exact.value));
  const quieted = f32.reinterpret_i32(i32.or(i32.reinterpret_f32(a.value), 0x400000));
  const noRoot = root ? f32.lt(flushed.value, kit.constant(0)) : constant("i32", 0);
  const indefinite = f32.reinterpret_i32(constant("i32", 0xffc00000 | 0));
  const value = select(f32.ne(a.value, a.value), quieted, select(noRoot, indefinite, number));
  return { is: [a.is, flushed.is, exact.is], value };
}
export const approximateLow =
  (root: boolean): Meaning =>
  (f) => {
    const { is, value } = approximate(root, read(f.f32(1)));
    return [...is, set(f.f32(0), value)];
  };
export const approximateAll = (root: boolean): Meaning =>
  lanewise(4, (_, b, index) => approximate(root, laneOf("s", b, index)));

/** For `Isa.helpers`. */
export const floatingHelpers: readonly Helper[] = Object.values(floatHelpers("x86"));

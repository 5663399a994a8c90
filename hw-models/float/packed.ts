/**
 * Vectors of floating-point numbers for rows. WebAssembly's vector operator stands if a test of all lanes at once says
 * so; else each lane is computed by itself, which looks more closely.
 */
import {
  constant,
  either,
  f32x4,
  f64x2,
  i32,
  i32x4,
  i64x2,
  lane,
  name,
  rename,
  select,
  v128,
  when,
} from "../meaning/build.ts";
import type { Expr } from "../meaning/expression.ts";
import type { Statement } from "../meaning/statement.ts";
import { any, both, type FloatType, type Kit, kits, type Letter, not } from "./kit.ts";
import { type Computed, type Floats, Lanes } from "./meaning.ts";
import { extreme, ordered } from "./order.ts";

type Vector = Expr<"v128">;
export const laneCount = { s: 4, d: 2 } as const;

/** The same bits in every lane. */
export function splat(letter: Letter, bits: bigint): Vector {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < 16; at += letter === "s" ? 4 : 8) {
    if (letter === "s") view.setUint32(at, Number(bits), true);
    else view.setBigUint64(at, bits, true);
  }
  return constant("v128", bytes);
}
const shapes = { s: f32x4, d: f64x2 } as const;
const exponent = { s: splat("s", 0x7f800000n), d: splat("d", 0x7ff0000000000000n) };
const twoAbove = { s: splat("s", 0x7f000000n), d: splat("d", 0x7fe0000000000000n) };
const magnitude = { s: splat("s", 0x7fffffffn), d: splat("d", 0x7fffffffffffffffn) };
const largestDenormal = { s: splat("s", 0x7fffffn), d: splat("d", 0xfffffffffffffn) };
const one = { s: splat("s", 1n), d: splat("d", 1n) };
const minusOne = splat("s", 0xffffffffn);

const allTrue = (letter: Letter, a: Vector) => (letter === "s" ? i32x4.all_true(a) : i64x2.all_true(a));
const greater = (letter: Letter, a: Vector, b: Vector) =>
  letter === "s" ? i32x4.gt_s(a, b) : i64x2.gt_s(a, b);
/** As in `Kit`, of all lanes. */
const normal = (letter: Letter, a: Vector) => allTrue(letter, v128.and(a, exponent[letter]));
const finite = (letter: Letter, a: Vector) => allTrue(letter, v128.andnot(exponent[letter], a));
const ample = (letter: Letter, a: Vector) =>
  both(finite(letter, a), allTrue(letter, v128.and(a, twoAbove[letter])));
/** Some lane is a NaN or denormal. */
function troubled(letter: Letter, a: Vector): Expr<"i32"> {
  const size = v128.and(a, magnitude[letter]);
  const less = letter === "s" ? i32x4.sub(size, one.s) : i64x2.sub(size, one.d);
  const denormal = v128.and(greater(letter, less, minusOne), greater(letter, largestDenormal[letter], less));
  return v128.any_true(v128.or(denormal, greater(letter, size, exponent[letter])));
}

export const laneOf = <L extends Letter>(letter: L, a: Vector, index: number): Expr<FloatType[L]> =>
  lane(kits[letter].type, letter === "s" ? "f32x4.extract_lane" : "f64x2.extract_lane", [index], a) as Expr<
    FloatType[L]
  >;
/** Values by lane as a vector; where there is none, the lane of `rest`. */
export const assemble = (values: readonly Expr[], rest: Vector): Vector => {
  const names = { f32: "f32x4", f64: "f64x2", i32: "i32x4", i64: "i64x2" } as const;
  return values.reduce((vector: Vector, value, index) => {
    const shape = names[value.type as keyof typeof names];
    return lane("v128", `${shape}.replace_lane`, [index], vector, value);
  }, rest);
};
const nothing = splat("s", 0n);

/** Computes every lane by itself, raising exceptions together. */
export function byLanes(
  float: Floats,
  count: number,
  compute: (lanes: Lanes, index: number) => Computed,
): { is: Statement[]; values: Expr[] } {
  const lanes = new Lanes(float);
  const computed = Array.from({ length: count }, (_, index) => compute(lanes, index));
  return {
    is: [...lanes.start, ...computed.flatMap(({ is }) => is), ...lanes.end()],
    values: computed.map(({ value }) => value),
  };
}

/** `whole` if `fine` holds of it, else lane by lane. */
function otherwise(
  float: Floats,
  before: readonly Statement[],
  whole: Vector,
  fine: (result: Vector) => Expr<"i32">,
  count: number,
  compute: (lanes: Floats, index: number) => Computed,
): Computed<Vector> {
  const result = name(whole);
  const { is, values } = byLanes(float, count, compute);
  const slow = [...is, rename(result, assemble(values, nothing))];
  return { is: [...before, result.is, when(not(fine(result.value)), slow)], value: result.value };
}

/** add, sub, mul, div; sqrt with one operand. */
export function packedArithmetic(
  float: Floats,
  operation: "add" | "sub" | "mul" | "div" | "sqrt",
  letter: Letter,
  operands: readonly Vector[],
): Computed<Vector> {
  const named = operands.map((operand) => name(operand));
  const [a, b] = named.map(({ value }) => value) as [Vector, Vector];
  const whole = operation === "sqrt" ? shapes[letter].sqrt(a) : shapes[letter][operation](a, b);
  const sum = operation === "add" || operation === "sub";
  const fine = (result: Vector) =>
    both(
      float.easy(),
      (sum ? finite : ample)(letter, result),
      ...named.map(({ value }) => normal(letter, value)),
    );
  return otherwise(
    float,
    named.map(({ is }) => is),
    whole,
    fine,
    laneCount[letter],
    (lanes, index) =>
      lanes.arithmetic(
        `${operation}.${letter}`,
        named.map(({ value }) => laneOf(letter, value, index)),
      ),
  );
}

/** ADDSUBPS and ADDSUBPD: even lanes are subtracted, odd ones added. */
export function packedAddSubtract(float: Floats, letter: Letter, x: Vector, y: Vector): Computed<Vector> {
  const [a, b] = [name(x), name(y)];
  const signs = new Uint8Array(16);
  for (let at = letter === "s" ? 3 : 7; at < 16; at += letter === "s" ? 8 : 16) signs[at] = 0x80;
  const whole = shapes[letter].add(a.value, v128.xor(b.value, constant("v128", signs)));
  const fine = (result: Vector) =>
    both(float.easy(), finite(letter, result), normal(letter, a.value), normal(letter, b.value));
  return otherwise(float, [a.is, b.is], whole, fine, laneCount[letter], (lanes, index) =>
    lanes.arithmetic(`${index & 1 ? "add" : "sub"}.${letter}`, [
      laneOf(letter, a.value, index),
      laneOf(letter, b.value, index),
    ]),
  );
}

export function packedExtreme(
  float: Floats,
  which: "min" | "max",
  letter: Letter,
  x: Vector,
  y: Vector,
): Computed<Vector> {
  const [a, b] = [name(x), name(y)];
  // x86 gives the second operand unless the first one wins: WebAssembly's, with the operands exchanged.
  const whole = shapes[letter][`p${which}`](b.value, a.value);
  const fine = () => not(any(troubled(letter, a.value), troubled(letter, b.value)));
  return otherwise(float, [a.is, b.is], whole, fine, laneCount[letter], (lanes, index) =>
    extreme(lanes, kits[letter] as Kit<"d">, which, [
      laneOf(letter, a.value, index) as never,
      laneOf(letter, b.value, index) as never,
    ]),
  );
}

/** CMPPD's predicates 0 to 7 (SDM volume 2, table 3-1): EQ, LT, LE, UNORD, and their negations. */
export function compareLane<L extends Letter>(
  float: Floats,
  kit: Kit<L>,
  predicate: Expr<"i32">,
  operands: readonly [Expr<FloatType[L]>, Expr<FloatType[L]>],
): Computed<Expr<"i32">> {
  const which = name(i32.and(predicate, 3));
  // LT and LE signal quiet NaNs, too.
  const signalling = i32.eq(i32.and(i32.add(which.value, 1), 2), 2);
  const { is, a, b } = ordered(float, kit, signalling, operands);
  const unordered = any(kit.compare("ne", a, a), kit.compare("ne", b, b));
  const chosen = either(
    i32.eqz(which.value),
    kit.compare("eq", a, b),
    either(
      i32.eq(which.value, 1),
      kit.compare("lt", a, b),
      select(i32.eq(which.value, 2), kit.compare("le", a, b), unordered),
    ),
  );
  return {
    is: [which.is, ...is],
    value: i32.xor(chosen, i32.and(i32.shr_u(predicate, 2), 1)),
  };
}

/** Lanes of all ones where the predicate holds. */
export function packedCompare(
  float: Floats,
  letter: Letter,
  predicate: Expr<"i32">,
  x: Vector,
  y: Vector,
): Computed<Vector> {
  const [a, b, which] = [name(x), name(y), name(i32.and(predicate, 7))];
  const shape = shapes[letter];
  const isLow = (number: number) => i32.eq(i32.and(which.value, 3), number);
  const unordered = v128.or(shape.ne(a.value, a.value), shape.ne(b.value, b.value));
  const chosen = either(
    isLow(0),
    shape.eq(a.value, b.value),
    either(isLow(1), shape.lt(a.value, b.value), either(isLow(2), shape.le(a.value, b.value), unordered)),
  );
  const negated = i32x4.splat(i32.sub(0, i32.shr_u(which.value, 2)));
  const fine = () => not(any(troubled(letter, a.value), troubled(letter, b.value)));
  const computed = otherwise(
    float,
    [a.is, b.is, which.is],
    v128.xor(chosen, negated),
    fine,
    laneCount[letter],
    (lanes, index) => {
      const one = compareLane(lanes, kits[letter] as Kit<"d">, which.value, [
        laneOf(letter, a.value, index) as never,
        laneOf(letter, b.value, index) as never,
      ]);
      const mask = i32.sub(0, one.value);
      const wide = letter === "s" ? mask : lane("i64", "i64x2.extract_lane", [0], i32x4.splat(mask));
      const named = name(wide as Expr<"i64">);
      return { is: [...one.is, named.is], value: named.value };
    },
  );
  return computed;
}

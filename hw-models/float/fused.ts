/**
 * Fused multiply-add for rows. WebAssembly has none. The fast path computes the exact sum as a few floating-point
 * numbers by error-free transformations, rounds the small ones to odd, and adds once more: Boldo and Melquiond,
 * "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd", IEEE Transactions on
 * Computers 57(4), 2008. For binary32 one sum in binary64, rounded to odd, does.
 */
import { constant, f32, f64, i64, name, rename, select, when } from "../meaning/build.ts";
import type { Expr } from "../meaning/expression.ts";
import type { Statement } from "../meaning/statement.ts";
import { any, both, double, isZero, not, single } from "./kit.ts";
import { asFloat, type Computed, type Floats, type RoundingMode } from "./meaning.ts";

type F64 = Expr<"f64">;

/** Collects named values, so that formulas read as in the paper. */
class Steps {
  readonly is: Statement[] = [];
  keep<E extends Expr>(value: E): E {
    const named = name(value);
    this.is.push(named.is);
    return named.value as E;
  }
  /** Knuth: a + b = sum + error, exactly. */
  sum(a: F64, b: F64): [F64, F64] {
    const sum = this.keep(f64.add(a, b));
    const part = this.keep(f64.sub(sum, a));
    return [sum, this.keep(f64.add(f64.sub(a, f64.sub(sum, part)), f64.sub(b, part)))];
  }
  /** Veltkamp: a number in two halves of 26 bits. */
  private halves(a: F64): [F64, F64] {
    const scaled = this.keep(f64.mul(a, double.constant(2 ** 27 + 1)));
    const high = this.keep(f64.sub(scaled, f64.sub(scaled, a)));
    return [high, this.keep(f64.sub(a, high))];
  }
  /** Dekker: a * b = product + error, exactly, unless something over- or underflows. */
  product(a: F64, b: F64): [F64, F64] {
    const product = this.keep(f64.mul(a, b));
    const [aHigh, aLow] = this.halves(a);
    const [bHigh, bLow] = this.halves(b);
    const first = f64.sub(f64.mul(aHigh, bHigh), product);
    const crossed = f64.add(f64.add(first, f64.mul(aHigh, bLow)), f64.mul(aLow, bHigh));
    return [product, this.keep(f64.add(crossed, f64.mul(aLow, bLow)))];
  }
  /**
   * a + b rounded to odd: of the two neighbours of a sum that is not exact, the one with an odd significand. The rounded
   * sum is one of them; if it is even, the other is one step towards the error. Also says whether the sum is exact.
   */
  oddSum(a: F64, b: F64): [F64, Expr<"i32">] {
    const [sum, error] = this.sum(a, b);
    const bits = i64.reinterpret_f64(sum);
    const exact = this.keep(isZero(double, error));
    const outward = i64.ge_s(i64.xor(bits, i64.reinterpret_f64(error)), 0n);
    const step = select(outward, constant("i64", 1n), constant("i64", -1n));
    const move = both(i64.eqz(i64.and(bits, 1n)), not(exact));
    const odd = i64.add(bits, select(move, step, constant("i64", 0n)));
    return [this.keep(f64.reinterpret_i64(odd)), exact];
  }
}

/** The exponent is between -400 and 400: products and their error terms neither over- nor underflow. */
const middling = (a: F64): Expr<"i32"> =>
  i64.lt_u(i64.sub(i64.and(i64.shr_u(i64.reinterpret_f64(a), 52n), 0x7ffn), 1023n - 400n), 801n);
/** The exponent is at most 900. */
const notHuge = (a: F64): Expr<"i32"> => f64.lt(f64.abs(a), double.constant(2 ** 901));

/** a * b + c, for rounding modes in RISC-V's numbers. */
export function fusedMultiplyAdd<L extends "s" | "d">(
  float: Floats,
  letter: L,
  operands: readonly [Expr, Expr, Expr],
  rounding: RoundingMode,
): Computed<Expr<{ s: "f32"; d: "f64" }[L]>> {
  const steps = new Steps();
  const [a, b, c] = operands.map((operand) => steps.keep(operand)) as [F64, F64, F64];
  const soft = float.softly(`madd.${letter}`, [a, b, c], float.control(rounding));
  if (letter === "s") {
    const [x, y, z] = [a, b, c].map((each) => steps.keep(f64.promote_f32(each as never))) as [F64, F64, F64];
    const [odd, exact] = steps.oddSum(steps.keep(f64.mul(x, y)), z);
    const result = name(f32.demote_f64(odd));
    const isExact = both(exact, f64.eq(f64.promote_f32(result.value), odd));
    const inRange = any(single.ample(result.value), isZero(double, odd));
    const fine = both(float.nearest(rounding), inRange, any(float.sticky(), isExact));
    const slow = [...soft.raise, rename(result, asFloat(soft.bits) as Expr<"f32">)];
    return { is: [...steps.is, result.is, when(not(fine), slow)], value: result.value as never };
  }
  const result = name(f64.add(f64.mul(a, b), c));
  const slow = [...soft.raise, rename(result, asFloat(soft.bits) as F64)];
  const quick = new Steps();
  const [high, low] = quick.product(a, b);
  const [top, rest] = quick.sum(c, low);
  const [upper, lower] = quick.sum(high, top);
  const [odd, exact] = quick.oddSum(lower, rest);
  const [fused, error] = quick.sum(upper, odd);
  const fine = any(float.sticky(), both(exact, isZero(double, error)));
  quick.is.push(when(fine, [rename(result, fused)], slow));
  // With a factor of zero the sum is exact as it stands.
  const zeroFactor = both(any(isZero(double, a), isZero(double, b)), double.finite(result.value));
  const middle = both(middling(a), middling(b), notHuge(c));
  const easy = [when(middle, quick.is, [when(not(zeroFactor), slow)])];
  return {
    is: [...steps.is, result.is, when(float.nearest(rounding), easy, slow)],
    value: result.value as never,
  };
}

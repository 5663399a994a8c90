/**
 * Conversions to integers, and to integers in floating-point form, for rows: WebAssembly's truncation stands if the
 * value is in range and "inexact" either does not arise or is set already.
 */
import { either, f32, f64, i32, i64, name, rename, select, when } from "../meaning/build.ts";
import type { Expr } from "../meaning/expression.ts";
import { any, both, type FloatType, type Kit, type Letter, not } from "./kit.ts";
import { asExpr, type Computed, type Floats, type RoundingMode } from "./meaning.ts";

type Integer = "w" | "wu" | "l" | "lu";
type IntegerType = { w: "i32"; wu: "i32"; l: "i64"; lu: "i64" };

/** Towards zero, and back, by WebAssembly. */
function truncated(to: Integer, letter: Letter, a: Expr): Expr {
  const sign = to === "w" || to === "l" ? "s" : "u";
  const wide = to === "l" || to === "lu";
  if (letter === "s") {
    const single = a as Expr<"f32">;
    return wide ? i64[`trunc_sat_f32_${sign}`](single) : i32[`trunc_sat_f32_${sign}`](single);
  }
  const double = a as Expr<"f64">;
  return wide ? i64[`trunc_sat_f64_${sign}`](double) : i32[`trunc_sat_f64_${sign}`](double);
}
function back(to: Integer, letter: Letter, a: Expr): Expr {
  const sign = to === "w" || to === "l" ? "s" : "u";
  if (to === "l" || to === "lu") {
    const wide = a as Expr<"i64">;
    return letter === "s" ? f32[`convert_i64_${sign}`](wide) : f64[`convert_i64_${sign}`](wide);
  }
  const narrow = a as Expr<"i32">;
  return letter === "s" ? f32[`convert_i32_${sign}`](narrow) : f64[`convert_i32_${sign}`](narrow);
}

/** Sufficient for the integer to fit; false for a NaN. */
function inRange<L extends Letter>(to: Integer, kit: Kit<L>, a: Expr<FloatType[L]>): Expr<"i32"> {
  const bits = { w: 31, wu: 32, l: 63, lu: 64 }[to];
  const bound = kit.constant(2 ** bits);
  if (to === "w" || to === "l") return kit.compare("lt", kit.one("abs", a), bound);
  return both(kit.compare("ge", a, kit.constant(0)), kit.compare("lt", a, bound));
}

/** `truncate`: towards zero, whatever the control register says. Else as for `Floats.arithmetic`. */
export function toInteger<I extends Integer, L extends Letter>(
  float: Floats,
  to: I,
  kit: Kit<L>,
  operand: Expr<FloatType[L]>,
  rounding?: RoundingMode | "truncate",
): Computed<Expr<IntegerType[I]>> {
  const a = name(operand);
  const towardsZero = rounding === "truncate" || rounding === 1;
  const nearest = kit.one("nearest", a.value);
  const rounded = name(
    towardsZero ? a.value : typeof rounding === "object" ? select(rounding, a.value, nearest) : nearest,
  );
  const result = name(truncated(to, kit.letter, rounded.value));
  const quiet = any(float.sticky(), kit.compare("eq", back(to, kit.letter, result.value) as never, a.value));
  const range = inRange(to, kit, rounded.value);
  const easy =
    typeof rounding === "object"
      ? [i32.lt_u(rounding, 2)]
      : towardsZero
        ? []
        : [float.roundsToNearest(rounding)];
  const control =
    rounding === "truncate"
      ? float.rules === "x86"
        ? i32.or(float.register, 0x6000)
        : asExpr(1)
      : float.control(rounding);
  const soft = float.softly(`cvt.${to}.${kit.letter}`, [a.value], control);
  return {
    is: [
      a.is,
      rounded.is,
      result.is,
      when(not(both(range, quiet, ...easy)), [...soft.raise, rename(result, soft.bits)]),
    ],
    value: result.value as never,
  };
}

/**
 * x86's ROUNDSD and kin (SDM volume 2): bits 0 and 1 of `how` are the rounding mode unless bit 2 says MXCSR's; bit 3
 * keeps "inexact" from being raised.
 */
export function roundToIntegral<L extends Letter>(
  float: Floats,
  kit: Kit<L>,
  operand: Expr<FloatType[L]>,
  how: Expr<"i32">,
): Computed<Expr<FloatType[L]>> {
  const a = name(operand);
  const fromRegister = i32.and(i32.shr_u(float.register, 13), 3);
  const mode = name(select(i32.and(how, 4), fromRegister, i32.and(how, 3)));
  const is = (number: number) => i32.eq(mode.value, number);
  const by = (operator: "nearest" | "floor" | "ceil" | "trunc") => kit.one(operator, a.value);
  const result = name(
    either(is(0), by("nearest"), either(is(1), by("floor"), either(is(2), by("ceil"), by("trunc")))),
  );
  const quiet = any(i32.and(how, 8), float.sticky(), kit.compare("eq", result.value, a.value));
  // Denormal numbers go the long way for the sake of DAZ.
  const plain = any(kit.normal(a.value), kit.compare("eq", a.value, kit.constant(0)));
  const ordered = kit.compare("eq", a.value, a.value);
  const control = i32.or(i32.and(float.register, ~0x6000), i32.shl(mode.value, 13));
  const loud = float.softly(`round.${kit.letter}`, [a.value], control);
  const silent = float.softly(`rint.${kit.letter}`, [a.value], control);
  const by8 = (yes: Computed, no: Computed) => when(i32.and(how, 8), yes.is, no.is);
  const slow = (soft: typeof loud): Computed => ({
    is: [...soft.raise, rename(result, kit.fromBits(soft.bits as never))],
    value: result.value,
  });
  return {
    is: [a.is, mode.is, result.is, when(not(both(ordered, plain, quiet)), [by8(slow(silent), slow(loud))])],
    value: result.value,
  };
}

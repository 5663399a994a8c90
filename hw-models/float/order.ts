/**
 * Comparison, minimum and maximum for rows. Nothing is rounded, so that WebAssembly can do all of it; only the flags
 * and the NaNs are the architectures'. Sources as in `compare.ts`.
 */
import { call, either, f32, f64, i32, i64, name, rename, select, when } from "../meaning/build.ts";
import type { Expr, Helper } from "../meaning/expression.ts";
import { any, both, double, type FloatType, isNan, type Kit, type Letter, not, single, tame } from "./kit.ts";
import type { Computed, Floats } from "./meaning.ts";

const isSignalling = <L extends Letter>(kit: Kit<L>, a: Expr<FloatType[L]>): Expr<"i32"> => {
  const bits = kit.bits(a);
  const quiet =
    kit.letter === "s"
      ? i32.and(bits as Expr<"i32">, 0x400000)
      : i32.wrap_i64(i64.shr_u(i64.and(bits as Expr<"i64">, 0x8000000000000n), 51));
  return both(isNan(kit, a), i32.eqz(quiet));
};
const signedZero = <L extends Letter>(kit: Kit<L>, a: Expr<FloatType[L]>): Expr<FloatType[L]> =>
  (kit.letter === "s"
    ? f32.copysign(single.constant(0), a as Expr<"f32">)
    : f64.copysign(double.constant(0), a as Expr<"f64">)) as Expr<FloatType[L]>;

function ofKit<L extends Letter>(kit: Kit<L>, rules: "x86" | "riscv"): Helper[] {
  type F = Expr<FloatType[L]>;
  const { letter, type } = kit;
  const invalid = rules === "x86" ? 1 : 16;
  const flags = (a: F, b: F, isInvalid: Expr<"i32">) => {
    const denormal = rules === "x86" ? i32.shl(not(both(tame(kit, a), tame(kit, b))), 1) : i32.eq(0, 1);
    return select(any(isNan(kit, a), isNan(kit, b)), i32.mul(isInvalid, invalid), denormal);
  };
  const helper = (
    name: string,
    takes: Helper["takes"],
    gives: Helper["gives"],
    body: (...args: never[]) => Expr,
  ) => ({
    name: `float.${name}.${letter}`,
    takes,
    gives,
    body: body as NonNullable<Helper["body"]>,
  });
  return [
    /** The exceptions of a comparison that only signalling NaNs disturb, and of one that all do. */
    helper("quiet", [type, type], "i32", (a: F, b: F) =>
      flags(a, b, any(isSignalling(kit, a), isSignalling(kit, b))),
    ),
    helper("signalling", [type, type], "i32", (a: F, b: F) => flags(a, b, any(isNan(kit, a), isNan(kit, b)))),
    /** An operand as DAZ (in MXCSR) wants it. */
    helper("flushed", [type, "i32"], type, (a: F, mxcsr: Expr<"i32">) =>
      select(both(not(tame(kit, a)), i32.ne(i32.and(mxcsr, 0x40), 0)), signedZero(kit, a), a),
    ),
  ];
}
export const orderHelpers = (rules: "x86" | "riscv"): Helper[] => [
  ...ofKit(single, rules),
  ...ofKit(double, rules),
];

/** Raises what a comparison raises, `signalling` or not, which may be known only when it runs; `a` and `b` are then the operands to compare by WebAssembly's operators. */
export function ordered<L extends Letter>(
  float: Floats,
  kit: Kit<L>,
  signalling: boolean | Expr<"i32">,
  operands: readonly [Expr<FloatType[L]>, Expr<FloatType[L]>],
): { is: Computed["is"]; a: Expr<FloatType[L]>; b: Expr<FloatType[L]> } {
  const [a, b] = [name(operands[0]), name(operands[1])];
  const numbers = both(not(isNan(kit, a.value)), not(isNan(kit, b.value)));
  const x86 = float.rules === "x86";
  const calm = x86 ? both(numbers, tame(kit, a.value), tame(kit, b.value)) : numbers;
  const flushed = (value: Expr<FloatType[L]>) =>
    call(kit.type, `float.flushed.${kit.letter}`, value, float.register);
  const flagsOf = (which: "signalling" | "quiet") =>
    call("i32", `float.${which}.${kit.letter}`, a.value, b.value);
  const flags =
    typeof signalling === "object"
      ? either(signalling, flagsOf("signalling"), flagsOf("quiet"))
      : flagsOf(signalling ? "signalling" : "quiet");
  const slow = [
    ...(x86 ? [rename(a, flushed(a.value)), rename(b, flushed(b.value))] : []),
    ...float.raise(flags),
  ];
  return { is: [a.is, b.is, when(not(calm), slow)], a: a.value, b: b.value };
}

/** The lesser or the greater one, by the architecture's rules. */
export function extreme<L extends Letter>(
  float: Floats,
  kit: Kit<L>,
  which: "min" | "max",
  operands: readonly [Expr<FloatType[L]>, Expr<FloatType[L]>],
): Computed<Expr<FloatType[L]>> {
  const x86 = float.rules === "x86";
  const { is, a, b } = ordered(float, kit, x86, operands);
  if (x86) return { is, value: select(kit.compare(which === "min" ? "lt" : "gt", a, b), a, b) };
  // WebAssembly's own order has -0 below +0, as RISC-V's.
  const number = (
    kit.letter === "s"
      ? f32[which](a as Expr<"f32">, b as Expr<"f32">)
      : f64[which](a as Expr<"f64">, b as Expr<"f64">)
  ) as Expr<FloatType[L]>;
  const canonical = (
    kit.letter === "s"
      ? f32.reinterpret_i32({ type: "i32", is: "const", value: 0x7fc00000 })
      : f64.reinterpret_i64(i64.shl(0x7ff8n, 48n))
  ) as Expr<FloatType[L]>;
  const nanA = isNan(kit, a);
  const nanB = isNan(kit, b);
  return {
    is,
    value: either(any(nanA, nanB), select(both(nanA, nanB), canonical, select(nanA, b, a)), number),
  };
}

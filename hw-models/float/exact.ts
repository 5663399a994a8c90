/**
 * The second look at an operation whose fast path did not hold: is WebAssembly's result `r` exact, so that no exception
 * arises at all? Sufficient, not necessary, and right only when rounding to nearest. Without it every program whose
 * numbers are integers so far, and every addition of zero, would ask the slow library.
 *
 * `float.add.d.exact` takes the operands and the result, and gives 0 or 1.
 */
import { f32, f64, i32, i64, select } from "../meaning/build.ts";
import type { Expr, Helper } from "../meaning/expression.ts";
import {
  any,
  both,
  double,
  type FloatType,
  isZero,
  type Kit,
  kits,
  type Letter,
  single,
  tame,
} from "./kit.ts";

type Rules = "x86" | "riscv";

function ofKit<L extends Letter>(
  kit: Kit<L>,
  rules: Rules,
): Record<string, (...args: never[]) => Expr<"i32">> {
  type F = Expr<FloatType[L]>;
  const { letter, precision } = kit;
  /** x86 tells of denormal operands. */
  const quiet = (...operands: F[]) => (rules === "x86" ? operands.map((each) => tame(kit, each)) : []);
  /** The product of all significant bits fits into the significand. */
  const fits = (a: F, b: F) => i32.ge_s(i32.add(kit.trailing(a), kit.trailing(b)), precision);
  const equal = (a: F, b: F) => kit.compare("eq", a, b);
  const sub = (a: F, b: F) => kit.two("sub", a, b);
  /** Knuth's error term of the sum r = a + b; where something overflows it is no zero. */
  const error = (a: F, b: F, r: F) => kit.two("add", sub(a, sub(r, sub(r, a))), sub(b, sub(r, a)));
  return {
    [`add.${letter}`]: (a: F, b: F, r: F) => both(isZero(kit, error(a, b, r)), ...quiet(a, b)),
    [`sub.${letter}`]: (a: F, b: F, r: F) =>
      both(isZero(kit, error(a, kit.one("neg", b), r)), ...quiet(a, b)),
    [`mul.${letter}`]: (a: F, b: F, r: F) =>
      any(
        both(isZero(kit, r), any(isZero(kit, a), isZero(kit, b)), ...quiet(a, b)),
        both(kit.ample(r), kit.normal(a), kit.normal(b), fits(a, b)),
      ),
    [`div.${letter}`]: (a: F, b: F, r: F) =>
      any(
        both(isZero(kit, r), isZero(kit, a), ...quiet(b)),
        both(kit.ample(r), kit.normal(a), kit.normal(b), fits(r, b), equal(kit.two("mul", r, b), a)),
      ),
    [`sqrt.${letter}`]: (a: F, r: F) =>
      any(isZero(kit, a), both(kit.normal(a), kit.ample(r), fits(r, r), equal(kit.two("mul", r, r), a))),
  };
}

/** An integer whose significant bits fit. */
function integerFits(a: Expr<"i64">, signed: boolean, precision: number): Expr<"i32"> {
  const magnitude = signed ? select(i64.lt_s(a, 0n), i64.sub(0n, a), a) : a;
  return i64.ge_u(i64.add(i64.clz(magnitude), i64.ctz(a)), 64 - precision);
}

function conversions(rules: Rules): Record<string, (...args: never[]) => Expr<"i32">> {
  const made: Record<string, (...args: never[]) => Expr<"i32">> = {
    "cvt.s.d": (a: Expr<"f64">, r: Expr<"f32">) =>
      any(isZero(double, a), both(single.ample(r), f64.eq(f64.promote_f32(r), a))),
    "cvt.d.s": (a: Expr<"f32">, r: Expr<"f64">) => (rules === "x86" ? isZero(single, a) : double.finite(r)),
  };
  for (const letter of ["s", "d"] as const) {
    const { precision } = kits[letter];
    made[`cvt.${letter}.w`] = (a: Expr<"i32">) => integerFits(i64.extend_i32_s(a), true, precision);
    made[`cvt.${letter}.wu`] = (a: Expr<"i32">) => integerFits(i64.extend_i32_u(a), false, precision);
    made[`cvt.${letter}.l`] = (a: Expr<"i64">) => integerFits(a, true, precision);
    made[`cvt.${letter}.lu`] = (a: Expr<"i64">) => integerFits(a, false, precision);
  }
  return made;
}

const typeOf = { s: "f32", d: "f64", w: "i32", wu: "i32", l: "i64", lu: "i64" } as const;

/** "add.d" takes f64, f64 and the result. */
function takes(name: string): Helper["takes"] {
  const [operation, to, from] = name.split(".") as [string, keyof typeof typeOf, keyof typeof typeOf];
  if (operation === "cvt") return [typeOf[from], typeOf[to]];
  const type = typeOf[to];
  return operation === "sqrt" ? [type, type] : [type, type, type];
}

export function exactHelpers(rules: Rules): Helper[] {
  const bodies = { ...ofKit(single, rules), ...ofKit(double, rules), ...conversions(rules) };
  return Object.entries(bodies).map(([name, body]) => ({
    name: `float.${name}.exact`,
    takes: takes(name),
    gives: "i32",
    body: body as NonNullable<Helper["body"]>,
  }));
}

/** WebAssembly's own operator for an operation of `operations.ts` that has one. */
export function nativeResult(name: string, ...args: Expr[]): Expr<"f32"> | Expr<"f64"> {
  const [operation, to, from] = name.split(".") as [string, string, string];
  const [a, b] = args as [never, never];
  const single = to === "s";
  if (operation === "sqrt") return single ? f32.sqrt(a) : f64.sqrt(a);
  if (operation !== "cvt") {
    const which = operation as "add" | "sub" | "mul" | "div";
    return single ? f32[which](a, b) : f64[which](a, b);
  }
  switch (from) {
    case "s":
      return f64.promote_f32(a);
    case "d":
      return f32.demote_f64(a);
    case "w":
      return single ? f32.convert_i32_s(a) : f64.convert_i32_s(a);
    case "wu":
      return single ? f32.convert_i32_u(a) : f64.convert_i32_u(a);
    case "l":
      return single ? f32.convert_i64_s(a) : f64.convert_i64_s(a);
    default:
      return single ? f32.convert_i64_u(a) : f64.convert_i64_u(a);
  }
}

/**
 * Constants inside a meaning, where operands are known: a shift by an immediate never asks whether its count is 0. Small
 * whole numbers only; what is not known is undefined.
 */
import type { Expr, Operand } from "../meaning/expression.ts";

const truth = (condition: boolean): number => (condition ? 1 : 0);
const isSmall = (value: number): boolean => value >= 0 && value < 2 ** 31;

/** Of numbers that are exact; undefined where the operator's width would matter. */
const byName: Readonly<Record<string, (a: number, b: number) => number | undefined>> = {
  and: (a, b) => (isSmall(a) || isSmall(b) ? a & b : undefined),
  eq: (a, b) => truth(a === b),
  ne: (a, b) => truth(a !== b),
  eqz: (a) => truth(a === 0),
  rem_u: (a, b) => (isSmall(a) && isSmall(b) && b > 0 ? a % b : undefined),
  lt_u: (a, b) => (isSmall(a) && isSmall(b) ? truth(a < b) : undefined),
  ge_u: (a, b) => (isSmall(a) && isSmall(b) ? truth(a >= b) : undefined),
  sub: (a, b) => (isSmall(a) && isSmall(b) ? a - b : undefined),
  wrap_i64: (a) => (isSmall(a) ? a : undefined),
  extend_i32_u: (a) => (isSmall(a) ? a : undefined),
};

const operators = new Map(
  Object.entries(byName).flatMap(([name, compute]) =>
    ["i32", "i64"].map((type) => [`${type}.${name}`, compute] as const),
  ),
);

/** `temp` and `operand` tell what is known of temporaries and of operands. */
export function foldSmall(
  value: Expr,
  temp: (number: number) => number | undefined,
  operand: (operand: Operand) => number | undefined,
): number | undefined {
  switch (value.is) {
    case "const": {
      const number = value.type === "i32" || value.type === "i64" ? Number(value.value) : Number.NaN;
      return Number.isSafeInteger(number) ? number : undefined;
    }
    case "temp":
      return temp(value.temp.temp);
    case "operand":
      return operand(value.operand);
    case "operator": {
      // Nearly always the first operand is not known.
      const [left, right] = value.args;
      const a = foldSmall(left!, temp, operand);
      if (a === undefined) return undefined;
      const b = right === undefined ? 0 : foldSmall(right, temp, operand);
      return b === undefined ? undefined : operators.get(value.name)?.(a, b);
    }
    default:
      return undefined;
  }
}

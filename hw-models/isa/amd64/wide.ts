/** Products and quotients of 128 bits. */
import { i64, name } from "../../meaning/build.ts";
import type { Expr, Helper } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";

/** The 128-bit product, by four products of halves. WebAssembly's wide arithmetic is not everywhere yet. */
export function wideProduct(
  x: Expr<"i64">,
  y: Expr<"i64">,
  signed: boolean,
): { is: Statement[]; low: Expr<"i64">; high: Expr<"i64"> } {
  const a = name(x);
  const b = name(y);
  const lower = (value: Expr<"i64">) => i64.and(value, 0xffff_ffffn);
  const upper = (value: Expr<"i64">) => (signed ? i64.shr_s(value, 32) : i64.shr_u(value, 32));
  const lowLow = name(i64.mul(lower(a.value), lower(b.value)));
  const highLow = name(i64.add(i64.mul(upper(a.value), lower(b.value)), i64.shr_u(lowLow.value, 32)));
  const lowHigh = name(i64.add(i64.mul(lower(a.value), upper(b.value)), lower(highLow.value)));
  const high = name(
    i64.add(i64.add(i64.mul(upper(a.value), upper(b.value)), upper(highLow.value)), upper(lowHigh.value)),
  );
  const low = name(i64.mul(a.value, b.value));
  return {
    is: [a.is, b.is, lowLow.is, highLow.is, lowHigh.is, high.is, low.is],
    low: low.value,
    high: high.value,
  };
}

const divisions = (suffix: "s" | "u"): Helper[] => {
  const as = suffix === "s" ? BigInt.asIntN : BigInt.asUintN;
  const dividend = (high: unknown, low: unknown) =>
    (as(64, high as bigint) << 64n) | BigInt.asUintN(64, low as bigint);
  const takes = ["i64", "i64", "i64"] as const;
  return [
    {
      name: `fits128_${suffix}`,
      takes,
      gives: "i32",
      host: (high, low, by) => {
        const quotient = dividend(high, low) / as(64, by as bigint);
        return as(64, quotient) === quotient ? 1 : 0;
      },
    },
    {
      name: `divide128_${suffix}`,
      takes,
      gives: "i64",
      host: (high, low, by) => BigInt.asIntN(64, dividend(high, low) / as(64, by as bigint)),
    },
    {
      name: `remainder128_${suffix}`,
      takes,
      gives: "i64",
      host: (high, low, by) => BigInt.asIntN(64, dividend(high, low) % as(64, by as bigint)),
    },
  ];
};

/** DIV and IDIV of a dividend that really has 128 bits; `high`, `low`, divisor (not 0). */
export const wideDivisions: readonly Helper[] = [...divisions("u"), ...divisions("s")];

/** Products and quotients of 128 bits. */
import { call, i32, i64, name, rename, when } from "../../meaning/build.ts";
import type { Computation, Expr, Helper } from "../../meaning/expression.ts";
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

/**
 * The quotient of a dividend of 128 bits whose upper half is below the divisor, so that it has 64: two digits of 32 bits
 * by the schoolbook method (Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D). A digit that is guessed from
 * the divisor's upper half is at most 2 too large.
 */
function divide128(high: Expr<"i64">, low: Expr<"i64">, by: Expr<"i64">): Computation<"i64"> {
  const digit = 0x1_0000_0000n;
  const upper = (value: Expr<"i64">) => i64.shr_u(value, 32);
  const lower = (value: Expr<"i64">) => i64.and(value, 0xffff_ffffn);
  const shift = name(i64.clz(by));
  const divisor = name(i64.shl(by, shift.value));
  // Shifting by 64 - shift at once would be none if shift is 0.
  const carried = i64.shr_u(i64.shr_u(low, 1), i64.sub(63, shift.value));
  const first = name(i64.or(i64.shl(high, shift.value), carried));
  const rest = name(i64.shl(low, shift.value));

  /** The digit of `dividend`, whose next digit below is `next`; and what is left, without carries. */
  function step(dividend: Expr<"i64">, next: Expr<"i64">) {
    const below = name(next);
    const guess = name(i64.div_u(dividend, upper(divisor.value)));
    const left = name(i64.sub(dividend, i64.mul(guess.value, upper(divisor.value))));
    const isTooLarge = i32.and(
      i64.lt_u(left.value, digit),
      i32.or(
        i64.ge_u(guess.value, digit),
        i64.gt_u(i64.mul(guess.value, lower(divisor.value)), i64.or(i64.shl(left.value, 32), below.value)),
      ),
    );
    const correct = when(isTooLarge, [
      rename(guess, i64.sub(guess.value, 1)),
      rename(left, i64.add(left.value, upper(divisor.value))),
    ]);
    const remains = i64.sub(i64.or(i64.shl(dividend, 32), below.value), i64.mul(guess.value, divisor.value));
    return { is: [below.is, guess.is, left.is, correct, correct], digit: guess.value, remains };
  }
  const one = step(first.value, upper(rest.value));
  const second = name(one.remains);
  const two = step(second.value, lower(rest.value));
  return {
    is: [shift.is, divisor.is, first.is, rest.is, ...one.is, second.is, ...two.is],
    value: i64.or(i64.shl(one.digit, 32), two.digit),
  };
}

export const wideDivisions: readonly Helper[] = [
  { name: "divide128", takes: ["i64", "i64", "i64"], gives: "i64", body: divide128 as Helper["body"] },
] as readonly Helper[];

/** What DIV and IDIV do with a dividend that really has 128 bits: `refuse` if the quotient does not fit. */
export function wideQuotient(
  high: Expr<"i64">,
  low: Expr<"i64">,
  by: Expr<"i64">,
  signed: boolean,
  refuse: Statement,
): Computation<"i64"> {
  if (!signed) {
    const quotient = name(call("i64", "divide128", high, low, by));
    return { is: [when(i64.ge_u(high, by), [refuse]), quotient.is], value: quotient.value };
  }
  const isNegative = name(i64.shr_s(high, 63));
  const magnitude = name(i64.sub(i64.xor(low, isNegative.value), isNegative.value));
  // The carry out of the lower half.
  const borrow = i64.extend_i32_u(i32.and(i64.ne(isNegative.value, 0), i64.eqz(low)));
  const above = name(i64.add(i64.xor(high, isNegative.value), borrow));
  const sign = i64.shr_s(by, 63);
  const divisor = name(i64.sub(i64.xor(by, sign), sign));
  const found = name(call("i64", "divide128", above.value, magnitude.value, divisor.value));
  const differ = name(i64.xor(isNegative.value, sign));
  // 2^63 fits as a negative quotient only.
  const most = i64.sub(0x7fff_ffff_ffff_ffffn, differ.value);
  const quotient = name(i64.sub(i64.xor(found.value, differ.value), differ.value));
  return {
    is: [
      isNegative.is,
      magnitude.is,
      above.is,
      divisor.is,
      when(i64.ge_u(above.value, divisor.value), [refuse]),
      found.is,
      differ.is,
      when(i64.gt_u(found.value, most), [refuse]),
      quotient.is,
    ],
    value: quotient.value,
  };
}

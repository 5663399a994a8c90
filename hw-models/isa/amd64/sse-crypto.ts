/**
 * Meanings of AES-NI, PCLMULQDQ and CRC32: FIPS 197, and Intel SDM volume 2. Tables are computed here; lookups are
 * `swizzle`, so that all of it stays in WebAssembly.
 */
import {
  call,
  constant,
  either,
  i8x16,
  i32,
  i32x4,
  i64,
  name,
  read,
  set,
  v128,
} from "../../meaning/build.ts";
import type { Expr, Helper } from "../../meaning/expression.ts";
import type { Form, Meaning } from "./row.ts";
import { aligned, bytes, high64, immediate, low64, pair64, shuffle, type Vector } from "./sse.ts";

/** Times x in the field of AES: modulo x^8 + x^4 + x^3 + x + 1 (FIPS 197, section 4.2.1). */
const timesX = (a: number): number => ((a << 1) ^ (a & 0x80 ? 0x11b : 0)) & 0xff;
function product(a: number, b: number): number {
  let sum = 0;
  for (let factor = a, rest = b; rest !== 0; factor = timesX(factor), rest >>= 1) if (rest & 1) sum ^= factor;
  return sum;
}
/** SubBytes of a byte: its inverse, then an affine transformation (section 5.1.1). */
function substituted(a: number): number {
  let inverse = 1;
  for (let i = 0; i < 254; i++) inverse = product(inverse, a); // a^254; of 0 it is 0
  const turned = [0, 1, 2, 3, 4].map((by) => (inverse << by) | (inverse >> (8 - by)));
  return (turned.reduce((all, one) => all ^ one, 0) & 0xff) ^ 0x63;
}
const substitution = Array.from({ length: 256 }, (_, a) => substituted(a));
const inverseSubstitution = Array.from({ length: 256 }, (_, a) => substitution.indexOf(a));

/** Looks every byte up in a table of 256: of 16 rows of 16, the one of the upper half byte does not give zero. */
const lookUp =
  (table: readonly number[]) =>
  (a: Vector): Vector =>
    Array.from({ length: 16 }, (_, row) =>
      i8x16.swizzle(bytes(8, ...table.slice(row * 16, row * 16 + 16)), v128.xor(a, bytes(8, row * 16))),
    ).reduce((all, one) => v128.or(all, one));

const columns = (order: (row: number, column: number) => number): number[] =>
  Array.from({ length: 16 }, (_, at) => order(at % 4, at >> 2));
/** Row r turns by r columns (sections 5.1.2 and 5.3.1). */
const shiftRows = columns((row, column) => ((column + row) % 4) * 4 + row);
const inverseShiftRows = columns((row, column) => ((column - row + 4) % 4) * 4 + row);
/** Within each column, the row `by` further down. */
const below = (by: number, a: Vector): Vector =>
  shuffle(
    columns((row, column) => column * 4 + ((row + by) % 4)),
    a,
    a,
  );
const twice = (a: Vector): Vector => v128.xor(i8x16.shl(a, 1), v128.and(i8x16.shr_s(a, 7), bytes(8, 0x1b)));
const sum = (...all: Vector[]): Vector => all.reduce((a, b) => v128.xor(a, b));

/** MixColumns: 2, 3, 1, 1. */
function mixed(a: Vector): { is: ReturnType<typeof name>["is"][]; value: Vector } {
  const one = name(a);
  const two = name(twice(one.value));
  const value = sum(
    two.value,
    below(1, v128.xor(two.value, one.value)),
    below(2, one.value),
    below(3, one.value),
  );
  return { is: [one.is, two.is], value };
}
/** InvMixColumns: 14, 11, 13, 9. */
function unmixed(a: Vector): ReturnType<typeof mixed> {
  const one = name(a);
  const two = name(twice(one.value));
  const four = name(twice(two.value));
  const eight = name(twice(four.value));
  const nine = name(v128.xor(eight.value, one.value));
  const value = sum(
    sum(eight.value, four.value, two.value),
    below(1, v128.xor(nine.value, two.value)),
    below(2, v128.xor(nine.value, four.value)),
    below(3, nine.value),
  );
  return { is: [one.is, two.is, four.is, eight.is, nine.is], value };
}
const plain = (a: Vector): ReturnType<typeof mixed> => ({ is: [], value: a });

const substitute = (inverse: boolean, a: Vector): Vector =>
  call("v128", inverse ? "aesInverseSubstitution" : "aesSubstitution", a);

/** AESENC, AESENCLAST, AESDEC, AESDECLAST. */
export const round =
  (inverse: boolean, last: boolean): Meaning =>
  (f) => {
    const key = name(read(f.v128(1)));
    const state = read(f.v128(0));
    const shifted = shuffle(inverse ? inverseShiftRows : shiftRows, state, state);
    const mix = last ? plain : inverse ? unmixed : mixed;
    const { is, value } = mix(substitute(inverse, shifted));
    return [...aligned(f, 1), key.is, ...is, set(f.v128(0), v128.xor(value, key.value))];
  };
export const inverseMix: Meaning = (f) => {
  const { is, value } = unmixed(read(f.v128(1)));
  return [...aligned(f, 1), ...is, set(f.v128(0), value)];
};
/** AESKEYGENASSIST: doublewords 1 and 3 substituted; and again, turned by a byte, with the constant. */
export const keyAssist: Meaning = (f) => {
  const source = name(substitute(false, read(f.v128(1))));
  const order = [4, 5, 6, 7, 5, 6, 7, 4, 12, 13, 14, 15, 13, 14, 15, 12];
  const constants = v128.and(i32x4.splat(immediate(f, 2)), bytes(32, 0, 0xff));
  const value = v128.xor(shuffle(order, source.value, source.value), constants);
  return [...aligned(f, 1), source.is, set(f.v128(0), value)];
};

/**
 * The low 64 bits of a product without carries. Of every four bits of a factor one is kept, so that the carries of an
 * ordinary product fall into the three places between (T. Pornin, BearSSL, "ghash_ctmul64": the idea).
 */
function carryless(x: Expr<"i64">, y: Expr<"i64">): Expr<"i64"> {
  const masks = [0, 1, 2, 3].map((at) => BigInt.asIntN(64, 0x1111111111111111n << BigInt(at)));
  const part = (value: Expr<"i64">, at: number) => i64.and(value, masks[at]!);
  const quarter = (at: number) =>
    [0, 1, 2, 3]
      .map((from) => i64.mul(part(x, from), part(y, (at - from + 4) % 4)))
      .reduce((a, b) => i64.xor(a, b));
  return [0, 1, 2, 3].map((at) => i64.and(quarter(at), masks[at]!)).reduce((a, b) => i64.or(a, b));
}

/** Both halves with their bits in reverse. */
function reversed(a: Vector): Vector {
  const nibbles = Array.from({ length: 16 }, (_, at) =>
    [1, 2, 4, 8].reduce((all, bit, i) => all | (at & bit ? 8 >> i : 0), 0),
  );
  const high = i8x16.swizzle(bytes(8, ...nibbles.map((each) => each << 4)), v128.and(a, bytes(8, 15)));
  const inBytes = v128.or(high, i8x16.swizzle(bytes(8, ...nibbles), i8x16.shr_u(a, 4)));
  return shuffle([7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8], inBytes, inBytes);
}
/** PCLMULQDQ: the immediate chooses a half of each. The upper half of the product is the lower one of the reversed. */
export const carrylessMultiply: Meaning = (f) => {
  const [a, b] = [name(read(f.v128(0))), name(read(f.v128(1)))];
  const by = name(immediate(f, 2));
  const x = name(either(i32.and(by.value, 1), high64(a.value), low64(a.value)));
  const y = name(either(i32.and(by.value, 16), high64(b.value), low64(b.value)));
  const backwards = name(reversed(pair64(x.value, y.value)));
  const low = name(call("i64", "carryless", x.value, y.value));
  const upper = name(call("i64", "carryless", low64(backwards.value), high64(backwards.value)));
  const high = i64.shr_u(low64(reversed(pair64(upper.value, upper.value))), 1);
  const is = [b.is, a.is, by.is, x.is, y.is, backwards.is, low.is, upper.is];
  return [...aligned(f, 1), ...is, set(f.v128(0), pair64(low.value, high))];
};

/** CRC32's polynomial 11EDC6F41 with its bits in reverse, as the instruction holds its values. */
const polynomial = 0x105ec76f1n;
/** Its inverse modulo x^64, bit by bit. */
const inversePolynomial = (() => {
  let inverse = 0n;
  let rest = 1n;
  for (let at = 0n; at < 64n; at++) {
    if (((rest >> at) & 1n) === 0n) continue;
    inverse |= 1n << at;
    rest ^= polynomial << at;
  }
  return inverse;
})();
/**
 * The remainder of 64 bits. q times the polynomial agrees with x in its low 64 bits, so that the sum of both is a multiple
 * of x^64, and what stands above them is the remainder.
 */
function remainder(q: Expr<"i64">): Expr<"i64"> {
  const places = Array.from({ length: 32 }, (_, at) => at + 1).filter(
    (at) => (polynomial >> BigInt(at)) & 1n,
  );
  return places.map((at) => i64.shr_u(q, 64 - at)).reduce((a, b) => i64.xor(a, b));
}
/** CRC32 r32, r/m8 and kin. Fewer than 64 bits are the last ones of 64 whose first ones are zero. */
export const crc32: Meaning = (f: Form) => {
  const bits = f.bits(1);
  const crc = name(i64.and(f.read(0), 0xffffffff));
  const data = i64.shl(i64.xor(crc.value, f.read(1)), 64 - bits);
  const quotient = name(
    call("i64", "carryless", data, constant("i64", BigInt.asIntN(64, inversePolynomial))),
  );
  const value = remainder(quotient.value);
  const result = bits >= 32 ? value : i64.xor(value, i64.shr_u(crc.value, bits));
  return [crc.is, quotient.is, f.write(0, result)];
};

export const cryptoHelpers: readonly Helper[] = [
  { name: "aesSubstitution", takes: ["v128"], gives: "v128", body: lookUp(substitution) as Helper["body"] },
  {
    name: "aesInverseSubstitution",
    takes: ["v128"],
    gives: "v128",
    body: lookUp(inverseSubstitution) as Helper["body"],
  },
  { name: "carryless", takes: ["i64", "i64"], gives: "i64", body: carryless as Helper["body"] },
] as readonly Helper[];

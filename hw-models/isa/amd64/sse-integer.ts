/** Meanings of packed integers: Intel SDM volume 2, by mnemonic. What WebAssembly has stands in the rows themselves. */
import {
  constant,
  either,
  flags,
  i8x16,
  i16x8,
  i32,
  i32x4,
  i64,
  i64x2,
  lane,
  name,
  read,
  set,
  v128,
} from "../../meaning/build.ts";
import type { Expr } from "../../meaning/expression.ts";
import type { Meaning } from "./row.ts";
import {
  aligned,
  bytes,
  immediate,
  iota,
  low64,
  onlyLow,
  packed,
  shuffleLanes,
  type Vector,
  zero,
} from "./sse.ts";

const shapes = { 16: i16x8, 32: i32x4, 64: i64x2 } as const;
type Bits = keyof typeof shapes;
type Direction = "shl" | "shr_u" | "shr_s";

/** A count that is too large leaves zeros, or signs. */
function shifted(bits: Bits, which: Direction, a: Vector, count: Expr<"i32">, fits: Expr<"i32">): Vector {
  const shape = shapes[bits];
  return either(fits, shape[which](a, count), which === "shr_s" ? shape.shr_s(a, bits - 1) : zero);
}
export const shiftByImmediate =
  (bits: Bits, which: Direction): Meaning =>
  (f) => {
    const count = name(immediate(f, 1));
    const result = shifted(bits, which, read(f.v128(0)), count.value, i32.lt_u(count.value, bits));
    return [count.is, set(f.v128(0), result)];
  };
/** By the source's low 64 bits. */
export const shiftByVector =
  (bits: Bits, which: Direction): Meaning =>
  (f) => {
    const count = name(low64(read(f.v128(1))));
    const fits = i64.lt_u(count.value, bits);
    const result = shifted(bits, which, read(f.v128(0)), i32.wrap_i64(count.value), fits);
    return [...aligned(f, 1), count.is, set(f.v128(0), result)];
  };

/** PSLLDQ, PSRLDQ: by bytes. `swizzle` gives zero for a number that is none of 0 to 15. */
export const shiftBytes =
  (left: boolean): Meaning =>
  (f) => {
    const count = name(immediate(f, 1));
    const by = i8x16.splat(either(i32.gt_u(count.value, 16), constant("i32", 16), count.value));
    const order = left ? i8x16.sub(iota, by) : i8x16.add(iota, by);
    return [count.is, set(f.v128(0), i8x16.swizzle(read(f.v128(0)), order))];
  };

/** PALIGNR: 32 bytes, the destination's above the source's, moved down. */
export const alignRight = (a: Vector, b: Vector, by: Expr<"i32">): Vector => {
  const order = i8x16.add_sat_u(iota, i8x16.splat(by));
  return v128.or(i8x16.swizzle(b, order), i8x16.swizzle(a, i8x16.sub(order, bytes(8, 16))));
};

/** The four fields of two bits of an immediate, each times `scale`, in lanes of 32 bits. */
const fields = (by: Expr<"i32">): Vector =>
  v128.and(i32x4.shr_u(i32x4.mul(i32x4.splat(by), bytes(32, 64, 16, 4, 1)), 6), bytes(32, 3));
/** PSHUFD's numbers of bytes: a product puts each field in place, another spreads it over its lane's bytes. */
const orderOfDoublewords = (by: Expr<"i32">): Vector =>
  i8x16.add(i32x4.mul(fields(by), bytes(32, 0x04040404)), bytes(32, 0x03020100));
export const shuffleDoublewords = (_: Vector, b: Vector, by: Expr<"i32">): Vector =>
  i8x16.swizzle(b, orderOfDoublewords(by));
/** SHUFPS: the lower two lanes from the destination, the upper two from the source. */
export const shuffleSingles = (a: Vector, b: Vector, by: Expr<"i32">): Vector =>
  shuffleLanes(8, [0, 3], shuffleDoublewords(a, a, by), shuffleDoublewords(b, b, by));
export const shuffleDoubles = (a: Vector, b: Vector, by: Expr<"i32">): Vector => {
  const chosen = (vector: Vector, at: number) =>
    either(
      i32.and(by, 1 << at),
      shuffleLanes(8, [1, 1], vector, vector),
      shuffleLanes(8, [0, 0], vector, vector),
    );
  return shuffleLanes(8, [0, 3], chosen(a, 0), chosen(b, 1));
};
/** PSHUFLW and PSHUFHW: four words of one half. */
export const shuffleWords =
  (high: boolean) =>
  (_: Vector, b: Vector, by: Expr<"i32">): Vector => {
    const factors = bytes(16, 64, 16, 4, 1);
    const numbers = v128.and(i16x8.shr_u(i16x8.mul(i16x8.splat(by), factors), 6), bytes(16, 3));
    const order = i8x16.add(i16x8.mul(numbers, bytes(16, 0x0202)), bytes(16, high ? 0x0908 : 0x0100));
    const half = high ? bytes(64, 0, -1) : bytes(64, -1, 0);
    return i8x16.swizzle(b, v128.bitselect(order, iota, half));
  };
/** PSHUFB: a number with its top bit set gives zero. */
export const shuffleBytes = (a: Vector, b: Vector): Vector => i8x16.swizzle(a, v128.and(b, bytes(8, 0x8f)));

const everyOther = (size: number, first: 0 | 1, a: Vector, b: Vector): Vector =>
  shuffleLanes(
    size,
    Array.from({ length: 16 / size }, (_, at) => at * 2 + first),
    a,
    b,
  );
/** PHADDW and kin: neighbours of the destination, then of the source. */
export const horizontal =
  (size: 2 | 4, operator: (a: Vector, b: Vector) => Vector) =>
  (a: Vector, b: Vector): Vector =>
    operator(everyOther(size, 0, a, b), everyOther(size, 1, a, b));

/** PMULHW, PMULHUW: upper halves of products. */
export const multiplyHigh =
  (sign: "s" | "u") =>
  (a: Vector, b: Vector): Vector =>
    everyOther(2, 1, i32x4[`extmul_low_i16x8_${sign}`](a, b), i32x4[`extmul_high_i16x8_${sign}`](a, b));
/** PMULUDQ, PMULDQ: lanes 0 and 2. */
export const multiplyWide =
  (sign: "s" | "u") =>
  (a: Vector, b: Vector): Vector => {
    const even = (vector: Vector) => shuffleLanes(4, [0, 2, 0, 2], vector, vector);
    return i64x2[`extmul_low_i32x4_${sign}`](even(a), even(b));
  };
/** PMULHRSW. WebAssembly's operator saturates the one product that does not fit. */
export const multiplyRound = (a: Vector, b: Vector): Vector => {
  const lowest = bytes(16, 0x8000);
  const both = v128.and(i16x8.eq(a, lowest), i16x8.eq(b, lowest));
  return v128.xor(i16x8.q15mulr_sat_s(a, b), both);
};
/** PMADDUBSW: unsigned bytes of the destination times signed ones of the source. */
export const multiplyAddBytes = (a: Vector, b: Vector): Vector =>
  i16x8.add_sat_s(
    i16x8.mul(v128.and(a, bytes(16, 0xff)), i16x8.shr_s(i16x8.shl(b, 8), 8)),
    i16x8.mul(i16x8.shr_u(a, 8), i16x8.shr_s(b, 8)),
  );

/** PSADBW: the sum of differences of each half's bytes. */
export const sumOfDifferences = (a: Vector, b: Vector): Vector => {
  const difference = v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a));
  const words = i16x8.add(v128.and(difference, bytes(16, 0xff)), i16x8.shr_u(difference, 8));
  const pairs = i32x4.dot_i16x8_s(words, bytes(16, 1));
  return i64x2.add(v128.and(pairs, bytes(64, 0xffffffff)), i64x2.shr_u(pairs, 32));
};
/** MPSADBW: eight sums of four differences; the immediate says where the bytes begin. */
export const multipleSums = (a: Vector, b: Vector, by: Expr<"i32">): Vector => {
  const from = i8x16.splat(i32.and(by, 4));
  const block = i32.shl(i32.and(by, 3), 2);
  const differences = [0, 1, 2, 3].map((index) => {
    const window = i8x16.swizzle(a, i8x16.add(i8x16.add(iota, bytes(8, index)), from));
    const byte = i8x16.swizzle(b, i8x16.splat(i32.add(block, index)));
    return i16x8.abs(i16x8.sub(i16x8.extend_low_i8x16_u(window), i16x8.extend_low_i8x16_u(byte)));
  });
  return differences.reduce((sum, each) => i16x8.add(sum, each));
};
/** PHMINPOSUW: the least word and its number, found as one doubleword. */
export const leastWord: Meaning = (f) => {
  const b = name(read(f.v128(1)));
  const numbered = (words: Vector, numbers: Vector) => v128.or(i32x4.shl(words, 16), numbers);
  const low = numbered(i32x4.extend_low_i16x8_u(b.value), bytes(32, 0, 1, 2, 3));
  const high = numbered(i32x4.extend_high_i16x8_u(b.value), bytes(32, 4, 5, 6, 7));
  const four = name(i32x4.min_u(low, high));
  const two = name(i32x4.min_u(four.value, shuffleLanes(4, [2, 3, 0, 1], four.value, four.value)));
  const best = i32x4.min_u(two.value, shuffleLanes(4, [1, 0, 3, 2], two.value, two.value));
  const found = i32.rotl(lane("i32", "i32x4.extract_lane", [0], best), 16);
  return [...aligned(f, 1), b.is, four.is, two.is, set(f.v128(0), onlyLow(i64.extend_i32_u(found)))];
};

/** PSIGNB and kin: by the source's sign. */
export const signed =
  (bits: 8 | 16 | 32) =>
  (a: Vector, b: Vector): Vector => {
    const shape = bits === 8 ? i8x16 : shapes[bits];
    const negative = shape.shr_s(b, bits - 1);
    return v128.and(shape.sub(v128.xor(a, negative), negative), shape.ne(b, zero));
  };

/** PBLENDVB, BLENDVPS, BLENDVPD: XMM0's signs choose. */
export const blendBySigns =
  (bits: 8 | 32 | 64, mask: Expr<"v128">) =>
  (a: Vector, b: Vector): Vector => {
    const shape = bits === 8 ? i8x16 : shapes[bits];
    return v128.bitselect(b, a, shape.shr_s(mask, bits - 1));
  };
/** PBLENDW, BLENDPS, BLENDPD: the immediate's bits choose. */
export const blend =
  (bits: 16 | 32 | 64) =>
  (a: Vector, b: Vector, by: Expr<"i32">): Vector => {
    const each = bytes(bits, ...Array.from({ length: 128 / bits }, (_, at) => 1 << at));
    const all = { 16: i16x8.splat(by), 32: i32x4.splat(by), 64: i64x2.splat(i64.extend_i32_u(by)) }[bits];
    return v128.bitselect(b, a, shapes[bits].eq(v128.and(all, each), each));
  };
/** INSERTPS: one lane of the source, or memory, to one lane; then lanes are cleared. */
export const insertSingle: Meaning = (f) => {
  const by = name(immediate(f, 2));
  const from = i32.shr_u(by.value, 6);
  const source = f.isMemory(1)
    ? i32x4.splat(read(f.i32(1)))
    : i8x16.swizzle(read(f.v128(1)), i8x16.add(i8x16.splat(i32.shl(from, 2)), bytes(8, 0, 1, 2, 3)));
  const to = i32.and(i32.shr_u(by.value, 4), 3);
  const here = i32x4.eq(bytes(32, 0, 1, 2, 3), i32x4.splat(to));
  const each = bytes(32, 1, 2, 4, 8);
  const cleared = i32x4.eq(v128.and(i32x4.splat(by.value), each), each);
  const inserted = v128.bitselect(source, read(f.v128(0)), here);
  return [by.is, set(f.v128(0), v128.andnot(inserted, cleared))];
};

/** PTEST: ZF says that no bit is in both, CF that the destination has all of the source's. */
export const test: Meaning = (f) => {
  const [a, b] = [name(read(f.v128(0))), name(read(f.v128(1)))];
  const none = (vector: Vector) => i64.extend_i32_u(i32.eqz(v128.any_true(vector)));
  return [
    ...aligned(f, 1),
    b.is,
    a.is,
    flags("carryZero", none(v128.andnot(b.value, a.value)), none(v128.and(a.value, b.value))),
  ];
};

/** PMOVSXBW and kin, from lanes of `from` bits to lanes of `to`. */
export const extend =
  (from: 8 | 16 | 32, to: 16 | 32 | 64, sign: "s" | "u"): Meaning =>
  (f) => {
    let value: Vector = f.isMemory(1) ? onlyLow(read(f.i64(1))) : read(f.v128(1));
    for (let bits: number = from; bits < to; bits *= 2) {
      if (bits === 8) value = i16x8[`extend_low_i8x16_${sign}`](value);
      else if (bits === 16) value = i32x4[`extend_low_i16x8_${sign}`](value);
      else value = i64x2[`extend_low_i32x4_${sign}`](value);
    }
    return [set(f.v128(0), value)];
  };

/** PUNPCK: lanes of a half, by turns. */
export const interleave = (size: 1 | 2 | 4 | 8, high: boolean): Meaning => {
  const count = 16 / size;
  const order = Array.from(
    { length: count },
    (_, at) => (at & 1 ? count : 0) + (at >> 1) + (high ? count / 2 : 0),
  );
  return packed((a, b) => shuffleLanes(size, order, a, b));
};

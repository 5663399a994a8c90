/** What all vector instructions share: aligned operands, constants, lanes, and the moves. Intel SDM volume 2. */
import {
  constant,
  get,
  i8x16,
  i16x8,
  i32,
  i32x4,
  i64,
  i64x2,
  lane,
  loadForWrite,
  name,
  put,
  read,
  set,
  store,
  trap,
  v128,
  when,
} from "../../meaning/build.ts";
import type { Expr } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";
import type { Form, Meaning } from "./row.ts";
import { mxcsr, rdi } from "./state.ts";

export const GENERAL_PROTECTION = 13;
export type Vector = Expr<"v128">;

/** #GP(0) if a memory operand of 16 bytes is not aligned (SDM volume 3, 6.15), before anything else happens. */
export function aligned(f: Form, position: number): Statement[] {
  if (!f.isMemory(position) || f.bits(position) !== (128 as number)) return [];
  return [when(i64.ne(i64.and(f.address(position), 15), 0), [trap(GENERAL_PROTECTION)])];
}

/** A vector by its 16 bytes, or by its lanes: `bytes(8, 1, 2, ...)` are lanes of 8 bits from the lowest up. */
export function bytes(width: 8 | 16 | 32 | 64, ...lanes: (number | bigint)[]): Vector {
  const view = new DataView(new ArrayBuffer(16));
  const size = width / 8;
  for (let at = 0; at < 16 / size; at++) {
    const value = BigInt(lanes[at % lanes.length]!);
    for (let byte = 0; byte < size; byte++) {
      view.setUint8(at * size + byte, Number((value >> BigInt(8 * byte)) & 0xffn));
    }
  }
  return constant("v128", new Uint8Array(view.buffer));
}
export const zero = bytes(8, 0);
export const ones = bytes(8, 0xff);
export const iota = bytes(8, ...Array.from({ length: 16 }, (_, index) => index));

/** `i8x16.shuffle`: byte numbers 0 to 15 are the first vector's, 16 to 31 the second's. */
export const shuffle = (order: readonly number[], a: Vector, b: Vector): Vector =>
  lane("v128", "i8x16.shuffle", order, a, b);
/** The same in lanes of `size` bytes. */
export const shuffleLanes = (size: number, order: readonly number[], a: Vector, b: Vector): Vector =>
  shuffle(
    order.flatMap((index) => Array.from({ length: size }, (_, byte) => index * size + byte)),
    a,
    b,
  );
export const low64 = (a: Vector): Expr<"i64"> => lane("i64", "i64x2.extract_lane", [0], a);
export const high64 = (a: Vector): Expr<"i64"> => lane("i64", "i64x2.extract_lane", [1], a);
export const pair64 = (low: Expr<"i64">, high: Expr<"i64">): Vector =>
  lane("v128", "i64x2.replace_lane", [1], i64x2.splat(low), high);
/** The lower half, and zeros. */
export const onlyLow = (a: Expr<"i64">): Vector => lane("v128", "i64x2.replace_lane", [0], zero, a);
export const immediate = (f: Form, position: number): Expr<"i32"> => i32.and(read(f.i32(position)), 0xff);

/** `destination = compute(destination, source)`. */
export const packed =
  (compute: (a: Vector, b: Vector) => Vector): Meaning =>
  (f) => {
    const b = name(read(f.v128(1)));
    return [...aligned(f, 1), b.is, set(f.v128(0), compute(read(f.v128(0)), b.value))];
  };
/** `destination = compute(source)`. */
export const packedOne =
  (compute: (b: Vector) => Vector): Meaning =>
  (f) => {
    const b = name(read(f.v128(1)));
    return [...aligned(f, 1), b.is, set(f.v128(0), compute(b.value))];
  };
/** With an immediate byte behind the source. */
export const packedBy =
  (compute: (a: Vector, b: Vector, by: Expr<"i32">) => Vector): Meaning =>
  (f) => {
    const [a, b, by] = [name(read(f.v128(0))), name(read(f.v128(1))), name(immediate(f, 2))];
    return [...aligned(f, 1), b.is, a.is, by.is, set(f.v128(0), compute(a.value, b.value, by.value))];
  };

/** MOVAPS, MOVDQA and kin; aligned or not. */
export const move: Meaning = (f) => [set(f.v128(0), read(f.v128(1)))];
export const moveAligned: Meaning = (f) => [
  ...aligned(f, 0),
  ...aligned(f, 1),
  set(f.v128(0), read(f.v128(1))),
];

/** MOVD and MOVQ: what is not moved becomes zero. */
export const moveLow: Meaning = (f) => {
  if (f.isMemory(0) || f.bits(0) <= 64) return [f.write(0, read(f.i64(1)))];
  const value = f.bits(1) === 32 ? i64.extend_i32_u(read(f.i32(1))) : read(f.i64(1));
  return [set(f.v128(0), onlyLow(value))];
};
/** MOVSS and MOVSD: between registers the rest stays, from memory it becomes zero. */
export const moveSingle: Meaning = (f) => (f.isMemory(1) ? moveLow(f) : [set(f.i32(0), read(f.i32(1)))]);
export const moveDouble: Meaning = (f) => (f.isMemory(1) ? moveLow(f) : [set(f.i64(0), read(f.i64(1)))]);

/** MOVNTI. */
export const moveGeneral: Meaning = (f) => [f.write(0, f.read(1))];

/** MOVLPS and MOVHPS with memory, MOVHLPS, MOVLHPS. */
export const loadHalf =
  (half: 0 | 1): Meaning =>
  (f) => {
    const value = name(read(f.i64(1)));
    return [
      value.is,
      set(f.v128(0), lane("v128", "i64x2.replace_lane", [half], read(f.v128(0)), value.value)),
    ];
  };
export const storeHigh: Meaning = (f) => [set(f.i64(0), high64(read(f.v128(1))))];
export const storeLow: Meaning = (f) => [set(f.i64(0), read(f.i64(1)))];
export const highToLow = packed((a, b) => shuffleLanes(8, [3, 1], a, b));
export const lowToHigh = packed((a, b) => shuffleLanes(8, [0, 2], a, b));
/** MOVDDUP: the low half twice. */
export const duplicateLow: Meaning = (f) => [set(f.v128(0), i64x2.splat(read(f.i64(1))))];

/** MOVSLDUP, MOVSHDUP. */
export const duplicateEven = packedOne((b) => shuffleLanes(4, [0, 0, 2, 2], b, b));
export const duplicateOdd = packedOne((b) => shuffleLanes(4, [1, 1, 3, 3], b, b));

const shapes = { 8: i8x16, 16: i16x8, 32: i32x4, 64: i64x2 } as const;
type LaneBits = keyof typeof shapes;
const everyByte = (number: (at: number) => number) =>
  bytes(8, ...Array.from({ length: 16 }, (_, at) => number(at)));

/** PEXTRB and kin. Which lane is known only when it runs: its bytes move to the bottom. */
export const extract =
  (bits: LaneBits): Meaning =>
  (f) => {
    const size = bits / 8;
    const first = i8x16.splat(i32.mul(i32.and(read(f.i32(2)), 16 / size - 1), size));
    const moved = i8x16.swizzle(
      read(f.v128(1)),
      i8x16.add(
        everyByte((at) => at % size),
        first,
      ),
    );
    return [f.write(0, i64.and(low64(moved), (1n << BigInt(bits)) - 1n))];
  };
export const extractWord = extract(16);
/** PINSRB and kin. */
export const insert =
  (bits: LaneBits): Meaning =>
  (f) => {
    const size = bits / 8;
    const value = name(bits === 64 ? i64x2.splat(read(f.i64(1))) : shapes[bits].splat(read(f.i32(1))));
    const here = i8x16.eq(
      everyByte((at) => Math.floor(at / size)),
      i8x16.splat(i32.and(read(f.i32(2)), 16 / size - 1)),
    );
    return [value.is, set(f.v128(0), v128.bitselect(value.value, read(f.v128(0)), here))];
  };
/** PMOVMSKB, MOVMSKPS, MOVMSKPD. */
export const signs =
  (bits: 8 | 32 | 64): Meaning =>
  (f) => [f.write(0, shapes[bits].bitmask(read(f.v128(1))))];

/** MASKMOVDQU: bytes whose mask byte is negative go to rDI. Both ends are looked at first, so that no store faults. */
export const maskedStore: Meaning = (f) => {
  const address = name(i64.add(f.segmentBase(), i64.and(get(rdi), f.segmentMask())));
  const mask = name(i8x16.bitmask(read(f.v128(1))));
  const at = (byte: number) => i64.add(address.value, byte);
  const stores = Array.from({ length: 16 }, (_, byte) =>
    when(i32.and(mask.value, 1 << byte), [
      store(1, at(byte), i64.extend_i32_u(lane("i32", "i8x16.extract_lane_u", [byte], read(f.v128(0))))),
    ]),
  );
  const probes = [0, 15].map((byte) => name(loadForWrite(1, false, at(byte))).is);
  return [address.is, mask.is, when(mask.value, [...probes, ...stores])];
};

/** LDMXCSR: reserved bits are refused. */
export const ldmxcsr: Meaning = (f) => {
  const value = name(read(f.i32(0)));
  return [value.is, when(i32.and(value.value, ~0xffff), [trap(GENERAL_PROTECTION)]), put(mxcsr, value.value)];
};
export const stmxcsr: Meaning = (f) => [set(f.i32(0), get(mxcsr))];

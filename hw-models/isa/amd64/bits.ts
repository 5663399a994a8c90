/** Meanings about single bits and bit fields, and byte order. */
import {
  call,
  constant,
  flag,
  flags,
  i64,
  load,
  loadForWrite,
  name,
  rename,
  select,
  store,
  when,
} from "../../meaning/build.ts";
import type { Computation, Expr, Helper } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";
import { signExtend, truncate, type Width } from "./flags.ts";
import type { Meaning } from "./row.ts";
import { rdx } from "./state.ts";
import { wideProduct } from "./wide.ts";

type Word = Expr<"i64">;
const bool = (value: Expr<"i32">): Word => i64.extend_i32_u(value);
const zeros = (width: Width) => (width === 64 ? 0 : 64 - width);

/** CF becomes the bit; ZF stays, and the manual leaves the others undefined. */
const bitIntoCarry = (value: Word): Statement => flags("carryZero", value, bool(flag("ZF")));

/** BT, BTS, BTR, BTC; the last three write. With a register as bit number, memory is a string of bits. */
const bitTest =
  (change?: (value: Word, mask: Word) => Word): Meaning =>
  (f) => {
    const width = f.bits();
    const size = (width / 8) as 2 | 4 | 8;
    const number = name(f.source(1));
    const within = i64.and(number.value, width - 1);
    const mask = i64.shl(1, within);
    const string = f.isMemory(0) && !f.isImmediate(1);
    const units = i64.shr_s(signExtend(width, number.value), { 16: 4, 32: 5, 64: 6, 8: 3 }[width]);
    // The sum has the address size, like every address.
    const offset = i64.add(i64.sub(f.address(0), f.segmentBase()), i64.mul(units, size));
    const linear = i64.add(i64.and(offset, f.segmentMask()), f.segmentBase());
    const address = name(string ? linear : constant("i64", 0));
    const read = string
      ? change
        ? loadForWrite(size, false, address.value)
        : load(size, false, address.value)
      : f.read(0);
    const x = name(read);
    const statements = [number.is, ...(string ? [address.is] : []), x.is];
    if (change) {
      const changed = change(x.value, mask);
      statements.push(string ? store(size, address.value, changed) : f.write(0, changed));
    }
    return [...statements, bitIntoCarry(i64.and(i64.shr_u(x.value, within), 1))];
  };
export const bt = bitTest();
export const bts = bitTest((x, mask) => i64.or(x, mask));
export const btr = bitTest((x, mask) => i64.and(x, i64.xor(mask, -1)));
export const btc = bitTest((x, mask) => i64.xor(x, mask));

/** BSF and BSR keep the destination if the source is 0, as processors do and AMD's manual says. */
const scan =
  (forward: boolean): Meaning =>
  (f) => {
    const width = f.bits();
    const x = name(f.read(1));
    const found = forward ? i64.ctz(x.value) : i64.sub(63, i64.clz(x.value));
    return [x.is, when(i64.ne(x.value, 0), [f.write(0, found)]), flags(`logic${width}`, x.value)];
  };
export const bsf = scan(true);
export const bsr = scan(false);

/** TZCNT and LZCNT: the width if the source is 0, and then CF. */
const count =
  (trailing: boolean): Meaning =>
  (f) => {
    const width = f.bits();
    const x = name(f.read(1));
    const bound = width === 64 ? x.value : i64.or(x.value, 1n << BigInt(width));
    const result = name(trailing ? i64.ctz(bound) : i64.sub(i64.clz(x.value), zeros(width)));
    const carry = bool(i64.eqz(x.value));
    return [
      x.is,
      result.is,
      f.write(0, result.value),
      flags("carryZero", carry, bool(i64.eqz(result.value))),
    ];
  };
export const tzcnt = count(true);
export const lzcnt = count(false);

export const popcnt: Meaning = (f) => {
  const x = name(f.read(1));
  return [
    x.is,
    f.write(0, i64.popcnt(x.value)),
    flags("carryZero", constant("i64", 0), bool(i64.eqz(x.value))),
  ];
};

const swapHalves = (x: Word, mask: bigint, by: number): Word =>
  i64.or(i64.and(i64.shr_u(x, by), mask), i64.shl(i64.and(x, mask), by));
/** The bytes in opposite order. */
function reverseBytes(width: Width, value: Word): { is: Statement[]; value: Word } {
  const inBytes = name(swapHalves(value, 0x00ff_00ff_00ff_00ffn, 8));
  const inWords = name(swapHalves(inBytes.value, 0x0000_ffff_0000_ffffn, 16));
  const whole = i64.rotl(inWords.value, 32);
  return {
    is: [inBytes.is, inWords.is],
    value: width === 64 ? whole : i64.shr_u(whole, 64 - width),
  };
}
export const bswap: Meaning = (f) => {
  const reversed = reverseBytes(f.bits(), f.read(0));
  return [...reversed.is, f.write(0, reversed.value)];
};
/** The manual leaves it undefined; processors give 0. */
export const bswap16: Meaning = (f) => [f.write(0, constant("i64", 0))];
export const movbe: Meaning = (f) => {
  const reversed = reverseBytes(f.bits(), f.read(1));
  return [...reversed.is, f.write(0, reversed.value)];
};

export const andn: Meaning = (f) => {
  const result = name(i64.and(i64.xor(f.read(1), truncate(f.bits(), constant("i64", -1))), f.read(2)));
  return [result.is, f.write(0, result.value), flags(`logic${f.bits()}`, result.value)];
};

/** BLSR, BLSMSK, BLSI: with the lowest set bit. */
const lowestSet =
  (compute: (x: Word) => Word, carryIfZero: boolean): Meaning =>
  (f) => {
    const width = f.bits();
    const x = name(f.read(1));
    const result = name(truncate(width, compute(x.value)));
    const carry = bool(carryIfZero ? i64.eqz(x.value) : i64.ne(x.value, 0));
    return [
      x.is,
      result.is,
      f.write(0, result.value),
      flags(`result${width}`, result.value, carry, constant("i64", 0)),
    ];
  };
export const blsr = lowestSet((x) => i64.and(x, i64.sub(x, 1)), true);
export const blsmsk = lowestSet((x) => i64.xor(x, i64.sub(x, 1)), true);
export const blsi = lowestSet((x) => i64.and(x, i64.sub(0, x)), false);

const lowMask = (length: Word): Word =>
  select(i64.lt_u(length, 64), i64.sub(i64.shl(1, length), 1), constant("i64", -1));
export const bextr: Meaning = (f) => {
  const control = name(f.read(2));
  const start = i64.and(control.value, 0xff);
  const length = name(i64.and(i64.shr_u(control.value, 8), 0xff));
  const shifted = select(i64.lt_u(start, f.bits()), i64.shr_u(f.read(1), start), constant("i64", 0));
  const result = name(i64.and(shifted, lowMask(length.value)));
  return [
    control.is,
    length.is,
    result.is,
    f.write(0, result.value),
    flags(`logic${f.bits()}`, result.value),
  ];
};
export const bzhi: Meaning = (f) => {
  const width = f.bits();
  const index = name(i64.and(f.read(2), 0xff));
  const x = name(f.read(1));
  const beyond = i64.ge_u(index.value, width);
  const result = name(select(beyond, x.value, i64.and(x.value, lowMask(index.value))));
  return [
    index.is,
    x.is,
    result.is,
    f.write(0, result.value),
    flags(`result${width}`, result.value, bool(beyond), constant("i64", 0)),
  ];
};

/** MULX r32a, r32b, r/m32: the product with EDX; the upper half last, if both are the same register. */
export const mulx: Meaning = (f) => {
  const width = f.bits();
  if (width === 64) {
    const product = wideProduct({ type: "i64", is: "cell", cell: rdx }, f.read(2), false);
    return [...product.is, f.write(1, product.low), f.write(0, product.high)];
  }
  const product = name(i64.mul(truncate(32, { type: "i64", is: "cell", cell: rdx }), f.read(2)));
  return [product.is, f.write(1, product.value), f.write(0, i64.shr_u(product.value, 32))];
};
export const pdep: Meaning = (f) => [f.write(0, call("i64", "pdep", f.read(1), f.read(2)))];
export const pext: Meaning = (f) => [f.write(0, call("i64", "pext", f.read(1), f.read(2)))];

/**
 * What PDEP and PEXT share: for each power of two, which bits of the mask move by so many places (H. Warren, Hacker's
 * Delight, 7-4: the number of zeros below each bit, one binary digit of it after the other).
 */
function moves(mask: Word): { is: Statement[]; of: Word[] } {
  const rest = name(mask);
  const zerosBelow = name(i64.shl(i64.xor(mask, -1), 1));
  const is = [rest.is, zerosBelow.is];
  const of = [0, 1, 2, 3, 4, 5].map((digit) => {
    const parity = name(zerosBelow.value);
    is.push(parity.is);
    for (const by of [1, 2, 4, 8, 16, 32]) {
      is.push(rename(parity, i64.xor(parity.value, i64.shl(parity.value, by))));
    }
    const moving = name(i64.and(parity.value, rest.value));
    is.push(
      moving.is,
      rename(rest, i64.or(i64.xor(rest.value, moving.value), i64.shr_u(moving.value, 1 << digit))),
      rename(zerosBelow, i64.and(zerosBelow.value, i64.xor(parity.value, -1))),
    );
    return moving.value;
  });
  return { is, of };
}
function scatter(value: Word, mask: Word): Computation<"i64"> {
  const { is, of } = moves(mask);
  const result = name(value);
  const steps = of.map((moving, digit) =>
    rename(
      result,
      i64.or(i64.and(result.value, i64.xor(moving, -1)), i64.and(i64.shl(result.value, 1 << digit), moving)),
    ),
  );
  return { is: [...is, result.is, ...steps.reverse()], value: i64.and(result.value, mask) };
}
function gather(value: Word, mask: Word): Computation<"i64"> {
  const { is, of } = moves(mask);
  const result = name(i64.and(value, mask));
  const steps = of.flatMap((moving, digit) => {
    const moved = name(i64.and(result.value, moving));
    const stay = i64.xor(result.value, moved.value);
    return [moved.is, rename(result, i64.or(stay, i64.shr_u(moved.value, 1 << digit)))];
  });
  return { is: [...is, result.is, ...steps], value: result.value };
}
const two = ["i64", "i64"] as const;
export const bitHelpers: readonly Helper[] = [
  { name: "pdep", takes: two, gives: "i64", body: scatter as Helper["body"] },
  { name: "pext", takes: two, gives: "i64", body: gather as Helper["body"] },
] as readonly Helper[];

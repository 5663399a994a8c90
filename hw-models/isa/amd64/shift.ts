/** Meanings of shifts and rotations. A count of 0 (after masking) leaves the flags as they were. */
import { flag, flags, i32, i64, name, select, when } from "../../meaning/build.ts";
import type { Expr } from "../../meaning/expression.ts";
import { CF, OF, setStatus, sign, signExtend, truncate, type Width } from "./flags.ts";
import type { Meaning } from "./row.ts";

type Word = Expr<"i64">;
const countMask = (width: Width) => (width === 64 ? 63 : 31);
const bool = (value: Expr<"i32">): Word => i64.extend_i32_u(value);

const shift =
  (kind: string, signed: boolean, compute: (x: Word, count: Word) => Word): Meaning =>
  (f) => {
    const width = f.bits();
    const x = name(signed ? signExtend(width, f.read(0)) : f.read(0));
    const count = name(i64.and(f.read(1), countMask(width)));
    return [
      x.is,
      count.is,
      f.write(0, compute(x.value, count.value)),
      when(i64.ne(count.value, 0), [flags(`${kind}${width}`, x.value, count.value)]),
    ];
  };
export const shl = shift("shl", false, (x, count) => i64.shl(x, count));
export const shr = shift("shr", false, (x, count) => i64.shr_u(x, count));
export const sar = shift("sar", true, (x, count) => i64.shr_s(x, count));

/** Only CF and OF change. */
const rotated = (carry: Expr<"i32">, overflow: Expr<"i32">) =>
  setStatus(bool(i32.or(i32.and(flag("status"), ~(CF | OF)), i32.or(carry, i32.shl(overflow, 11)))));

const rotate =
  (left: boolean): Meaning =>
  (f) => {
    const width = f.bits();
    const x = name(f.read(0));
    const count = name(i64.and(f.read(1), countMask(width)));
    const by = i64.and(count.value, width - 1);
    const turned =
      width === 64
        ? left
          ? i64.rotl(x.value, count.value)
          : i64.rotr(x.value, count.value)
        : width === 32
          ? i64.extend_i32_u((left ? i32.rotl : i32.rotr)(i32.wrap_i64(x.value), i32.wrap_i64(count.value)))
          : left
            ? i64.or(i64.shl(x.value, by), i64.shr_u(x.value, i64.sub(width, by)))
            : i64.or(i64.shr_u(x.value, by), i64.shl(x.value, i64.sub(width, by)));
    const result = name(truncate(width, turned));
    const top = sign(width, result.value);
    const below = i32.and(i32.wrap_i64(i64.shr_u(result.value, width - 2)), 1);
    const bottom = i32.and(i32.wrap_i64(result.value), 1);
    return [
      x.is,
      count.is,
      result.is,
      f.write(0, result.value),
      when(i64.ne(count.value, 0), [
        left ? rotated(bottom, i32.xor(top, bottom)) : rotated(top, i32.xor(top, below)),
      ]),
    ];
  };
export const rol = rotate(true);
export const ror = rotate(false);

/** Rotations through CF: of one bit more than the operand has. */
const rotateCarry =
  (left: boolean): Meaning =>
  (f) => {
    const width = f.bits();
    const x = name(f.read(0));
    const masked = i64.and(f.read(1), countMask(width));
    const count = name(width < 32 ? i64.rem_u(masked, width + 1) : masked);
    const c = name(bool(flag("CF")));
    const n = count.value;
    const rest = i64.sub(width, n); // one less than what goes around, because 64 would be a shift by 0
    const turned = left
      ? i64.or(
          i64.or(i64.shl(x.value, n), i64.shl(c.value, i64.sub(n, 1))),
          i64.shr_u(i64.shr_u(x.value, rest), 1),
        )
      : i64.or(i64.or(i64.shr_u(x.value, n), i64.shl(c.value, rest)), i64.shl(i64.shl(x.value, rest), 1));
    const moves = name(i64.ne(n, 0));
    const result = name(select(moves.value, truncate(width, turned), x.value));
    const carry = i32.wrap_i64(i64.and(i64.shr_u(x.value, left ? rest : i64.sub(n, 1)), 1));
    const out = name(select(moves.value, carry, i32.wrap_i64(c.value)));
    const top = sign(width, result.value);
    const below = i32.and(i32.wrap_i64(i64.shr_u(result.value, width - 2)), 1);
    return [
      x.is,
      count.is,
      c.is,
      moves.is,
      result.is,
      out.is,
      f.write(0, result.value),
      when(moves.value, [rotated(out.value, i32.xor(top, left ? out.value : below))]),
    ];
  };
export const rcl = rotateCarry(true);
export const rcr = rotateCarry(false);

/** SHLD and SHRD: what leaves operand 0 makes room for bits of operand 1. */
const shiftDouble =
  (left: boolean): Meaning =>
  (f) => {
    const width = f.bits();
    const x = name(f.read(0));
    const y = name(f.read(1));
    const count = name(i64.and(f.read(2), countMask(width)));
    const n = count.value;
    const rest = i64.sub(width, n);
    const moved = left
      ? i64.or(i64.shl(x.value, n), i64.shr_u(y.value, rest))
      : i64.or(i64.shr_u(x.value, n), i64.shl(y.value, rest));
    const moves = name(i64.ne(n, 0));
    const result = name(select(moves.value, truncate(width, moved), x.value));
    const out = i64.and(i64.shr_u(x.value, left ? rest : i64.sub(n, 1)), 1);
    const changed = bool(i32.xor(sign(width, result.value), sign(width, x.value)));
    return [
      x.is,
      y.is,
      count.is,
      moves.is,
      result.is,
      f.write(0, result.value),
      when(moves.value, [flags(`result${width}`, result.value, out, changed)]),
    ];
  };
export const shld = shiftDouble(true);
export const shrd = shiftDouble(false);

/** RORX, SARX, SHLX, SHRX: into another register, without flags. */
const across =
  (compute: (x: Word, count: Word, width: Width) => Word, signed = false): Meaning =>
  (f) => {
    const width = f.bits();
    const x = signed ? signExtend(width, f.read(1)) : f.read(1);
    return [f.write(0, compute(x, i64.and(f.read(2), countMask(width)), width))];
  };
export const sarx = across((x, count) => i64.shr_s(x, count), true);
export const shlx = across((x, count) => i64.shl(x, count));
export const shrx = across((x, count) => i64.shr_u(x, count));
export const rorx = across((x, count, width) =>
  width === 64 ? i64.rotr(x, count) : i64.extend_i32_u(i32.rotr(i32.wrap_i64(x), i32.wrap_i64(count))),
);

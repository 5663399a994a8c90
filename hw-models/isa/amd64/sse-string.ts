/**
 * Meanings of PCMPESTRI, PCMPESTRM, PCMPISTRI and PCMPISTRM: Intel SDM volume 2B, section 4.1 ("imm8 control byte operation"). Comparisons of all elements at once; which comparison is known only when it runs, so that each is a
 * helper: `strings.any8` and so on, from both strings and the vectors that say which of their elements are valid.
 */
import {
  call,
  constant,
  either,
  get,
  i8x16,
  i16x8,
  i32,
  i64,
  name,
  put,
  read,
  select,
  v128,
} from "../../meaning/build.ts";
import type { Cell, Expr, Helper } from "../../meaning/expression.ts";
import { setStatus } from "./flags.ts";
import type { Meaning } from "./row.ts";
import { bytes, immediate, iota, onlyLow, type Vector, zero } from "./sse.ts";
import { rax, rcx, rdx, xmm } from "./state.ts";

type Size = 1 | 2;
type Comparison = (a: Vector, b: Vector, validA: Vector, validB: Vector) => Vector;
const shapes = { 1: i8x16, 2: i16x8 } as const;
const count = (size: Size) => 16 / size;
const numbers = (size: Size) => Array.from({ length: count(size) }, (_, at) => at);

/** One element everywhere. */
const everywhere = (size: Size, a: Vector, element: number): Vector =>
  i8x16.swizzle(a, bytes(8, ...Array.from({ length: size }, (_, byte) => element * size + byte)));
/** Elements moved down by `by`; what comes in is zero. */
const moved = (size: Size, a: Vector, by: number): Vector =>
  i8x16.swizzle(a, i8x16.add(iota, bytes(8, by * size)));

/** Is the element of b one of a's? */
const any =
  (size: Size): Comparison =>
  (a, b, validA, validB) => {
    const each = numbers(size).map((at) =>
      v128.and(shapes[size].eq(everywhere(size, a, at), b), everywhere(size, validA, at)),
    );
    return v128.and(
      validB,
      each.reduce((x, y) => v128.or(x, y)),
    );
  };
/** Is it between an even element of a and the following odd one? */
const ranges =
  (size: Size, sign: "s" | "u"): Comparison =>
  (a, b, validA, validB) => {
    const shape = shapes[size];
    const each = pairs(size).map(([low, high]) =>
      v128.and(
        v128.and(
          shape[`ge_${sign}`](b, everywhere(size, a, low)),
          shape[`le_${sign}`](b, everywhere(size, a, high)),
        ),
        everywhere(size, validA, high),
      ),
    );
    return v128.and(
      validB,
      each.reduce((x, y) => v128.or(x, y)),
    );
  };
const pairs = (size: Size): [number, number][] =>
  numbers(size)
    .filter((at) => at % 2 === 0)
    .map((at) => [at, at + 1]);
/** Are both strings equal here, or both at their end? */
const same =
  (size: Size): Comparison =>
  (a, b, validA, validB) =>
    v128.bitselect(shapes[size].eq(a, b), v128.not(v128.or(validA, validB)), v128.and(validA, validB));
/** Does a begin here in b? What would stand behind b's last element counts as equal. */
const ordered =
  (size: Size): Comparison =>
  (a, b, validA, validB) =>
    numbers(size)
      .map((at) => {
        const beyond = bytes(
          (8 * size) as 8,
          ...numbers(size).map((element) => (element + at >= count(size) ? -1 : 0)),
        );
        const equal = v128.and(
          shapes[size].eq(everywhere(size, a, at), moved(size, b, at)),
          moved(size, validB, at),
        );
        return v128.or(v128.or(equal, beyond), v128.not(everywhere(size, validA, at)));
      })
      .reduce((x, y) => v128.and(x, y));

const comparisons: Record<string, Comparison> = Object.fromEntries(
  ([1, 2] as const).flatMap((size) => [
    [`any${size}`, any(size)],
    [`ranges${size}u`, ranges(size, "u")],
    [`ranges${size}s`, ranges(size, "s")],
    [`same${size}`, same(size)],
    [`ordered${size}`, ordered(size)],
  ]),
);
export const stringHelpers: readonly Helper[] = Object.entries(comparisons).map(([title, body]) => ({
  name: `strings.${title}`,
  takes: ["v128", "v128", "v128", "v128"],
  gives: "v128",
  body: body as NonNullable<Helper["body"]>,
}));

/** The length in a register: its magnitude, at most the number of elements. */
function explicitLength(cell: Cell<"i64">, wide: boolean, most: Expr<"i32">): Expr<"i32"> {
  const value = wide ? get(cell) : i64.extend32_s(get(cell));
  const magnitude = select(i64.lt_s(value, 0), i64.sub(0, value), value);
  return select(i64.lt_u(magnitude, i64.extend_i32_u(most)), i32.wrap_i64(magnitude), most);
}

export const compareStrings =
  (lengths: "explicit" | "explicit wide" | "implicit", gives: "index" | "mask"): Meaning =>
  (f) => {
    const [a, b] = [name(read(f.v128(0))), name(read(f.v128(1)))];
    const how = name(immediate(f, 2));
    const words = name(i32.and(how.value, 1));
    const most = name(i32.shr_u(constant("i32", 16), words.value));
    const chosen = (word: Vector, byte: Vector) => either(words.value, word, byte);
    /** Bits of the elements' lanes. */
    const mask = (lanes: Vector) => either(words.value, i16x8.bitmask(lanes), i8x16.bitmask(lanes));
    const length = (vector: Vector, cell: Cell<"i64">) => {
      if (lengths !== "implicit") return explicitLength(cell, lengths === "explicit wide", most.value);
      const ends = mask(chosen(i16x8.eq(vector, zero), i8x16.eq(vector, zero)));
      return i32.ctz(i32.or(ends, i32.shl(1, most.value)));
    };
    const [lengthA, lengthB] = [name(length(a.value, rax)), name(length(b.value, rdx))];
    const valid = (elements: Expr<"i32">) =>
      chosen(
        i16x8.lt_u(bytes(16, ...numbers(2)), i16x8.splat(elements)),
        i8x16.lt_u(iota, i8x16.splat(elements)),
      );
    const [validA, validB] = [name(valid(lengthA.value)), name(valid(lengthB.value))];
    const by = (title: string) =>
      call("v128", `strings.${title}`, a.value, b.value, validA.value, validB.value);
    const sized = (title: string, tail = "") => chosen(by(`${title}2${tail}`), by(`${title}1${tail}`));
    const bit = (at: number) => i32.and(how.value, 1 << at);
    const compared = either(
      bit(3),
      either(bit(2), sized("ordered"), sized("same")),
      either(bit(2), either(bit(1), sized("ranges", "s"), sized("ranges", "u")), sized("any")),
    );
    const first = name(mask(compared));
    const all = i32.sub(i32.shl(1, most.value), 1);
    const turned = select(bit(5), i32.sub(i32.shl(1, lengthB.value), 1), all);
    const result = name(select(bit(4), i32.xor(first.value, turned), first.value));
    const at = (condition: Expr<"i32">, place: number) => i32.shl(condition, place);
    const status = [
      at(i32.ne(result.value, 0), 0),
      at(i32.lt_u(lengthB.value, most.value), 6),
      at(i32.lt_u(lengthA.value, most.value), 7),
      at(i32.and(result.value, 1), 11),
    ].reduce((x, y) => i32.or(x, y));
    const index = either(
      bit(6),
      select(result.value, i32.sub(31, i32.clz(result.value)), most.value),
      select(result.value, i32.ctz(result.value), most.value),
    );
    const write =
      gives === "index"
        ? put(rcx, i64.extend_i32_u(index))
        : put(
            xmm[0]!,
            either(
              bit(6),
              chosen(spread(2, result.value), spread(1, result.value)),
              onlyLow(i64.extend_i32_u(result.value)),
            ),
          );
    const steps = [b, a, how, words, most, lengthA, lengthB, validA, validB, first, result];
    return [...steps.map(({ is }) => is), setStatus(i64.extend_i32_u(status)), write];
  };

/** Elements of ones where the bit is set. */
function spread(size: Size, bits: Expr<"i32">): Vector {
  const each = bytes((8 * size) as 8, ...numbers(size).map((at) => 1 << (size === 1 ? at % 8 : at)));
  const all =
    size === 2 ? i16x8.splat(bits) : i8x16.swizzle(i16x8.splat(bits), bytes(64, 0, 0x0101010101010101n));
  return shapes[size].eq(v128.and(all, each), each);
}

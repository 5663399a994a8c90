/**
 * Meanings of the SHA instructions: FIPS 180-4 (sections 4.1, 6.1, 6.2); Intel SDM volume 2, SHA1MSG1 and those that
 * follow it. Of four words of a message, SHA-1's instructions hold the first in the highest lane, SHA-256's in the lowest.
 */
import { constant, get, i32, i32x4, lane, name, read, select, set, v128 } from "../../meaning/build.ts";
import type { Cell, Expr } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";
import type { Meaning } from "./row.ts";
import { aligned, packed, shuffleLanes, type Vector, zero } from "./sse.ts";
import { xmm } from "./state.ts";

type Word = Expr<"i32">;
const word = (at: number, a: Vector): Word => lane("i32", "i32x4.extract_lane", [at], a);
/** From the lowest lane up. */
const vector = (...words: Word[]): Vector =>
  words.reduce<Vector>((all, each, at) => lane("v128", "i32x4.replace_lane", [at], all, each), zero);
const sum = (...words: Word[]): Word => words.reduce((a, b) => i32.add(a, b));
const parity = (...words: Word[]): Word => words.reduce((a, b) => i32.xor(a, b));
const choose = (x: Word, y: Word, z: Word): Word => i32.xor(z, i32.and(x, i32.xor(y, z)));
const majority = (x: Word, y: Word, z: Word): Word => i32.or(i32.and(x, y), i32.and(z, i32.or(x, y)));
const turned = (x: Word, ...by: number[]): Word => parity(...by.map((each) => i32.rotr(x, each)));

const keys: Cell<"v128"> = { name: "xmm0", type: "v128", offset: xmm[0]!.offset };

/** SHA256RNDS2: two rounds. The state comes as ABEF and CDGH; the words, their constants added, in XMM0. */
export const twoRounds256: Meaning = (f) => {
  const [abef, cdgh] = [name(read(f.v128(1))), name(read(f.v128(0)))];
  const words = (of: Vector) => [3, 2, 1, 0].map((at) => word(at, of)) as [Word, Word, Word, Word];
  let [a, b, e, f_] = words(abef.value);
  let [c, d, g, h] = words(cdgh.value);
  const is: Statement[] = [];
  for (const round of [0, 1]) {
    const first = name(sum(choose(e, f_, g), turned(e, 6, 11, 25), word(round, get(keys)), h));
    const nextA = name(sum(first.value, majority(a, b, c), turned(a, 2, 13, 22)));
    const nextE = name(i32.add(first.value, d));
    is.push(first.is, nextA.is, nextE.is);
    [h, g, f_, e, d, c, b, a] = [g, f_, e, nextE.value, c, b, a, nextA.value];
  }
  return [...aligned(f, 1), abef.is, cdgh.is, ...is, set(f.v128(0), vector(f_, e, b, a))];
};

/** The small sigmas of SHA-256, of four words: two rotations and a shift. */
const sigma =
  (first: number, second: number, shift: number) =>
  (a: Vector): Vector => {
    const rotated = (by: number) => v128.or(i32x4.shr_u(a, by), i32x4.shl(a, 32 - by));
    return v128.xor(v128.xor(rotated(first), rotated(second)), i32x4.shr_u(a, shift));
  };
const sigma0 = sigma(7, 18, 3);
const sigma1 = sigma(17, 19, 10);

/** SHA256MSG1: the words and sigma 0 of those after them. */
export const message256First = packed((a, b) => i32x4.add(a, sigma0(shuffleLanes(4, [1, 2, 3, 4], a, b))));
/** SHA256MSG2: sigma 1 of the words two before, of which the last two are results themselves. */
export const message256Second: Meaning = (f) => {
  const b = name(read(f.v128(1)));
  const early = name(i32x4.add(read(f.v128(0)), sigma1(shuffleLanes(4, [2, 3, 4, 4], b.value, zero))));
  const late = sigma1(shuffleLanes(4, [4, 4, 0, 1], early.value, zero));
  return [...aligned(f, 1), b.is, early.is, set(f.v128(0), i32x4.add(early.value, late))];
};

const constants1 = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];
/** SHA1RNDS4: four rounds of the quarter that the immediate names; to the first word E has been added. */
export const fourRounds1: Meaning = (f) => {
  const [state, words] = [name(read(f.v128(0))), name(read(f.v128(1)))];
  const quarter = name(i32.and(read(f.i32(2)), 3));
  const by = (values: readonly Word[]): Word =>
    values.reduceRight((others, each, at) => select(i32.eq(quarter.value, at), each, others));
  const added = name(by(constants1.map((value) => constant("i32", value | 0))));
  let [a, b, c, d] = [3, 2, 1, 0].map((at) => word(at, state.value)) as [Word, Word, Word, Word];
  let e: Word = constant("i32", 0);
  const is: Statement[] = [];
  for (const round of [0, 1, 2, 3]) {
    const odd = parity(b, c, d);
    const mixed = by([choose(b, c, d), odd, majority(b, c, d), odd]);
    const next = name(sum(mixed, i32.rotl(a, 5), word(3 - round, words.value), e, added.value));
    const turnedB = name(i32.rotl(b, 30));
    is.push(next.is, turnedB.is);
    [e, d, c, b, a] = [d, c, turnedB.value, a, next.value];
  }
  return [
    ...aligned(f, 1),
    words.is,
    state.is,
    quarter.is,
    added.is,
    ...is,
    set(f.v128(0), vector(d, c, b, a)),
  ];
};
/** SHA1NEXTE: E out of the A of four rounds ago, added to the first word. */
export const nextE: Meaning = (f) => {
  const words = name(read(f.v128(1)));
  const first = i32.add(word(3, words.value), i32.rotl(word(3, read(f.v128(0))), 30));
  const value = lane("v128", "i32x4.replace_lane", [3], words.value, first);
  return [...aligned(f, 1), words.is, set(f.v128(0), value)];
};
/** SHA1MSG1: each word and the one two after it. */
export const message1First = packed((a, b) => v128.xor(a, shuffleLanes(4, [6, 7, 0, 1], a, b)));
/** SHA1MSG2: and those 13 words after; the last one needs the first result. */
export const message1Second: Meaning = (f) => {
  const [a, b] = [name(read(f.v128(0))), name(read(f.v128(1)))];
  const turnLeft = (at: number, with_: Word) => name(i32.rotl(i32.xor(word(at, a.value), with_), 1));
  const first = turnLeft(3, word(2, b.value));
  const second = turnLeft(2, word(1, b.value));
  const third = turnLeft(1, word(0, b.value));
  const fourth = turnLeft(0, first.value);
  return [
    ...aligned(f, 1),
    b.is,
    a.is,
    first.is,
    second.is,
    third.is,
    fourth.is,
    set(f.v128(0), vector(fourth.value, third.value, second.value, first.value)),
  ];
};

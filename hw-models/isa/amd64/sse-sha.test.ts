/** The SHA instructions, put together as the manual means them, give the digests that Node's library gives. */
import { createHash } from "node:crypto";
import test from "ava";
import { evaluate, type World } from "../../meaning/evaluate.ts";
import type { Decoded, Isa } from "../isa.ts";
import { core } from "./isa.ts";
import { xmm } from "./state.ts";

const isa = core as unknown as Isa;
const state = new DataView(new ArrayBuffer(isa.stateBytes));
type Words = readonly number[];

/** What is left in register 1 of `mnemonic xmm1, xmm2`, with XMM0; words from the lowest lane up. */
function execute(
  mnemonic: string,
  first: Words,
  second: Words,
  implied: Words = [],
  immediate = 0,
): number[] {
  const form = immediate === 0 && mnemonic !== "sha1rnds4" ? "xmm, xmm" : "xmm, xmm, imm";
  const instruction = isa.instructions.findIndex(({ name }) => name === `${mnemonic} ${form}`);
  [implied, first, second].forEach((words, register) => {
    for (const [at, word] of words.entries()) state.setUint32(xmm[register]!.offset + at * 4, word, true);
  });
  const operands = { r0: xmm[1]!.offset, r1: xmm[2]!.offset, immediate, immediateHigh: 0 };
  const decoded = { instruction, length: 4, ...operands } as Decoded;
  evaluate({ isa, state } as unknown as World, decoded, 0n);
  return [0, 1, 2, 3].map((at) => state.getUint32(xmm[1]!.offset + at * 4, true));
}
const add = (a: Words, b: Words): number[] => a.map((word, at) => (word + b[at]!) >>> 0);
const reverse = (words: Words): number[] => [...words].reverse();

/** The first 32 bits of the fractional parts of roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3). */
const primes = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && Array.from({ length: n }, (_, d) => d).every((d) => d < 2 || n % d !== 0),
);
const fraction = (root: (n: number) => number) => (n: number) => Math.floor((root(n) % 1) * 2 ** 32);
const constants = primes.slice(0, 64).map(fraction(Math.cbrt));
const start256 = primes.slice(0, 8).map(fraction(Math.sqrt));
const start1 = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];

/** One message of less than 56 bytes as its only block: 16 words. */
function block(message: string): number[] {
  const bytes = new DataView(new ArrayBuffer(64));
  new Uint8Array(bytes.buffer).set(new TextEncoder().encode(message));
  bytes.setUint8(message.length, 0x80);
  bytes.setUint32(60, message.length * 8);
  return Array.from({ length: 16 }, (_, at) => bytes.getUint32(at * 4));
}
const fours = (words: Words): number[][] => [0, 4, 8, 12].map((at) => words.slice(at, at + 4) as number[]);
const hex = (words: Words): string => words.map((word) => word.toString(16).padStart(8, "0")).join("");

function sha256(message: string): string {
  const words = fours(block(message));
  const [a, b, c, d, e, f, g, h] = start256 as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  let [abef, cdgh]: number[][] = [
    [f, e, b, a],
    [h, g, d, c],
  ];
  for (let four = 0; four < 16; four++) {
    if (four >= 4) {
      const [w16, w12, w8, w4] = words.slice(four - 4) as [number[], number[], number[], number[]];
      const sum = add(execute("sha256msg1", w16, w12), [...w8.slice(1), w4[0]!]);
      words.push(execute("sha256msg2", sum, w4));
    }
    const keys = add(words[four]!, constants.slice(four * 4, four * 4 + 4));
    for (const two of [keys.slice(0, 2), keys.slice(2)])
      [abef, cdgh] = [execute("sha256rnds2", cdgh!, abef!, [...two, 0, 0]), abef!];
  }
  const [f1, e1, b1, a1] = abef as [number, number, number, number];
  const [h1, g1, d1, c1] = cdgh as [number, number, number, number];
  return hex(add([a1, b1, c1, d1, e1, f1, g1, h1], start256));
}

function sha1(message: string): string {
  // The first word in the highest lane, and its E beside it.
  const words = fours(block(message)).map(reverse);
  let state = reverse(start1.slice(0, 4));
  let e = [0, 0, 0, start1[4]!];
  let before = state;
  for (let four = 0; four < 20; four++) {
    if (four >= 4) {
      const [w16, w12, w8, w4] = words.slice(four - 4) as [number[], number[], number[], number[]];
      const sum = execute("sha1msg1", w16, w12).map((word, at) => (word ^ w8[at]!) >>> 0);
      words.push(execute("sha1msg2", sum, w4));
    }
    const w = words[four]!;
    const withE = four === 0 ? add(w, e) : execute("sha1nexte", before, w);
    [before, state] = [state, execute("sha1rnds4", state, withE, [], Math.floor(four / 5))];
  }
  e = execute("sha1nexte", before, [0, 0, 0, start1[4]!]);
  return hex([...add(reverse(state), start1), e[3]!]);
}

for (const message of ["", "abc", "The quick brown fox jumps over the lazy dog", "x".repeat(55)]) {
  test(`SHA-256 of ${message.length} bytes`, (t) => {
    t.is(sha256(message), createHash("sha256").update(message).digest("hex"));
  });
  test(`SHA-1 of ${message.length} bytes`, (t) => {
    t.is(sha1(message), createHash("sha1").update(message).digest("hex"));
  });
}

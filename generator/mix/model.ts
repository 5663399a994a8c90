/**
 * How probable the next bit is. Contexts (what stood before, seen in several ways) each look up what followed them; a
 * mixture of these, by weights that learn which of them is right where, is the answer. (The way of Matt Mahoney's paq, 2002
 * and later.) The same, operation by operation, in C: shim-templates/image/mix.c. All numbers are of 32 bits and wrap around.
 */
import { dataState, type Instructions, states, stir } from "./instructions.ts";

/** Runs of zeros are one bit for so many. */
export const zeroBlock = 128;
/** Contexts, and with them what a match tells, and one that is always the same. */
const [contexts, inputs] = [6, 8];

const slotBits = 22;
const matchBits = 16;
/** Bytes that find where the same was before, and how many the same are told apart. */
const [shortestMatch, longestMatch] = [3, 31];
const apmSteps = 33;
const half = 32768;
/** 1/1.5, 1/2.1, ..., 1/8.7 in 65536ths: how far a slot follows that was met so often. */
const rates = [45000, 31000, 22000, 17000, 14000, 12000, 10500, 7500];
const firstWeight = 20971;
const bias = 80;
/** No bit is surer. */
const surest = 65504;
/** Weights that were as good as right stay. */
const smallError = 3000;

/** The logistic function: 256 steps for 1, and the way back. */
const squash = new Uint16Array(4096);
const stretch = new Int16Array(4096);
for (let i = 0, p = 2 ** 31; i < 2048; i++) {
  squash[2048 + i] = p >>> 16;
  squash[2047 - i] = 65536 - (p >>> 16);
  p += ((p >>> 16) * (65536 - (p >>> 16))) >>> 8;
}
for (let i = 0, d = 0; i < 4096; i++) {
  while (d < 4095 && (squash[d] as number) < i * 16 + 8) d++;
  stretch[i] = d - 2048;
}
const clamp = (x: number): number => Math.max(-2047, Math.min(2047, x));

/** Told of every bit, what it is and how probable 1 was of 65536. */
export type OnBit = (bit: number, one: number) => void;

export type Model = {
  /** Goes through a byte that is known. */
  readonly byte: (position: number, onBit: OnBit) => void;
  /** Goes through whether a block is all zeros. */
  readonly block: (isZero: boolean, onBit: OnBit) => void;
};

export const createModel = (bytes: Uint8Array, codeSize: number, instructions: Instructions): Model => {
  const slots = new Uint16Array(1 << slotBits).fill(half);
  const mask = slots.length - 1;
  const byPrevious = new Int32Array(states * 256 * inputs).fill(firstWeight);
  const byState = new Int32Array(states * inputs).fill(firstWeight);
  const apm = new Uint16Array(states * 256 * apmSteps);
  for (let i = 0; i < apm.length; i++) apm[i] = squash[Math.min((i % apmSteps) * 128, 4095)] as number;
  const places = new Uint32Array(1 << matchBits);
  const trust = new Uint16Array(longestMatch + 1).fill(60000);
  /** The bytes before, the nearest first. */
  const seen = new Uint8Array(shortestMatch);
  const hashes = new Int32Array(contexts);
  const chosen = new Int32Array(contexts);
  const input = new Int32Array(inputs);
  /** After a block with bytes, after one of zeros. */
  const zeros = new Uint16Array(2).fill(half);
  let [match, matched, wasZero] = [0, 0, 0];

  const look = (position: number): number => {
    for (let i = 0; i < shortestMatch; i++) seen[i] = position > i ? (bytes[position - 1 - i] as number) : 0;
    const [b1, b2, b3] = seen as unknown as [number, number, number];
    const isCode = position < codeSize;
    const state = isCode ? instructions.state : dataState;
    const byState = stir(0, state);
    const byPrevious = stir(byState, b1);
    const byInstruction = isCode ? stir(stir(byState, instructions.bytes), instructions.before) : 0;
    hashes.set([
      byState,
      byPrevious,
      stir(byPrevious, b2),
      stir(byState, 256 + b2),
      stir(stir(byState, 512 + b3), b2 & 0xc0),
      byInstruction,
    ]);
    return state;
  };
  const findMatch = (position: number): void => {
    if (matched > 0 && bytes[match] === seen[0]) {
      if (matched < longestMatch) matched++;
      match++;
    } else matched = 0;
    let hash = 0;
    for (let i = 0; i < shortestMatch; i++) hash = stir(hash, seen[i] as number);
    const place = (hash >>> 8) & (places.length - 1);
    if (matched === 0) {
      match = places[place] as number;
      while (
        matched < longestMatch &&
        matched < match &&
        bytes[match - 1 - matched] === bytes[position - 1 - matched]
      )
        matched++;
      if (matched < shortestMatch) matched = 0;
    }
    places[place] = position;
  };

  const learn = (weights: Int32Array, at: number, error: number, shift: number): void => {
    for (let k = 0; k < inputs; k++) {
      const step = (Math.imul(input[k] as number, error) + (1 << (shift - 1))) >> shift;
      weights[at + k] = (weights[at + k] as number) + step;
    }
  };

  const byte = (position: number, onBit: OnBit): void => {
    const value = bytes[position] as number;
    const state = look(position);
    findMatch(position);
    const set = (state * 256 + (seen[0] as number)) * inputs;
    const stateSet = state * inputs;
    let expected = matched > 0 ? (bytes[match] as number) | 256 : 0;
    for (let node = 1, shift = 7; shift >= 0; shift--) {
      const bit = (value >> shift) & 1;
      const turn = Math.imul(node, 0x9e3779b1);
      for (let k = 0; k < contexts; k++) {
        const at = (((hashes[k] as number) + turn) >>> 5) & mask;
        chosen[k] = at;
        const slot = slots[at] as number;
        input[k] = (slot & 7) === 0 ? 0 : (stretch[slot >> 4] as number);
      }
      const isExpected = expected >> (shift + 1) === node;
      const guess = (expected >> shift) & 1;
      const trusted = isExpected ? (stretch[(trust[matched] as number) >> 4] as number) : 0;
      input[contexts] = guess === 1 ? trusted : -trusted;
      input[contexts + 1] = bias;

      let [a, b] = [0, 0];
      for (let k = 0; k < inputs; k++) {
        a = (a + Math.imul(byPrevious[set + k] as number, input[k] as number)) | 0;
        b = (b + Math.imul(byState[stateSet + k] as number, input[k] as number)) | 0;
      }
      a = clamp(a >> 16);
      b = clamp(b >> 16);
      const mixed = ((a + b) >> 1) + 2048;
      const step = (state * 256 + node) * apmSteps + (mixed >> 7);
      const part = mixed & 127;
      const corrected = ((apm[step] as number) * (128 - part) + (apm[step + 1] as number) * part) >> 7;
      const one = Math.max(
        65536 - surest,
        Math.min(surest, ((squash[mixed] as number) + corrected + 1) >> 1),
      );
      onBit(bit, one);

      const target = bit === 1 ? 65536 : 0;
      const errorA = target - (squash[a + 2048] as number);
      const errorB = target - (squash[b + 2048] as number);
      if (Math.abs(errorA) >= smallError) learn(byPrevious, set, errorA, 14);
      if (Math.abs(errorB) >= smallError) learn(byState, stateSet, errorB, 15);
      const near = step + (part >> 6);
      apm[near] = (apm[near] as number) + (((bit === 1 ? 65535 : 0) - (apm[near] as number)) >> 5);
      for (let k = 0; k < contexts; k++) {
        const slot = slots[chosen[k] as number] as number;
        const [p, times] = [slot >> 3, slot & 7];
        const next =
          p + ((((bit === 1 ? 8191 : 0) - p) * (rates[times] as number) + (bit === 1 ? 65535 : 0)) >> 16);
        slots[chosen[k] as number] = (next << 3) | Math.min(times + 1, 7);
      }
      if (isExpected) {
        const t = trust[matched] as number;
        trust[matched] = t + (((guess === bit ? 65535 : 0) - t) >> 6);
        if (guess !== bit) expected = 0;
      }
      node = (node << 1) | bit;
    }
    if (position < codeSize) instructions.take(value);
  };
  const block = (isZero: boolean, onBit: OnBit): void => {
    const [bit, one] = [isZero ? 1 : 0, zeros[wasZero] as number];
    onBit(bit, one);
    zeros[wasZero] = one + (((bit === 1 ? surest : 65536 - surest) - one) >> 4);
    wasZero = bit;
  };
  return { byte, block };
};

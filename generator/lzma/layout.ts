/**
 * The probabilities of an LZMA stream: where each stands in one array, and which of them a symbol passes. The order is the
 * unpacker's own (shim-templates/image/lzma.c), the meaning that of Igor Pavlov's LZMA specification (2015, public domain).
 */

/** lc, lp and pb of the specification: bits of the byte before, and of the position, that a symbol's statistics know. */
export type Context = {
  readonly literalContext: number;
  readonly literalPosition: number;
  readonly position: number;
};

export const states = 12;
export const shortestMatch = 2;
export const longestMatch = 273;
const positionStates = 16;
const lengthTree = 2 + positionStates * 8 * 2 + 256;
const firstModelled = 4;
const firstDirect = 14;
const fullDistances = 128;

let size = 0;
const room = (count: number): number => {
  const at = size;
  size += count;
  return at;
};
const isMatch = room(states * positionStates);
const isRep = room(states);
const isRep0 = room(states);
const isRep1 = room(states);
const isRep2 = room(states);
const isRep0Long = room(states * positionStates);
const slots = room(4 * 64);
const special = room(fullDistances - firstDirect + 1);
const align = room(16);
const matchLength = room(lengthTree);
const repLength = room(lengthTree);
const literals = room(0);

export const probabilities = ({ literalContext, literalPosition }: Context): number =>
  literals + (0x300 << (literalContext + literalPosition));

/** Told of every decision: the probability that it has, and the bit. */
export type Visit = (at: number, bit: number) => void;
/** Told of bits that are coded as they are. */
export type VisitDirect = (value: number, bits: number) => void;

export const afterLiteral = (state: number): number => (state < 4 ? 0 : state < 10 ? state - 3 : state - 6);
export const afterMatch = (state: number): number => (state < 7 ? 7 : 10);
export const afterRep = (state: number): number => (state < 7 ? 8 : 11);
export const afterShortRep = (state: number): number => (state < 7 ? 9 : 11);

const tree = (at: number, bits: number, value: number, visit: Visit): void => {
  let node = 1;
  for (let i = bits - 1; i >= 0; i--) {
    const bit = (value >> i) & 1;
    visit(at + node, bit);
    node = (node << 1) | bit;
  }
};

const reverseTree = (at: number, bits: number, value: number, visit: Visit): void => {
  let node = 1;
  for (let i = 0; i < bits; i++) {
    const bit = (value >> i) & 1;
    visit(at + node, bit);
    node = (node << 1) | bit;
  }
};

/** A byte. `matched`: the one at the last distance, where a match was before; else -1. */
export const visitLiteral = (
  context: Context,
  position: number,
  previous: number,
  matched: number,
  byte: number,
  visit: Visit,
): void => {
  const { literalContext, literalPosition } = context;
  const set =
    ((position & ((1 << literalPosition) - 1)) << literalContext) + (previous >> (8 - literalContext));
  const at = literals + 0x300 * set;
  let node = 1;
  let same = matched >= 0;
  for (let i = 7; i >= 0; i--) {
    const bit = (byte >> i) & 1;
    const guess = (matched >> i) & 1;
    visit(at + (same ? 0x100 + (guess << 8) : 0) + node, bit);
    same &&= guess === bit;
    node = (node << 1) | bit;
  }
};

/** Literal (0) or not (1). */
export const visitIsMatch = (state: number, at: number, bit: number, visit: Visit): void =>
  visit(isMatch + state * positionStates + at, bit);

/** Which distance: -1 a new one, 0..3 one of the last four. `isShort`: one byte at the last one. */
export const visitRep = (state: number, at: number, rep: number, isShort: boolean, visit: Visit): void => {
  visit(isRep + state, rep < 0 ? 0 : 1);
  if (rep < 0) return;
  visit(isRep0 + state, rep === 0 ? 0 : 1);
  if (rep === 0) visit(isRep0Long + state * positionStates + at, isShort ? 0 : 1);
  else visit(isRep1 + state, rep === 1 ? 0 : 1);
  if (rep > 1) visit(isRep2 + state, rep - 2);
};

export const visitLength = (isRep: boolean, at: number, length: number, visit: Visit): void => {
  const start = isRep ? repLength : matchLength;
  const rest = length - shortestMatch;
  visit(start, rest < 8 ? 0 : 1);
  if (rest >= 8) visit(start + 1, rest < 16 ? 0 : 1);
  if (rest < 8) tree(start + 2 + at * 8, 3, rest, visit);
  else if (rest < 16) tree(start + 2 + (positionStates + at) * 8, 3, rest - 8, visit);
  else tree(start + 2 + positionStates * 16, 8, rest - 16, visit);
};

/** `distance` counts from 0: the byte before. */
export const visitDistance = (length: number, distance: number, visit: Visit, direct: VisitDirect): void => {
  const slot = distance < firstModelled ? distance : slotOf(distance);
  tree(slots + 64 * Math.min(length - shortestMatch, 3), 6, slot, visit);
  if (slot < firstModelled) return;
  const bits = (slot >> 1) - 1;
  const base = (2 | (slot & 1)) << bits;
  if (slot < firstDirect) reverseTree(special + base - slot, bits, distance - base, visit);
  else {
    direct((distance - base) >>> 4, bits - 4);
    reverseTree(align, 4, distance & 15, visit);
  }
};

const slotOf = (distance: number): number => {
  const top = 31 - Math.clz32(distance);
  return (top << 1) | ((distance >> (top - 1)) & 1);
};

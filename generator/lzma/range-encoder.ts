/** The arithmetic coder of LZMA: decisions with probabilities of 11 bits, which learn from each. */
import type { Visit, VisitDirect } from "./layout.ts";

const probabilityBits = 11;
const learningShift = 5;
const lowestRange = 2 ** 24;
const word = 2 ** 32;

export type RangeEncoder = {
  readonly probabilities: Uint16Array;
  readonly visit: Visit;
  readonly direct: VisitDirect;
  readonly finish: () => Buffer;
};

export const createRangeEncoder = (count: number): RangeEncoder => {
  const probabilities = new Uint16Array(count).fill(1 << (probabilityBits - 1));
  // The first byte is 0: what waits before anything was coded.
  const out: number[] = [];
  // Below 2^33: a carry may still run into what waits to be written.
  let low = 0;
  let range = word - 1;
  let held = 0;
  let waiting = 0;

  const shiftLow = (): void => {
    if (low < 0xff00_0000 || low >= word) {
      const carry = low >= word ? 1 : 0;
      out.push((held + carry) & 0xff);
      for (; waiting > 0; waiting--) out.push((0xff + carry) & 0xff);
      held = Math.floor(low / lowestRange) & 0xff;
    } else waiting++;
    low = (low % lowestRange) * 256;
  };
  const normalize = (): void => {
    while (range < lowestRange) {
      range *= 256;
      shiftLow();
    }
  };

  const visit: Visit = (at, bit) => {
    const probability = probabilities[at] as number;
    const bound = (range >>> probabilityBits) * probability;
    if (bit === 0) {
      range = bound;
      probabilities[at] = probability + (((1 << probabilityBits) - probability) >> learningShift);
    } else {
      low += bound;
      range -= bound;
      probabilities[at] = probability - (probability >> learningShift);
    }
    normalize();
  };
  const direct: VisitDirect = (value, bits) => {
    for (let i = bits - 1; i >= 0; i--) {
      range = range >>> 1;
      if ((value >>> i) & 1) low += range;
      normalize();
    }
  };
  const finish = (): Buffer => {
    for (let i = 0; i < 5; i++) shiftLow();
    return Buffer.from(out);
  };
  return { probabilities, visit, direct, finish };
};

/** What a decision costs, in bits, by probability / 16: of bit 0; of bit 1 at the mirrored place. */
export const prices = Float64Array.from({ length: 128 }, (_, i) => -Math.log2((i + 0.5) / 128));
export const priceOf = (probability: number, bit: number): number =>
  prices[(bit === 0 ? probability : 2047 - probability) >> 4] as number;

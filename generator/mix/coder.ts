/** The arithmetic coder: bits with a probability of 16 bits each, to the bytes that say them. */

const lowestRange = 2 ** 24;
const word = 2 ** 32;

export type Coder = {
  /** `one`: how probable 1 is, of 65536; neither 0 nor all. */
  readonly bit: (bit: number, one: number) => void;
  readonly finish: () => Buffer;
};

export const createCoder = (): Coder => {
  const out: number[] = [];
  // Below 2^33: a carry may still run into what waits to be written.
  let low = 0;
  let range = word - 1;
  let held = -1;
  let waiting = 0;

  const shiftLow = (): void => {
    if (low < 0xff00_0000 || low >= word) {
      const carry = low >= word ? 1 : 0;
      if (held >= 0) out.push((held + carry) & 0xff);
      for (; waiting > 0; waiting--) out.push((0xff + carry) & 0xff);
      held = Math.floor(low / lowestRange) & 0xff;
    } else waiting++;
    low = (low % lowestRange) * 256;
  };
  const bit = (value: number, one: number): void => {
    const bound = (range >>> 16) * one;
    if (value === 1) range = bound;
    else {
      low += bound;
      range -= bound;
    }
    for (; range < lowestRange; range *= 256) shiftLow();
  };
  const finish = (): Buffer => {
    for (let i = 0; i < 5; i++) shiftLow();
    return Buffer.from(out);
  };
  return { bit, finish };
};

/**
 * Where instructions begin and what their bytes are for, told byte by byte, so that a byte is foretold from those of its own
 * kind. The same in C: shim-templates/arch/ARCH/image/instructions.c.
 */
/** What is no code. */
export const dataState = 16;
export const states = dataState + 1;
const multiplier = 0x2f0b4c47;

export type Instructions = {
  /** What the next byte is for, below `states`. */
  state: number;
  /** A hash of the bytes of this instruction so far. */
  bytes: number;
  /** A hash of what the instruction before does, without its operands. */
  before: number;
  /** Takes the next byte; what it gives is the architecture's own affair. */
  readonly take: (byte: number) => number;
};

export const stir = (hash: number, value: number): number => {
  const product = Math.imul(hash + value + 1, multiplier);
  return product ^ (product >>> 15);
};

/** Values for the fuzzer: random ones seldom meet where it hurts. */
import type { Random } from "./random.ts";

const special64 = [
  0n,
  1n,
  -1n,
  1n << 63n,
  (1n << 63n) - 1n,
  1n << 31n,
  0x7ff0000000000000n,
  0xfff0000000000000n,
  0x7ff8000000000000n,
  0x7ff0000000000001n,
  0x0010000000000000n,
  0x000fffffffffffffn,
  0x3ff0000000000000n,
  0x41e0000000000000n,
  0x43e0000000000000n,
  0x7fefffffffffffffn,
];
const special32 = [
  0, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0x00800000, 0x007fffff, 0x3f800000,
  0x4f000000, 0x5f000000, 0x7f7fffff, 1,
];

/** Values that are interesting as integers, doubles or boxed singles. */
export function value(random: Random): bigint {
  const bits = (BigInt(random.word()) << 32n) | BigInt(random.word());
  const kind = random.below(8);
  if (kind === 0) return random.pick(special64);
  if (kind === 1) return BigInt(random.pick(special32)) | 0xffffffff00000000n;
  if (kind === 2) return BigInt(random.word()) | 0xffffffff00000000n;
  if (kind === 3) return BigInt(random.below(64)) - 32n;
  // Doubles and boxed singles of like size, so that sums and products are not all of one operand or none.
  if (kind === 4) return (bits & 0x800fffffffffffffn) | (BigInt(1013 + random.below(20)) << 52n);
  if (kind === 5) return (bits & 0x807fffffn) | (BigInt(120 + random.below(14)) << 23n) | 0xffffffff00000000n;
  return bits;
}

/**
 * Hard operands for tests: the edges of the formats and of the integers, ties, NaNs, neighbours. Deterministic: the same
 * seed gives the same cases everywhere.
 */

/** xorshift32 (Marsaglia 2003), enough to choose test cases. */
export function random(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const edges64 = [
  0x0000000000000000n, // 0
  0x0000000000000001n, // the smallest denormal number
  0x000fffffffffffffn, // the largest
  0x0010000000000000n, // the smallest normal number
  0x3ca0000000000000n, // 2^-53, half a unit in the last place of 1
  0x36a0000000000000n, // 2^-149, binary32's smallest
  0x380fffffe0000000n, // below binary32's smallest normal number
  0x3810000000000000n,
  0x3fe0000000000000n, // 0.5, 1, 1.5, 2, 3
  0x3ff0000000000000n,
  0x3ff8000000000000n,
  0x4000000000000000n,
  0x4008000000000000n,
  0x41dfffffffc00000n, // 2^31 - 1, 2^31, 2^32 - 1, 2^32
  0x41e0000000000000n,
  0x41efffffffe00000n,
  0x41f0000000000000n,
  0x4330000000000000n, // 2^52, 2^53, 2^63, 2^64
  0x4340000000000000n,
  0x43e0000000000000n,
  0x43f0000000000000n,
  0x47efffffe0000000n, // binary32's largest, and half a place more
  0x47effffff0000000n,
  0x7fefffffffffffffn, // the largest
  0x7ff0000000000000n, // infinity, NaNs
  0x7ff0000000000001n,
  0x7ff8000000000000n,
  0x7ffc000000001234n,
];
const edges32 = [
  0x00000000n,
  0x00000001n,
  0x007fffffn,
  0x00800000n,
  0x33800000n, // 2^-24
  0x3f000000n,
  0x3f800000n,
  0x3fc00000n,
  0x40000000n,
  0x40400000n,
  0x4b000000n, // 2^23, 2^24
  0x4b800000n,
  0x4effffffn, // 2^31, 2^32, 2^63, 2^64 and below
  0x4f000000n,
  0x4f7fffffn,
  0x4f800000n,
  0x5f000000n,
  0x5f800000n,
  0x7f7fffffn,
  0x7f800000n,
  0x7f800001n,
  0x7fc00000n,
  0x7fe01234n,
];

/** Bits of `width`: an edge or its neighbour, of either sign; a number of a middling exponent; anything. */
export function hardBits(width: 32 | 64, below: (limit: number) => number): bigint {
  const edges = width === 64 ? edges64 : edges32;
  const any = (BigInt(below(2 ** 31)) << 33n) ^ (BigInt(below(2 ** 31)) << 16n) ^ BigInt(below(2 ** 16));
  const sign = BigInt(below(2)) << BigInt(width - 1);
  const kind = below(8);
  const near = edges[below(edges.length)]! + BigInt(below(3) - 1) * BigInt(below(2));
  if (kind < 4) return BigInt.asUintN(width, near ^ sign);
  if (kind === 4) return BigInt.asUintN(width, any);
  // Few significant bits and exponents close together make ties and exact results.
  const precision = width === 64 ? 52 : 23;
  const exponent = BigInt((width === 64 ? 1023 : 127) + below(60) - 30);
  const fraction = BigInt.asUintN(precision, kind === 5 ? any : (any >> 3n) << BigInt(precision - below(8)));
  return sign | (exponent << BigInt(precision)) | fraction;
}

/**
 * The ChaCha20 block function (RFC 8439, section 2.3), as a generator of numbers that nobody can guess who does not know
 * the seed: the machine's entropy comes from here, so that a run with the same seed is the same run.
 */
const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];

function quarterRound(x: Uint32Array, a: number, b: number, c: number, d: number) {
  const mix = (to: number, from: number, target: number, bits: number) => {
    x[to] = x[to]! + x[from]!;
    const mixed = x[target]! ^ x[to]!;
    x[target] = (mixed << bits) | (mixed >>> (32 - bits));
  };
  mix(a, b, d, 16);
  mix(c, d, b, 12);
  mix(a, b, d, 8);
  mix(c, d, b, 7);
}

/** 64 bytes: the key stream's block `counter`. The key has 32 bytes, the nonce 12. */
export function chacha20Block(
  key: Uint8Array,
  counter: number,
  nonce: Uint8Array = new Uint8Array(12),
): Uint8Array {
  const words = (bytes: Uint8Array) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(4 * index, true));
  };
  const start = Uint32Array.from([...constants, ...words(key), counter, ...words(nonce)]);
  const x = start.slice();
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 4; i++) quarterRound(x, i, 4 + i, 8 + i, 12 + i);
    for (let i = 0; i < 4; i++) quarterRound(x, i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4));
  }
  const out = new DataView(new ArrayBuffer(64));
  for (const [index, word] of x.entries()) out.setUint32(4 * index, word + start[index]!, true);
  return new Uint8Array(out.buffer);
}

/** Bytes without end from one seed. */
export type Entropy = { take(count: number): Uint8Array; blocks: number };

/** `purpose` keeps the streams of several devices apart. */
export function entropyFrom(seed: Uint8Array, purpose: number): Entropy {
  const key = new Uint8Array(32);
  key.set(seed.subarray(0, 32));
  const nonce = new Uint8Array(12);
  nonce[0] = purpose;
  return {
    blocks: 0,
    take(count) {
      const out = new Uint8Array(count);
      for (let at = 0; at < count; at += 64)
        out.set(chacha20Block(key, this.blocks++, nonce).subarray(0, count - at), at);
      return out;
    },
  };
}

/** SHA-256 (FIPS 180-4), piece by piece: the browser's own wants the whole at once, and only asynchronously. */
const primes: number[] = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);

/** The first 32 bits of the fractional part. */
const fraction = (x: number) => Math.floor((x - Math.floor(x)) * 2 ** 32) | 0;
const roundConstants = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const start = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const blockBytes = 64;

const right = (x: number, bits: number) => (x >>> bits) | (x << (32 - bits));

export type Sha256 = {
  update(bytes: Uint8Array): void /** Of all up to now; more may follow. */;
  hex(): string;
  /** What another one needs to go on from here. */
  save(): Sha256State;
};
export type Sha256State = { readonly h: readonly number[]; readonly rest: readonly number[]; total: number };

export function sha256(from?: Sha256State): Sha256 {
  const h = Int32Array.from(from?.h ?? start);
  const w = new Int32Array(64);
  const rest = new Uint8Array(blockBytes);
  rest.set(from?.rest ?? []);
  let total = from?.total ?? 0;
  let inRest = total % blockBytes;

  function block(view: DataView, at: number) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const [a, b] = [w[i - 15]!, w[i - 2]!];
      const s0 = right(a, 7) ^ right(a, 18) ^ (a >>> 3);
      const s1 = right(b, 17) ^ right(b, 19) ^ (b >>> 10);
      w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
    }
    let [a, b, c, d] = [h[0]!, h[1]!, h[2]!, h[3]!];
    let [e, f, g, k] = [h[4]!, h[5]!, h[6]!, h[7]!];
    for (let i = 0; i < 64; i++) {
      const s1 = right(e, 6) ^ right(e, 11) ^ right(e, 25);
      const t1 = (k + s1 + ((e & f) ^ (~e & g)) + roundConstants[i]! + w[i]!) | 0;
      const s0 = right(a, 2) ^ right(a, 13) ^ right(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      k = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    h[0] = h[0]! + a;
    h[1] = h[1]! + b;
    h[2] = h[2]! + c;
    h[3] = h[3]! + d;
    h[4] = h[4]! + e;
    h[5] = h[5]! + f;
    h[6] = h[6]! + g;
    h[7] = h[7]! + k;
  }

  function take(bytes: Uint8Array) {
    let at = 0;
    if (inRest > 0) {
      at = Math.min(blockBytes - inRest, bytes.length);
      rest.set(bytes.subarray(0, at), inRest);
      inRest += at;
      if (inRest < blockBytes) return;
      block(new DataView(rest.buffer), 0);
      inRest = 0;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (; at + blockBytes <= bytes.length; at += blockBytes) block(view, at);
    rest.set(bytes.subarray(at));
    inRest = bytes.length - at;
  }

  return {
    save: () => ({ h: [...h], rest: [...rest.subarray(0, inRest)], total }),
    update(bytes) {
      total += bytes.length;
      take(bytes);
    },
    hex() {
      const kept = { h: h.slice(), rest: rest.slice(), inRest };
      const padding = new Uint8Array((inRest < 56 ? 64 : 128) - inRest);
      padding[0] = 0x80;
      const view = new DataView(padding.buffer);
      view.setUint32(padding.length - 8, Math.floor((total * 8) / 2 ** 32));
      view.setUint32(padding.length - 4, (total * 8) >>> 0);
      take(padding);
      const hex = Array.from(h, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
      h.set(kept.h);
      rest.set(kept.rest);
      inRest = kept.inRest;
      return hex;
    },
  };
}

export function sha256Hex(bytes: Uint8Array): string {
  const hash = sha256();
  hash.update(bytes);
  return hash.hex();
}

/** Register and memory contents at which something happens. */
import { hardBits } from "../../../float/cases.ts";
import type { Random } from "../encode.ts";

/** Numbers at which something happens, and any. */
const hard = [0n, 1n, 2n, 7n, 8n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 0x7fff_ffffn, 0x8000_0000n];
const harder = [0xffff_ffffn, 1n << 32n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n, (1n << 64n) - 2n];
export function hardNumber(random: Random): bigint {
  const any = (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32));
  switch (random(4)) {
    case 0:
      return [...hard, ...harder][random(hard.length + harder.length)]!;
    case 1:
      return BigInt(random(256));
    case 2:
      return any >> BigInt(random(64));
    default:
      return any;
  }
}

/** Bytes, integers, or floating-point numbers of one format. */
function hardVector(random: Random): Uint8Array {
  const view = new DataView(new ArrayBuffer(16));
  const kind = random(8);
  const alike = random(3) === 0 ? hardBits(64, random) : undefined; // lanes that are equal, now and then
  for (let at = 0; at < 16; at += 4) {
    if (kind < 3) view.setUint32(at, Number(hardBits(32, random)), true);
    else if (kind < 6) view.setBigUint64(at & 8, alike ?? hardBits(64, random), true);
    else if (kind === 6) view.setBigUint64(at & 8, hardNumber(random), true);
    else view.setUint32(at, random(2 ** 32), true);
  }
  return new Uint8Array(view.buffer);
}
type Pool = { readonly vectors: Uint8Array; readonly bytes: Uint8Array };
const pools = new WeakMap<Random, Pool>();
export const POOL_BYTES = 1 << 15;
/** Hard vectors and any bytes, made once: cases take slices, because making them takes longer than executing them. */
export function poolOf(random: Random): Pool {
  let pool = pools.get(random);
  if (!pool) {
    const vectors = new Uint8Array(POOL_BYTES);
    for (let at = 0; at < POOL_BYTES; at += 16) vectors.set(hardVector(random), at);
    pool = { vectors, bytes: Uint8Array.from({ length: POOL_BYTES }, () => random(256)) };
    pools.set(random, pool);
  }
  return pool;
}

/** All exceptions masked, mostly; rounding, flushing and sticky flags of any kind. */
export function hardMxcsr(random: Random): number {
  const rounding = random(2) === 0 ? 0 : random(4) << 13;
  const flush = random(4) === 0 ? [0x40, 0x8000, 0x8040][random(3)]! : 0;
  const sticky = random(2) === 0 ? 0x20 : random(64);
  const masks = random(8) === 0 ? random(64) << 7 : 0x1f80;
  return rounding | flush | sticky | masks;
}

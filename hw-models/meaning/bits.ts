/**
 * Exact values, as the evaluator holds them, and their way in and out of memory. Where WebAssembly leaves the bits of a
 * NaN open, the result is a NaN that no hardware makes: a meaning that lets it reach a register is caught by the first
 * comparison.
 */
import type { Size, Type } from "./expression.ts";

/** i32 and f32: a signed 32-bit number; i64 and f64: a signed 64-bit bigint; v128: 16 bytes. Floats are bits. */
export type Bits = number | bigint | Uint8Array;
export const typeBytes: Readonly<Record<Type, Size>> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16 };

/** The NaN of nobody: quiet, with a payload that no architecture generates. */
export const strangeNan32 = 0x7fc0dead;
export const strangeNan64 = 0x7ff8deaddeaddeadn;

const scratch = new DataView(new ArrayBuffer(8));
export function numberFromBits(bits: Bits): number {
  if (typeof bits === "number") {
    scratch.setInt32(0, bits);
    return scratch.getFloat32(0);
  }
  scratch.setBigInt64(0, bits as bigint);
  return scratch.getFloat64(0);
}
export function bits32(value: number): number {
  if (Number.isNaN(value)) return strangeNan32;
  scratch.setFloat32(0, value);
  return scratch.getInt32(0);
}
export function bits64(value: number): bigint {
  if (Number.isNaN(value)) return strangeNan64;
  scratch.setFloat64(0, value);
  return scratch.getBigInt64(0);
}

/** The little-endian bytes of a value. */
export function bytesOf(bits: Bits, size: number): Uint8Array {
  if (bits instanceof Uint8Array) return bits.slice(0, size);
  const value = BigInt(bits);
  return Uint8Array.from({ length: size }, (_, byte) => Number((value >> BigInt(byte * 8)) & 0xffn));
}

/** Bytes as a value of `type`, extended to it. */
export function valueFrom(bytes: Uint8Array, type: Type, signed = false): Bits {
  if (type === "v128") {
    const vector = new Uint8Array(16);
    vector.set(bytes);
    return vector;
  }
  const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const extended = signed ? BigInt.asIntN(bytes.length * 8, value) : value;
  const wide = type === "i64" || type === "f64";
  return wide ? BigInt.asIntN(64, extended) : Number(BigInt.asIntN(32, extended));
}

/** A constant's bits. Of a float, a number is the value and a bigint the bits. */
export function constantBits(type: Type, value: bigint | number | Uint8Array): Bits {
  if (value instanceof Uint8Array) return value;
  if (type === "f32") return typeof value === "number" ? bits32(value) : Number(BigInt.asIntN(32, value));
  if (type === "f64") return typeof value === "number" ? bits64(value) : BigInt.asIntN(64, value);
  return type === "i64" ? BigInt.asIntN(64, BigInt(value)) : Number(BigInt.asIntN(32, BigInt(value)));
}

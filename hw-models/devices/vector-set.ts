/** A set of the 256 interrupt vectors, as the local APIC's registers hold it: eight words of 32 bits. */
export const emptyVectors = (): Uint32Array => new Uint32Array(8);

/** The vector of the highest priority, or -1. */
export function highestVector(bits: Uint32Array): number {
  for (let word = 7; word >= 0; word--) if (bits[word]) return 32 * word + 31 - Math.clz32(bits[word]!);
  return -1;
}
export function addVector(bits: Uint32Array, vector: number): void {
  bits[vector >> 5] = bits[vector >> 5]! | (1 << (vector & 31));
}
export function removeVector(bits: Uint32Array, vector: number): void {
  bits[vector >> 5] = bits[vector >> 5]! & ~(1 << (vector & 31));
}
export const hasVector = (bits: Uint32Array, vector: number): boolean =>
  ((bits[vector >> 5]! >>> (vector & 31)) & 1) === 1;

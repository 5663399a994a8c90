/** Writing tables byte by byte: fields of one, two, four and eight bytes, low byte first, and texts of fixed length. */
export type Field = readonly [bytes: number, value: number] | string | Uint8Array;

/** Number of bytes a field takes, and puts there. */
export function little(...fields: readonly Field[]): Uint8Array {
  const bytes = fields.flatMap((field) => {
    if (field instanceof Uint8Array) return [...field];
    if (typeof field === "string") return [...new TextEncoder().encode(field)];
    const [count, value] = field;
    return Array.from({ length: count }, (_, index) => Math.floor(value / 256 ** index) % 256);
  });
  return Uint8Array.from(bytes);
}

/** What makes the sum of all bytes zero. */
export const balance = (bytes: Uint8Array): number => -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;

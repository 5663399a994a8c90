/**
 * Register files in one width, behind buses that allow others. Real devices differ in what a narrow or wide access
 * does; where their manuals leave it undefined, reads give the part that was asked for and writes of a part do nothing.
 */
import type { Device } from "./device.ts";

export type AccessSize = 1 | 2 | 4;
type Access = Pick<Device, "sizeBytes" | "read" | "write">;

/** What an empty bus reads as. */
export const allOnes = (size: AccessSize): number => (size === 4 ? 0xffffffff : 2 ** (8 * size) - 1);

/** Registers of one byte: a wider access is one of each byte, lowest address first. */
export function byteRegisters(
  sizeBytes: number,
  readByte: (offset: number) => number,
  writeByte: (offset: number, value: number) => void,
): Access {
  return {
    sizeBytes,
    read(offset, size) {
      let value = 0;
      for (let i = 0; i < size; i++) {
        const byte = offset + i < sizeBytes ? readByte(offset + i) & 0xff : 0xff;
        value |= byte << (8 * i);
      }
      return value >>> 0;
    },
    write(offset, size, value) {
      for (let i = 0; i < size && offset + i < sizeBytes; i++)
        writeByte(offset + i, (value >>> (8 * i)) & 0xff);
    },
  };
}

/** Registers of four bytes. */
export function wordRegisters(
  sizeBytes: number,
  readWord: (offset: number) => number,
  writeWord: (offset: number, value: number) => void,
): Access {
  return {
    sizeBytes,
    read(offset, size) {
      const inWord = offset & 3;
      if (inWord + size > 4 || offset < 0 || offset >= sizeBytes) return allOnes(size);
      return ((readWord(offset - inWord) >>> (8 * inWord)) & allOnes(size)) >>> 0;
    },
    write(offset, size, value) {
      if (size === 4 && (offset & 3) === 0 && offset >= 0 && offset < sizeBytes)
        writeWord(offset, value >>> 0);
    },
  };
}

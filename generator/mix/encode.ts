/**
 * Packs a kernel: its code made absolute and put in order, then bit by bit as the model foretells it. Behind the code,
 * blocks of zeros are one bit each. Header: a checksum of the kernel, and the bytes of code (0: unchanged).
 */
import type { Arch } from "../../runtime-abi/arch.ts";
import { absolute as absoluteAmd64, createAmd64 } from "./amd64.ts";
import { createCoder } from "./coder.ts";
import { createModel, zeroBlock } from "./model.ts";
import { absolute as absoluteRiscv64, createRiscv64 } from "./riscv64.ts";

export const encode = (kernel: Buffer, codeSize: number, arch: Arch): Buffer => {
  const bytes = Buffer.from(kernel);
  const code = bytes.subarray(0, codeSize);
  const size = arch === "amd64" ? absoluteAmd64(code) : absoluteRiscv64(code);
  if (size === 0) kernel.copy(bytes);
  const instructions = arch === "amd64" ? createAmd64() : createRiscv64();

  const header = Buffer.alloc(8);
  header.writeUInt32LE(checksum(kernel), 0);
  header.writeUInt32LE(size, 4);

  const model = createModel(bytes, size, instructions);
  const coder = createCoder();
  for (let start = 0; start < bytes.length; start += zeroBlock) {
    const end = Math.min(start + zeroBlock, bytes.length);
    // The code is told to the end: what begins in it may end in zeros.
    const isZero = start >= size && bytes.subarray(start, end).every((each) => each === 0);
    if (start >= size) model.block(isZero, coder.bit);
    if (!isZero) for (let at = start; at < end; at++) model.byte(at, coder.bit);
  }
  return Buffer.concat([header, coder.finish()]);
};

/** FNV-1a (Fowler, Noll, Vo), 32 bits. */
export const checksum = (bytes: Uint8Array): number => {
  let hash = 0x811c9dc5;
  for (const each of bytes) hash = Math.imul(hash ^ each, 0x01000193);
  return hash >>> 0;
};

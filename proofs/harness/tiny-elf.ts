/**
 * ELF files made by hand: the smallest program that can tell when it starts, and any damage one may want
 * to do to it. The program writes one byte to standard output and leaves with status 0.
 */
import { machineNumbers } from "../../generator/elf/elf-layout.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { tinyCode } from "./tiny-code.ts";

export const signalByte = "!";
export const loadAddress = 0x400000n;

export type Segment = {
  type: number;
  flags: number;
  offset: bigint;
  address: bigint;
  fileSize: bigint;
  memorySize: bigint;
};

export type ElfParts = {
  /** 1: 32 bits, 2: 64 bits. */
  class: number;
  /** 1: little-endian. */
  data: number;
  type: number;
  machine: number;
  entry: bigint;
  programHeaders: bigint;
  programHeaderSize: number;
  programHeaderCount: number;
  segments: Segment[];
  /** What follows the program headers; its offset in the file depends on their number. */
  body: Buffer;
};

const headerSize = 64;
const programHeaderSize = 56;

/** The parts of the whole program, to be changed before they are put together; `room` for more program headers. */
export function tinyParts(arch: Arch, room = 1): ElfParts {
  const start = headerSize + room * programHeaderSize;
  const code = tinyCode[arch];
  const message = Number(loadAddress) + start + code(0).length;
  const body = Buffer.from([...code(message), signalByte.charCodeAt(0)]);
  const size = BigInt(start + body.length);
  const text = { type: 1, flags: 5, offset: 0n, address: loadAddress, fileSize: size, memorySize: size };
  return {
    class: 2,
    data: 1,
    type: 2,
    machine: machineNumbers[arch],
    entry: loadAddress + BigInt(start),
    programHeaders: BigInt(headerSize),
    programHeaderSize,
    programHeaderCount: 1,
    segments: [text],
    body,
  };
}

export function elfFile(parts: ElfParts, room = 1): Buffer {
  const start = headerSize + room * programHeaderSize;
  const bytes = Buffer.alloc(start + parts.body.length);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, parts.class, parts.data, 1]);
  bytes.writeUInt16LE(parts.type, 16);
  bytes.writeUInt16LE(parts.machine, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(parts.entry, 24);
  bytes.writeBigUInt64LE(parts.programHeaders, 32);
  bytes.writeUInt16LE(headerSize, 52);
  bytes.writeUInt16LE(parts.programHeaderSize, 54);
  bytes.writeUInt16LE(parts.programHeaderCount, 56);
  for (const [index, segment] of parts.segments.entries()) {
    const at = headerSize + index * programHeaderSize;
    bytes.writeUInt32LE(segment.type, at);
    bytes.writeUInt32LE(segment.flags, at + 4);
    bytes.writeBigUInt64LE(segment.offset, at + 8);
    bytes.writeBigUInt64LE(segment.address, at + 16);
    bytes.writeBigUInt64LE(segment.address, at + 24);
    bytes.writeBigUInt64LE(segment.fileSize, at + 32);
    bytes.writeBigUInt64LE(segment.memorySize, at + 40);
    bytes.writeBigUInt64LE(4096n, at + 48);
  }
  bytes.set(parts.body, start);
  return bytes;
}

export function tinyElf(arch: Arch): Buffer {
  return elfFile(tinyParts(arch));
}

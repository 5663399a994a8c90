/**
 * A program's memory before it starts: bytes by address, and the names of its sections. The file was accepted by
 * `readElf`, so that its segments lie within the file and below 2^47; sections were not looked at, and may be damaged.
 */
import type { Arch } from "../../runtime-abi/arch.ts";
import * as layout from "../elf/elf-layout.ts";

export type Segment = {
  readonly address: number;
  /** Behind its last byte in memory; behind its last byte in the file. */
  readonly end: number;
  readonly fileEnd: number;
  readonly offset: number;
  readonly executable: boolean;
  readonly writable: boolean;
};
export type Section = { readonly name: string; readonly address: number; readonly bytes: number };

export class Image {
  readonly arch: Arch;
  readonly entry: number;
  readonly bytes: Buffer;
  readonly view: DataView;
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];

  constructor(bytes: Buffer, arch: Arch) {
    this.arch = arch;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.entry = Number(bytes.readBigUInt64LE(layout.elfHeader.entry));
    this.segments = readSegments(bytes);
    this.sections = readSections(bytes);
  }

  /** The offset in the file of an address; -1 if the file has no byte for it. */
  offsetOf(address: number, bytes = 1): number {
    const segment = this.segmentOf(address);
    if (segment === undefined || address + bytes > segment.fileEnd) return -1;
    return address - segment.address + segment.offset;
  }

  segmentOf(address: number): Segment | undefined {
    for (const segment of this.segments)
      if (address >= segment.address && address < segment.end) return segment;
    return undefined;
  }

  section(name: string): Section | undefined {
    return this.sections.find((section) => section.name === name);
  }
}

/** A 64-bit word as a number; what does not fit is no address, no offset and no count: -1. */
export function wordAt(view: DataView, offset: number): number {
  const high = view.getUint32(offset + 4, true);
  return high > 0x1fffff ? -1 : high * 0x1_0000_0000 + view.getUint32(offset, true);
}

function readSegments(bytes: Buffer): Segment[] {
  const { elfHeader, programHeader } = layout;
  const number = (at: number) => Number(bytes.readBigUInt64LE(at));
  const start = number(elfHeader.programHeaders);
  const count = bytes.readUInt16LE(elfHeader.programHeaderCount);
  const all = Array.from({ length: count }, (_, index) => start + index * programHeader.size);
  return all
    .filter((at) => bytes.readUInt32LE(at + programHeader.type) === layout.segmentLoad)
    .map((at) => {
      const address = number(at + programHeader.address);
      const flags = bytes.readUInt32LE(at + programHeader.flags);
      return {
        address,
        end: address + number(at + programHeader.memorySize),
        fileEnd: address + number(at + programHeader.fileSize),
        offset: number(at + programHeader.offset),
        executable: (flags & layout.segmentExecutable) !== 0,
        writable: (flags & layout.segmentWritable) !== 0,
      };
    });
}

/** What can be read of the section table; nothing where it is damaged or was taken away. */
function readSections(bytes: Buffer): Section[] {
  const { elfHeader, sectionHeader } = layout;
  const start = Number(bytes.readBigUInt64LE(elfHeader.sectionHeaders));
  const count = bytes.readUInt16LE(elfHeader.sectionHeaderCount);
  if (start === 0 || start + count * sectionHeader.size > bytes.length) return [];
  const field = (index: number, at: number) =>
    Number(bytes.readBigUInt64LE(start + index * sectionHeader.size + at));
  const names = bytes.readUInt16LE(elfHeader.sectionNames);
  if (names >= count) return [];
  const namesAt = field(names, sectionHeader.offset);
  return Array.from({ length: count }, (_, index) => {
    const at = namesAt + bytes.readUInt32LE(start + index * sectionHeader.size);
    const end = at < bytes.length ? bytes.indexOf(0, at) : -1;
    return {
      name: end < 0 ? "" : bytes.toString("latin1", at, end),
      address: field(index, sectionHeader.address),
      bytes: field(index, sectionHeader.bytes),
    };
  });
}

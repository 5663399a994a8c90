/** A small ELF file made by hand, for tests: a correct program with one code and one data segment, ready to be damaged. */
import { elfHeader, programHeader, sectionHeader, segmentLoad, typeExecutable } from "./elf-layout.ts";

export const handmade = { bytes: 0x2100, code: 0x400000n, data: 0x402000n, entry: 0x400010n } as const;

/** Where the headers of the two segments stand. */
export const segmentAt = [elfHeader.size, elfHeader.size + programHeader.size] as const;

export function handmadeElf(machine = 62): Buffer {
  const elf = Buffer.alloc(handmade.bytes);
  elf.write("\x7fELF\x02\x01\x01", 0, "latin1");
  elf.writeUInt16LE(typeExecutable, elfHeader.type);
  elf.writeUInt16LE(machine, elfHeader.machine);
  elf.writeBigUInt64LE(handmade.entry, elfHeader.entry);
  elf.writeBigUInt64LE(BigInt(elfHeader.size), elfHeader.programHeaders);
  elf.writeUInt16LE(programHeader.size, elfHeader.programHeaderSize);
  elf.writeUInt16LE(segmentAt.length, elfHeader.programHeaderCount);
  elf.writeUInt16LE(sectionHeader.size, elfHeader.sectionHeaderSize);
  writeSegment(elf, segmentAt[0], {
    flags: 5,
    offset: 0n,
    address: handmade.code,
    fileSize: 0x1000n,
    memorySize: 0x1000n,
  });
  writeSegment(elf, segmentAt[1], {
    flags: 6,
    offset: 0x2000n,
    address: handmade.data,
    fileSize: 0x100n,
    memorySize: 0x3000n,
  });
  return elf;
}

type Segment = { flags: number; offset: bigint; address: bigint; fileSize: bigint; memorySize: bigint };

function writeSegment(elf: Buffer, at: number, segment: Segment): void {
  elf.writeUInt32LE(segmentLoad, at + programHeader.type);
  elf.writeUInt32LE(segment.flags, at + programHeader.flags);
  elf.writeBigUInt64LE(segment.offset, at + programHeader.offset);
  elf.writeBigUInt64LE(segment.address, at + programHeader.address);
  elf.writeBigUInt64LE(segment.fileSize, at + programHeader.fileSize);
  elf.writeBigUInt64LE(segment.memorySize, at + programHeader.memorySize);
}

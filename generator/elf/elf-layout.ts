/**
 * The parts of an ELF file that a kernel and a loader look at, and their offsets in bytes (64-bit, little-endian).
 * Source: System V ABI, gABI chapters 4 and 5; machine numbers from the amd64 and RISC-V supplements.
 */
import type { Arch } from "../../runtime-abi/arch.ts";

export const elfHeader = {
  size: 64,
  class: 4,
  data: 5,
  type: 16,
  machine: 18,
  entry: 24,
  programHeaders: 32,
  sectionHeaders: 40,
  programHeaderSize: 54,
  programHeaderCount: 56,
  sectionHeaderSize: 58,
  sectionHeaderCount: 60,
  sectionNames: 62,
} as const;

export const programHeader = {
  size: 56,
  type: 0,
  flags: 4,
  offset: 8,
  address: 16,
  fileSize: 32,
  memorySize: 40,
} as const;

export const sectionHeader = { size: 64, type: 4, address: 16, offset: 24, bytes: 32 } as const;

export const elfClass64 = 2;
export const littleEndian = 1;
export const typeExecutable = 2;
export const typeShared = 3;
export const segmentLoad = 1;
export const segmentInterpreter = 3;
export const segmentExecutable = 1;
export const segmentWritable = 2;
/** SHT_NULL and SHT_NOBITS. */
export const sectionsWithoutBytes = [0, 8];

export const machineNumbers: Record<Arch, number> = { amd64: 62, riscv64: 243 };

/** GOARCH names of machines that people do build for, to say what a file is instead. */
export const otherMachines: Record<number, string> = {
  3: "386",
  8: "mips",
  21: "ppc64",
  22: "s390x",
  40: "arm",
  183: "arm64",
  258: "loong64",
};

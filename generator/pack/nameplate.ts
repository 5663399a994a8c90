/**
 * The nameplate is the last page of a kernel file: who it is, how long it is, and the boot options that `pack` wrote
 * into it. Layout: struct nameplate in shim-templates/include/boot.h; change both.
 */
import type { Arch } from "../../runtime-abi/arch.ts";
import { archs } from "../../runtime-abi/arch.ts";
import { machineNumbers } from "../elf/elf-layout.ts";

export const nameplateSize = 4096;
const magic = "catkernl";
const version = 1;
const at = {
  magic: 0,
  version: 8,
  arch: 12,
  kernelSize: 16,
  imageSize: 24,
  tableDigest: 32,
  optionsSize: 64,
  selectionSize: 68,
  options: 72,
} as const;

/** Bytes of boot options that fit, without a NUL, before what a cut kernel says of itself at the page's end. */
export function optionsCapacity(selection: string): number {
  return nameplateSize - at.options - 1 - Buffer.byteLength(selection);
}

export type Nameplate = {
  arch: Arch;
  kernelSize: number;
  /** Bytes of the whole image, 0 if it was made by `cat`. */
  imageSize: number;
  /** SHA-256 of the table the kernel was made from, in hex. */
  tableDigest: string;
  /** Boot options in the syntax of the boot command line. */
  options: string;
  /** Which programs the kernel was cut to and what it kept (generator/select/kept-text.ts); empty if it is whole. */
  selection: string;
};

/** Undefined if the page is no nameplate of a version that we know. */
export function readNameplate(page: Buffer): Nameplate | undefined {
  if (page.length !== nameplateSize || page.toString("latin1", at.magic, at.magic + magic.length) !== magic)
    return;
  if (page.readUInt32LE(at.version) !== version) return;
  const arch = archs.find((candidate) => machineNumbers[candidate] === page.readUInt32LE(at.arch));
  const optionsSize = page.readUInt32LE(at.optionsSize);
  const selectionSize = page.readUInt32LE(at.selectionSize);
  if (arch === undefined || selectionSize > nameplateSize - at.options) return;
  const selection = page.toString("utf8", nameplateSize - selectionSize);
  if (optionsSize > optionsCapacity(selection)) return;
  return {
    arch,
    kernelSize: Number(page.readBigUInt64LE(at.kernelSize)),
    imageSize: Number(page.readBigUInt64LE(at.imageSize)),
    tableDigest: page.toString("hex", at.tableDigest, at.optionsSize),
    options: page.toString("utf8", at.options, at.options + optionsSize),
    selection,
  };
}

export function writeNameplate(plate: Nameplate): Buffer {
  const page = Buffer.alloc(nameplateSize);
  page.write(magic, at.magic, "latin1");
  page.writeUInt32LE(version, at.version);
  page.writeUInt32LE(machineNumbers[plate.arch], at.arch);
  page.writeBigUInt64LE(BigInt(plate.kernelSize), at.kernelSize);
  page.writeBigUInt64LE(BigInt(plate.imageSize), at.imageSize);
  page.write(plate.tableDigest, at.tableDigest, "hex");
  page.writeUInt32LE(page.write(plate.options, at.options, "utf8"), at.optionsSize);
  page.writeUInt32LE(Buffer.byteLength(plate.selection), at.selectionSize);
  page.write(plate.selection, nameplateSize - Buffer.byteLength(plate.selection), "utf8");
  return page;
}

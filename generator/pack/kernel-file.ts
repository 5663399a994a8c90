/**
 * Finds the kernel at the start of a kernel file or of an image: how long it is and what its nameplate says. Every
 * architecture's boot header tells the kernel's size; its last page is the nameplate.
 */
import { fail, type Outcome, succeed } from "../problem.ts";
import { type Nameplate, nameplateSize, readNameplate } from "./nameplate.ts";

/** Enough of a file's beginning for every header. */
const headerBytes = 1024;

type BootHeader = {
  isHere(bytes: Buffer): boolean;
  kernelSize(bytes: Buffer): number;
  /** Longest boot command line that the kernel takes, in bytes. */
  commandLineCapacity(bytes: Buffer): number;
};

/** Linux boot protocol for x86 (Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header"). */
const bzImage: BootHeader = {
  isHere: (bytes) =>
    bytes.readUInt16LE(0x1fe) === 0xaa55 && bytes.toString("latin1", 0x202, 0x206) === "HdrS",
  // Sectors of the 16-bit part, then paragraphs of the rest.
  kernelSize: (bytes) => (bytes.readUInt8(0x1f1) + 1) * 512 + bytes.readUInt32LE(0x1f4) * 16,
  commandLineCapacity: (bytes) => bytes.readUInt32LE(0x238),
};

/** Linux boot image header for RISC-V (Documentation/arch/riscv/boot-image-header.rst). */
const riscvImage: BootHeader = {
  isHere: (bytes) =>
    bytes.toString("latin1", 48, 56) === "RISCV\0\0\0" && bytes.toString("latin1", 56, 60) === "RSC\x05",
  kernelSize: (bytes) => Number(bytes.readBigUInt64LE(16)),
  // The kernel reads it in the device tree, as long as it is; QEMU's tree has room for more than this.
  commandLineCapacity: () => 64 * 1024,
};

function bootHeader(bytes: Buffer): BootHeader | undefined {
  if (bytes.length < headerBytes) return;
  return [bzImage, riscvImage].find((header) => header.isHere(bytes));
}

/** Longest boot command line that the kernel takes, in bytes. */
export function commandLineCapacity(image: Buffer): number {
  return bootHeader(image)?.commandLineCapacity(image) ?? 0;
}

/** Does this file begin with a kernel of ours? Then it is a kernel or an image; else perhaps a program. */
export function beginsWithKernel(bytes: Buffer): boolean {
  return bootHeader(bytes) !== undefined && !("problems" in readKernel(bytes, ""));
}

/** `name` is what the messages call the file. */
export function readKernel(bytes: Buffer, name: string): Outcome<Nameplate> {
  const notKernel = fail(
    "not-a-kernel",
    `${name} does not begin with a kernel of catkernel`,
    "Make one: npx catkernel kernel -o kernel",
  );
  const header = bootHeader(bytes);
  if (header === undefined) return notKernel;
  const size = header.kernelSize(bytes);
  if (bytes.length < size)
    return fail("truncated", `${name} is cut off inside its kernel`, "Copy or build it again.");
  const plate = readNameplate(bytes.subarray(size - nameplateSize, size));
  if (plate === undefined || plate.kernelSize !== size) return notKernel;
  return succeed(plate);
}

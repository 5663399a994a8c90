/** A kernel file made by hand, for tests: the boot header and the nameplate are right, the rest is empty. */
import { nameplateSize, writeNameplate } from "./nameplate.ts";

export const handmadeKernelSize = 3 * 4096;

/** `selection`: what it was cut to. */
export function handmadeKernel(selection = ""): Buffer {
  const kernel = Buffer.alloc(handmadeKernelSize);
  kernel.writeUInt8(7, 0x1f1);
  kernel.writeUInt32LE((handmadeKernelSize - 8 * 512) / 16, 0x1f4);
  kernel.writeUInt16LE(0xaa55, 0x1fe);
  kernel.write("HdrS", 0x202, "latin1");
  kernel.writeUInt32LE(2047, 0x238);
  const plate = {
    arch: "amd64",
    kernelSize: kernel.length,
    imageSize: 0,
    tableDigest: "ab".repeat(32),
    options: "",
    selection,
  } as const;
  writeNameplate(plate).copy(kernel, kernel.length - nameplateSize);
  return kernel;
}

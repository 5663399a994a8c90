/**
 * What `cat` does, plus what it cannot say: checks the program, writes the boot options and the image's size into the
 * nameplate, and makes a tar of the root folder. image = kernel + ELF + tar.
 */
import { createHash } from "node:crypto";
import { readElf } from "../elf/elf-file.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import { readKernel } from "./kernel-file.ts";
import { type Nameplate, nameplateSize, optionsCapacity, writeNameplate } from "./nameplate.ts";

/** A file's bytes and what messages call it. */
export type Named = { bytes: Buffer; name: string };

export type Ingredients = {
  /** A kernel, or an image whose kernel is taken. */
  kernel: Named;
  program: Named;
  tar?: Buffer | undefined;
  /** Boot options, as `bootOptions` writes them. */
  options?: string;
};

export type Image = { pieces: readonly Buffer[]; size: number; nameplate: Nameplate };

export function packImage({ kernel, program, tar, options = "" }: Ingredients): Outcome<Image> {
  const plate = readKernel(kernel.bytes, kernel.name);
  const elf = readElf(program.bytes, program.name);
  if (plate.problems || elf.problems)
    return { problems: [...(plate.problems ?? []), ...(elf.problems ?? [])] };

  const { arch, kernelSize } = plate.value;
  if (elf.value.arch !== arch) {
    const message = `${program.name} is for ${elf.value.arch}, but ${kernel.name} is a kernel for ${arch}`;
    return fail("wrong-machine", message, `Make the kernel: npx catkernel kernel --arch ${elf.value.arch}`);
  }
  const optionsBytes = Buffer.byteLength(options);
  const capacity = optionsCapacity(plate.value.selection);
  if (optionsBytes > capacity) {
    const message = `arguments and environment take ${optionsBytes} bytes, but ${capacity} fit into an image`;
    return fail("options-too-long", message, "Put them into a file under --root that the program reads.");
  }

  const size = kernelSize + elf.value.size + (tar?.length ?? 0);
  const nameplate: Nameplate = { ...plate.value, imageSize: size, options };
  // Zeroes behind the ELF would hide the tar, which must follow it directly.
  const elfBytes = program.bytes.subarray(0, elf.value.size);
  const body = kernel.bytes.subarray(0, kernelSize - nameplateSize);
  const pieces = [body, writeNameplate(nameplate), elfBytes, ...(tar ? [tar] : [])];
  return succeed({ pieces, size, nameplate });
}

/** SHA-256 of all pieces, in hex. */
export function imageDigest({ pieces }: Image): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

/**
 * Makes the kernel file: what the architecture's image/ folder puts around the kernel proper, which is packed, and the
 * nameplate at the end.
 */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import type { Arch } from "../../runtime-abi/arch.ts";
import { encode } from "../mix/encode.ts";
import { type Outcome, succeed } from "../problem.ts";
import { type Batch, compileUnits } from "./compile-units.ts";
import { linkArguments } from "./link-kernel.ts";
import { replaceFile } from "./replace-file.ts";
import { runTool } from "./run-tool.ts";
import type { Target } from "./targets.ts";
import { oneUnit } from "./units.ts";

export const pageSize = 4096;
/** Where the table's digest stands in the last page: struct nameplate of shim-templates/include/boot.h. */
const tableDigestAt = 32;
/** How long the selection's text is; it ends with the page. */
const selectionSizeAt = 68;
/** Behind the unpacked kernel and what unpacking needs. */
const unpackerStack = 24 * 1024;

export type Image = {
  arch: Arch;
  packing: Packing;
  batch: Omit<Batch, "flags">;
  target: Target;
  script: string;
  sources: readonly string[];
  /** The kernel as it lies in memory. */
  kernel: Buffer;
  /** How much of it, from its start, is code. */
  codeSize: number;
  /** A folder on the include path, for the kernel proper as it lies in the file. */
  folder: string;
  output: string;
  tableDigest: string;
  /** What the kernel was cut to, as text; empty if it is whole. */
  selection: string;
};

/** The bytes of the kernel file. */
export async function linkImage(image: Image): Promise<Outcome<Buffer>> {
  const { batch, target, kernel, codeSize, output } = image;
  const packing = packings[image.packing];
  await replaceFile(join(image.folder, "kernel.packed"), packing.pack(kernel, codeSize, image.arch));
  const others = Object.values(packings)
    .flatMap(({ sources }) => sources)
    .filter((source) => !packing.sources.includes(source));
  const sources = image.sources.filter((path) => !others.some((other) => path.endsWith(other)));
  const objects = await compileUnits(oneUnit("image", sources), { ...batch, flags: target.imageFlags });
  if (objects.problems) return objects;

  const { toolchain } = batch;
  const link = { emulation: target.imageEmulation, script: image.script, objects: objects.value };
  const placeSize = Math.ceil((kernel.length + packing.scratch + unpackerStack) / pageSize) * pageSize;
  const sizes = [`--defsym=body_size=${kernel.length}`, `--defsym=place_size=${placeSize}`];
  const args = [...linkArguments(link), ...sizes, "--oformat=binary", "-o", output];
  const linked = await runTool(toolchain.lld, args, "the kernel file does not link", batch.stop);
  if (linked.problems) return linked;

  const file = await readFile(output);
  await rm(output);
  if (file.length % pageSize !== 0)
    throw new Error(`the linker script made ${file.length} bytes: no whole pages`);
  const plate = file.subarray(file.length - pageSize);
  plate.write(image.tableDigest, tableDigestAt, "hex");
  plate.writeUInt32LE(Buffer.byteLength(image.selection), selectionSizeAt);
  plate.write(image.selection, pageSize - Buffer.byteLength(image.selection));
  return succeed(file);
}

/** How the kernel proper is packed, and the files that unpack only that: paths below an architecture's folder or shim-templates/. */
const packings = {
  /** Unpacked in a few milliseconds: for kernels that anything may be tried with. */
  deflate: {
    sources: ["image/inflate.c"],
    pack: (kernel: Buffer) => deflateRawSync(kernel, { level: 9, memLevel: 9 }),
    scratch: 0,
  },
  /** A third smaller, a hundred times as long: for what is shipped. The scratch is UNPACK_SCRATCH of image/unpack.h. */
  mix: { sources: ["image/mix.c", "image/instructions.c"], pack: encode, scratch: 9 * 2 ** 20 },
};
export type Packing = keyof typeof packings;

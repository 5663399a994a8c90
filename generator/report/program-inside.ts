/** Who points `catkernel report` at an image means the program in it: it is put beside, as the file that it was. */
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { readElf } from "../elf/elf-file.ts";
import { beginsWithKernel, readKernel } from "../pack/kernel-file.ts";
import { readInput } from "../pack/read-input.ts";
import { fail, type Outcome, succeed } from "../problem.ts";

export type Inside = { readonly path: string; readonly shown: string; dispose(): Promise<void> };

/** No kernel is longer. What is no image may be of any size, and is not read. */
const mostKernel = 2 ** 20;

/** The file itself if it is no image. */
export async function programInside(path: string): Promise<Outcome<Inside>> {
  const itself = succeed({ path, shown: path, dispose: async () => {} });
  if (!beginsWithKernel(await beginningOf(path))) return itself;
  const image = await readInput(path);
  if (image.problems) return image;
  const kernel = readKernel(image.value, path);
  if (kernel.problems) return kernel;
  const behind = image.value.subarray(kernel.value.kernelSize);
  if (behind.length === 0) {
    const fix = `Name the program, or an image: cat ${path} program > image.`;
    return fail("no-program", `${path} is a kernel without a program`, fix);
  }
  const elf = readElf(behind, path, "image");
  const folder = await mkdtemp(join(tmpdir(), "catkernel-"));
  const program = join(folder, `program in ${basename(path)}`);
  // What is none is told of as any other file.
  await writeFile(program, behind.subarray(0, elf.value?.size));
  const dispose = () => rm(folder, { recursive: true, force: true });
  return succeed({ path: program, shown: `the program in ${path}`, dispose });
}

/** Empty if it cannot be read: whoever reads it next tells why. */
async function beginningOf(path: string): Promise<Buffer> {
  const beginning = Buffer.alloc(mostKernel);
  try {
    const file = await open(path);
    const { bytesRead } = await file.read(beginning).finally(() => file.close());
    return beginning.subarray(0, bytesRead);
  } catch {
    return Buffer.alloc(0);
  }
}

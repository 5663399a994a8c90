/**
 * Makes of what the user named an image that can boot: an image as it is, or a bare program packed with a kernel for
 * its architecture. What is packed goes into a temporary folder that the caller disposes of.
 */
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Arch } from "../../runtime-abi/arch.ts";
import { buildKernel } from "../compile/build-kernel.ts";
import { readElf } from "../elf/elf-file.ts";
import { goBuildSetting } from "../elf/go-build.ts";
import { atomicWrite } from "../pack/atomic-write.ts";
import { cutWarning } from "../pack/cut-warning.ts";
import { beginsWithKernel, commandLineCapacity, readKernel } from "../pack/kernel-file.ts";
import { type Named, packImage } from "../pack/pack.ts";
import { readInput } from "../pack/read-input.ts";
import { rootTar } from "../pack/root-tar.ts";
import { fail, type Outcome, succeed } from "../problem.ts";

export type Prepared = {
  /** What the user should know before it boots. */
  warning: string | undefined;
  path: string;
  arch: Arch;
  bytes: number;
  /** The Go program in it, without what may follow its ELF file. */
  program: { name: string; bytes: number; sha256: string };
  /** GORISCV64 that the program was built with, if it tells. */
  profile: string | undefined;
  /** The longest boot command line that its kernel takes. */
  commandLineCapacity: number;
  dispose(): Promise<void>;
};

/** Arguments and environment must fit into what the kernel takes. */
export function checkLength(commandLine: string, { commandLineCapacity }: Prepared): Outcome<void> {
  const length = Buffer.byteLength(commandLine);
  if (length <= commandLineCapacity) return succeed(undefined);
  const message = `arguments and environment take ${length} bytes, but the boot command line holds ${commandLineCapacity}`;
  return fail("options-too-long", message, "Put them into a file under --root that the program reads.");
}

export async function prepareImage(
  path: string,
  root: string | undefined,
  progress: (step: string) => void,
): Promise<Outcome<Prepared>> {
  const input = await readInput(path);
  if (input.problems) return input;
  const named = { bytes: input.value, name: path };
  return beginsWithKernel(input.value)
    ? await takeImage(named, root)
    : await packProgram(named, root, progress);
}

/** What follows the kernel is looked at here already: the message comes sooner than by booting. */
async function takeImage({ bytes, name }: Named, root: string | undefined): Promise<Outcome<Prepared>> {
  const kernel = readKernel(bytes, name);
  if (kernel.problems) return kernel;
  if (root !== undefined) {
    const fix = "Give the program itself, or make the image with catkernel pack --root.";
    return fail("root-of-image", `${name} is an image already, so its root cannot be changed`, fix);
  }
  const { arch, kernelSize, imageSize } = kernel.value;
  if (bytes.length === kernelSize) {
    return fail(
      "no-program",
      `${name} is a kernel without a program`,
      `Append one: cat ${name} program > image`,
    );
  }
  const elf = readElf(bytes.subarray(kernelSize), `the program in ${name}`, "image");
  if (elf.problems) return elf;
  const capacity = commandLineCapacity(bytes);
  // What `pack` made it has warned of.
  const program = {
    bytes: bytes.subarray(kernelSize, kernelSize + elf.value.size),
    name: `the program in ${name}`,
  };
  const warning = imageSize === 0 ? await cutWarning(kernel.value, program) : undefined;
  return succeed({
    warning,
    path: name,
    arch,
    bytes: bytes.length,
    program: aboutProgram(name, bytes.subarray(kernelSize, kernelSize + elf.value.size)),
    profile: goBuildSetting(bytes.subarray(kernelSize), "GORISCV64"),
    commandLineCapacity: capacity,
    dispose: async () => {},
  });
}

async function packProgram(
  program: Named,
  root: string | undefined,
  progress: (step: string) => void,
): Promise<Outcome<Prepared>> {
  const elf = readElf(program.bytes, program.name);
  if (elf.problems) return elf;
  const { arch } = elf.value;
  const kernel = await buildKernel(arch, progress);
  if (kernel.problems) return kernel;
  const tar = root === undefined ? undefined : await rootTar(root);
  if (tar?.problems) return tar;
  const image = packImage({
    kernel: { bytes: kernel.value.bytes, name: "the kernel" },
    program,
    tar: tar?.value,
  });
  if (image.problems) return image;

  const folder = await mkdtemp(join(tmpdir(), "catkernel-"));
  const path = join(folder, "image");
  const dispose = () => rm(folder, { recursive: true, force: true });
  const written = await atomicWrite(path, image.value.pieces);
  if (written.problems) {
    await dispose();
    return written;
  }
  const capacity = commandLineCapacity(kernel.value.bytes);
  const profile = goBuildSetting(program.bytes, "GORISCV64");
  return succeed({
    warning: undefined,
    path,
    arch,
    bytes: image.value.size,
    program: aboutProgram(program.name, program.bytes.subarray(0, elf.value.size)),
    profile,
    commandLineCapacity: capacity,
    dispose,
  });
}

/** By its digest a record knows the program again, wherever it lies. */
function aboutProgram(name: string, bytes: Uint8Array): Prepared["program"] {
  return {
    name: basename(name),
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

/**
 * From the table to the kernel file: generate, compile, link. A kernel that was made from the same sources by the same
 * tools is taken from the build folder instead.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile, readlink, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { Arch } from "../../runtime-abi/arch.ts";
import { interruptible } from "../interrupt.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import { systemErrorReason } from "../system-error.ts";
import { buildFolder, buildRoot } from "./build-folder.ts";
import { compileUnits } from "./compile-units.ts";
import { filesBelow, findSources, inputDigest, templates } from "./kernel-sources.ts";
import { linkImage } from "./link-image.ts";
import { linkKernel } from "./link-kernel.ts";
import { linkVdso } from "./link-vdso.ts";
import { prune, touch } from "./prune.ts";
import { replaceFile, temporaryName } from "./replace-file.ts";
import { unwritable } from "./run-tool.ts";
import { targets } from "./targets.ts";
import { findToolchain } from "./toolchain.ts";
import { oneUnit, unitsByFolder } from "./units.ts";

export type Kernel = { path: string; bytes: Buffer /** False if it had to be built. */; cached: boolean };

type Progress = (step: string) => void;

/** `progress` is told each step that takes time. */
export async function buildKernel(arch: Arch, progress: Progress): Promise<Outcome<Kernel>> {
  return await interruptible("no kernel was made", async (stop) => {
    try {
      return await build(arch, progress, stop);
    } catch (error) {
      const { code, path } = error as NodeJS.ErrnoException;
      if (!unwritableCodes.has(code ?? "")) throw error;
      return unwritable(path ?? buildRoot(), systemErrorReason(error));
    }
  });
}

/** What the machine may refuse in the build folder. */
const unwritableCodes = new Set(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "ENOTDIR", "EEXIST", "EIO"]);

async function build(arch: Arch, progress: Progress, stop: AbortSignal): Promise<Outcome<Kernel>> {
  const sources = findSources(arch);
  if (sources.problems) return sources;
  const target = targets[arch];
  const found = findToolchain();
  if (found.problems) return found;
  const toolchain = found.value;

  const digest = inputDigest(arch, toolchain.identity);
  const path = join(buildFolder(arch), `kernel-${digest.slice(0, 16)}`);
  const bytes = (await touch(path)) ? await readFile(path) : undefined;
  if (bytes !== undefined) return succeed({ path, bytes, cached: true });

  progress(`generating the kernel for ${arch} from the table`);
  const generatedFolder = buildFolder(arch, "gen");
  // Loaded only here: reading the table takes the TypeScript compiler, and most kernels are there already.
  const { generateSources } = await import("./generate-sources.ts");
  const generated = await generateSources(arch, generatedFolder);
  if (generated.problems) return generated;

  const includeFolders = await includeFoldersOf(arch);
  const headers = [
    ...filesBelow(templates),
    ...generated.value.files.map((name) => join(generatedFolder, name)),
  ];
  const batch = {
    toolchain,
    includeFolders,
    headersDigest: digestOf(headers.filter((name) => name.endsWith(".h"))),
    objectFolder: buildFolder(arch, "obj"),
    stop,
  };

  // The vDSO comes first: the kernel carries it whole.
  const inTemplates = (name: string) => join(templates, name);
  const vdsoUnits = oneUnit("vdso", sources.value.vdso.map(inTemplates));
  const vdso = await compileUnits(vdsoUnits, { ...batch, flags: target.vdsoFlags });
  if (vdso.problems) return vdso;
  if (vdso.value.length > 0) {
    const { emulation } = target;
    const output = join(generatedFolder, "vdso.so");
    const linked = await linkVdso({
      toolchain,
      emulation,
      script: sources.value.vdsoScript,
      objects: vdso.value,
      output,
      stop,
    });
    if (linked.problems) return linked;
  }

  const generatedC = generated.value.files.filter((name) => name.endsWith(".c"));
  const files = [
    ...sources.value.kernel.map(inTemplates),
    ...generatedC.map((name) => join(generatedFolder, name)),
  ];
  progress(`compiling ${files.length} files with ${toolchain.identity}`);
  const objects = await compileUnits(unitsByFolder(files), { ...batch, flags: target.kernelFlags });
  if (objects.problems) return objects;

  const output = temporaryName(path);
  const kernel = await linkKernel({
    toolchain,
    emulation: target.emulation,
    script: sources.value.kernelScript,
    objects: objects.value,
    output,
    stop,
  });
  if (kernel.problems) return kernel;
  await rename(`${output}.elf`, `${path}.elf`);

  const image = await linkImage({
    batch,
    target,
    script: sources.value.imageScript,
    sources: sources.value.image.map(inTemplates),
    kernel: kernel.value,
    folder: generatedFolder,
    output,
    tableDigest: generated.value.tableDigest,
  });
  if (image.problems) return image;
  // It would be found under the digest of what it was not made from.
  if (inputDigest(arch, toolchain.identity) !== digest)
    return fail("sources-changed", "the sources changed while the kernel was being built", "Build it again.");
  await replaceFile(path, image.value);
  await prune(buildFolder(arch));
  return succeed({ path, bytes: image.value, cached: false });
}

/** Where a kernel's files look for what they include; what is generated is there after a build. */
export async function includeFoldersOf(arch: Arch): Promise<string[]> {
  return [join(templates, "include"), templates, buildFolder(arch, "gen"), await archIncludes(arch)];
}

/** A folder in which `arch/` is this architecture's, so that shared code can say `#include "arch/..."`. */
async function archIncludes(arch: Arch): Promise<string> {
  const folder = buildFolder(arch, "include");
  const link = join(folder, "arch");
  const target = join(templates, "arch", arch);
  const present = await readlink(link).catch(() => undefined);
  if (present !== target) {
    // Made aside and put in place: a build running beside us may be reading through it.
    const temporary = temporaryName(link);
    await symlink(target, temporary);
    await rename(temporary, link);
  }
  return folder;
}

function digestOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) {
    const bytes = readFileSync(path.startsWith("/") ? path : join(templates, path));
    hash.update(`${path} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

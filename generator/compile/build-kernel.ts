/**
 * From the table to the kernel file: generate, compile, link. A kernel that was made from the same sources by the same
 * tools is taken from the build folder instead.
 *
 * A kernel that is cut to programs is made in the same way from fewer rows, for size instead of speed, and in a folder of
 * its own: other builds may be going on.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile, readlink, rename, rm, symlink } from "node:fs/promises";
import { basename, isAbsolute, join } from "node:path";
import type { Arch } from "../../runtime-abi/arch.ts";
import { interruptible } from "../interrupt.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import type { Selection } from "../select/kept.ts";
import { writeSelection } from "../select/kept-text.ts";
import { systemErrorReason } from "../system-error.ts";
import { buildFolder, buildRoot } from "./build-folder.ts";
import { compileUnits } from "./compile-units.ts";
import { filesBelow, findSources, inputDigest, type Sources, templates } from "./kernel-sources.ts";
import { linkImage } from "./link-image.ts";
import { linkKernel } from "./link-kernel.ts";
import { linkVdso, scriptWithout } from "./link-vdso.ts";
import { prune, touch } from "./prune.ts";
import { replaceFile, temporaryName } from "./replace-file.ts";
import { unwritable } from "./run-tool.ts";
import { debugFlags, smallLinkFlags, targets } from "./targets.ts";
import { findToolchain, type Toolchain } from "./toolchain.ts";
import { oneUnit, unitsByFolder } from "./units.ts";

export type Kernel = { path: string; bytes: Buffer /** False if it had to be built. */; cached: boolean };

type Progress = (step: string) => void;

/** What is not said makes the kernel that is for all programs. */
export type Variant = {
  /** Cut to some programs. */
  selection?: Selection | undefined;
  /** Checks itself while it runs: shim-templates/debug/. */
  debug?: boolean;
};

/** `progress` is told each step that takes time. */
export async function buildKernel(
  arch: Arch,
  progress: Progress,
  variant: Variant = {},
): Promise<Outcome<Kernel>> {
  return await interruptible("no kernel was made", async (stop) => {
    try {
      return await build(arch, progress, stop, variant);
    } catch (error) {
      const { code, path } = error as NodeJS.ErrnoException;
      if (!unwritableCodes.has(code ?? "")) throw error;
      return unwritable(path ?? buildRoot(), systemErrorReason(error));
    }
  });
}

/** What the machine may refuse in the build folder. */
const unwritableCodes = new Set(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "ENOTDIR", "EEXIST", "EIO"]);

async function build(
  arch: Arch,
  progress: Progress,
  stop: AbortSignal,
  { selection, debug = false }: Variant,
): Promise<Outcome<Kernel>> {
  const sources = findSources(arch, debug);
  if (sources.problems) return sources;
  const found = findToolchain();
  if (found.problems) return found;
  const toolchain = found.value;

  const variant = `${debug ? "debug" : ""}${selection === undefined ? "" : writeSelection(selection)}`;
  const digest = inputDigest(arch, toolchain.identity, variant);
  const path = join(buildFolder(arch), `kernel-${digest.slice(0, 16)}`);
  const bytes = (await touch(path)) ? await readFile(path) : undefined;
  if (bytes !== undefined) return succeed({ path, bytes, cached: true });

  progress(`generating the kernel for ${arch} from the table`);
  const folder = selection
    ? buildFolder(arch, `cut-${digest.slice(0, 16)}-${process.pid}`)
    : buildFolder(arch, debug ? "gen-debug" : "gen");
  const plan: Plan = {
    arch,
    progress,
    stop,
    selection,
    debug,
    sources: sources.value,
    toolchain,
    folder,
    path,
  };
  try {
    const image = await make(plan);
    if (image.problems) return image;
    // It would be found under the digest of what it was not made from.
    if (inputDigest(arch, toolchain.identity, variant) !== digest)
      return fail(
        "sources-changed",
        "the sources changed while the kernel was being built",
        "Build it again.",
      );
    await replaceFile(path, image.value);
    await prune(buildFolder(arch));
    return succeed({ path, bytes: image.value, cached: false });
  } finally {
    if (selection) await rm(folder, { recursive: true, force: true });
  }
}

type Plan = {
  arch: Arch;
  progress: Progress;
  stop: AbortSignal;
  selection: Selection | undefined;
  debug: boolean;
  sources: Sources;
  toolchain: Toolchain;
  /** For what is generated. */
  folder: string;
  /** Of the kernel file. */
  path: string;
};

/** The bytes of the kernel file; beside its path the ELF of the kernel proper. */
async function make({
  arch,
  progress,
  stop,
  selection,
  debug,
  sources,
  toolchain,
  folder,
  path,
}: Plan): Promise<Outcome<Buffer>> {
  const target = targets[arch];
  // Loaded only here: reading the table takes the TypeScript compiler, and most kernels are there already.
  const { generateSources } = await import("./generate-sources.ts");
  const generated = await generateSources(arch, folder, selection?.kept, debug);
  if (generated.problems) return generated;

  const headers = [...filesBelow(templates), ...generated.value.files.map((name) => join(folder, name))];
  const batch = {
    toolchain,
    includeFolders: await includeFoldersOf(arch, folder),
    headersDigest: digestOf(headers.filter((name) => name.endsWith(".h"))),
    objectFolder: buildFolder(arch, "obj"),
    stop,
  };

  // The vDSO comes first: the kernel carries it whole.
  const inTemplates = (name: string) => join(templates, name);
  const vdsoUnits = oneUnit("vdso", sources.vdso.map(inTemplates));
  const vdso = await compileUnits(vdsoUnits, { ...batch, flags: target.vdsoFlags });
  if (vdso.problems) return vdso;
  if (vdso.value.length > 0) {
    const { emulation } = target;
    const output = join(folder, "vdso.so");
    const script = selection
      ? await scriptWithout(selection.kept, sources.vdsoScript, folder)
      : sources.vdsoScript;
    const linked = await linkVdso({ toolchain, emulation, script, objects: vdso.value, output, stop });
    if (linked.problems) return linked;
  }

  const generatedC = generated.value.files.filter((name) => name.endsWith(".c"));
  const files = [...sources.kernel.map(inTemplates), ...generatedC.map((name) => join(folder, name))];
  progress(`compiling ${files.length} files with ${toolchain.identity}`);
  const speed = selection ? target.smallKernelFlags : target.kernelFlags;
  const flags = debug ? [...speed, ...debugFlags] : speed;
  const objects = await compileUnits(unitsByFolder(files), { ...batch, flags });
  if (objects.problems) return objects;

  const output = temporaryName(path);
  const kernel = await linkKernel({
    toolchain,
    emulation: target.emulation,
    script: sources.kernelScript,
    objects: objects.value,
    flags: selection ? smallLinkFlags : [],
    output,
    stop,
  });
  if (kernel.problems) return kernel;
  await rename(`${output}.elf`, `${path}.elf`);

  return await linkImage({
    arch,
    packing: selection ? "mix" : "deflate",
    batch,
    target,
    script: sources.imageScript,
    sources: sources.image.map(inTemplates),
    kernel: kernel.value.bytes,
    codeSize: kernel.value.codeSize,
    folder,
    output,
    tableDigest: generated.value.tableDigest,
    selection: selection === undefined ? "" : writeSelection(selection),
  });
}

/** Where a kernel's files look for what they include; what is generated is there after a build. */
export async function includeFoldersOf(arch: Arch, generated = buildFolder(arch, "gen")): Promise<string[]> {
  return [join(templates, "include"), templates, generated, await archIncludes(arch)];
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
    const bytes = readFileSync(isAbsolute(path) ? path : join(templates, path));
    // What is generated is the same in whichever folder it lies.
    hash.update(`${isAbsolute(path) ? basename(path) : path} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

/** The files a kernel is made of, and one digest over everything that can change a byte of it. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import { projectRoot } from "./build-folder.ts";

export const templates = join(projectRoot, "shim-templates");

export type Sources = {
  /** Paths relative to shim-templates/, sorted. */
  kernel: readonly string[];
  vdso: readonly string[];
  /** What the kernel file is made of beside the kernel proper: boot header, unpacker, nameplate. */
  image: readonly string[];
  kernelScript: string;
  imageScript: string;
  vdsoScript: string;
};

/** `debug`: with what checks the kernel while it runs. */
export function findSources(arch: Arch, debug = false): Outcome<Sources> {
  const archFolder = join("arch", arch);
  const kernelScript = join(templates, archFolder, "kernel.lds");
  if (!existsSync(kernelScript)) {
    const there = archs.filter((name) => existsSync(join(templates, "arch", name, "kernel.lds")));
    return fail(
      "no-such-kernel",
      `there is no kernel for ${arch} yet`,
      `There is one for ${there.join(" and ")}.`,
    );
  }
  const others = archs.filter((name) => name !== arch).map((name) => join("arch", name, "/"));
  const compiled = filesBelow(templates).filter(
    (path) =>
      /\.[cS]$/.test(path) &&
      !path.endsWith(".test.c") &&
      (debug || !path.startsWith("debug/")) &&
      !others.some((other) => path.startsWith(other)),
  );
  // Assembly in vdso/ is the kernel's: it carries the finished vDSO.
  const ownVdso = join(archFolder, "vdso/");
  const isVdso = (path: string) => path.startsWith(ownVdso) || /^vdso\/.*\.c$/.test(path);
  const ownImage = join(archFolder, "image/");
  const isImage = (path: string) => path.startsWith(ownImage) || path.startsWith("image/");
  const ownScript = join(templates, archFolder, "vdso.lds");
  return succeed({
    kernel: compiled.filter((path) => !isVdso(path) && !isImage(path)),
    vdso: compiled.filter(isVdso),
    image: compiled.filter(isImage),
    kernelScript,
    imageScript: join(templates, ownImage, "image.lds"),
    vdsoScript: existsSync(ownScript) ? ownScript : join(templates, "vdso/vdso.lds"),
  });
}

/** What goes into a kernel beside the toolchain: the table, the facts, the templates, and who works on them. */
const inputFolders = [
  "spec",
  "runtime-abi",
  "shim-templates",
  ...["read", "check", "select", "emit", "mix", "compile"].map((layer) => join("generator", layer)),
];

/** Equal digests give equal kernels. `variant`: what they are cut to, or `debug`; empty for neither. */
export function inputDigest(arch: Arch, toolchainIdentity: string, variant = ""): string {
  const hash = createHash("sha256").update(`${arch}\n${toolchainIdentity}\n${variant}\n`);
  for (const folder of inputFolders) {
    for (const path of filesBelow(join(projectRoot, folder))) {
      if (path.endsWith(".test.ts")) continue;
      const bytes = readFileSync(join(projectRoot, folder, path));
      hash.update(`${folder}/${path} ${bytes.length}\n`).update(bytes);
    }
  }
  return hash.digest("hex");
}

/** All files below a folder, relative to it, sorted; none if there is no such folder. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, "/").length))
    .sort();
}

/**
 * The law of mirrored architectures: the folders below shim-templates/arch/ hold the same file names, and what the
 * shared headers promise of an architecture is defined in all of them, in files of the same name. `shared-code.ts` is
 * the other half: shared code does not ask which architecture it is on.
 */
import type { Problem } from "../generator/problem.ts";
import { type Arch, archs } from "../runtime-abi/arch.ts";
import { withoutComments } from "./c-text.ts";

/** Path relative to shim-templates/ -> text. */
export type KernelSources = ReadonlyMap<string, string>;
type AloneIn = Record<Arch, Record<string, string>>;

const root = "shim-templates/";
const problem = (code: string, path: string, message: string, fix: string): Problem => ({
  code,
  place: { file: root + path, line: 0, column: 0 },
  message,
  fix,
});

/** What has to have its like: `user.c` may mirror `user.S`, but a header only a header. */
const mirrored = (path: string): string => path.replace(/\.[cS]$/, "");

/** Files of one architecture, relative to its folder; tests go with what they test. */
function filesOf(arch: Arch, sources: KernelSources): string[] {
  const folder = `arch/${arch}/`;
  const paths = [...sources.keys()].filter((path) => path.startsWith(folder) && !/\.test\.\w+$/.test(path));
  return paths.map((path) => path.slice(folder.length));
}

export function unmirroredFiles(sources: KernelSources, aloneIn: AloneIn): Problem[] {
  const problems: Problem[] = [];
  for (const arch of archs) {
    const files = filesOf(arch, sources);
    const others = archs.filter((other) => other !== arch);
    for (const file of files) {
      const missing = others.filter(
        (other) => !filesOf(other, sources).map(mirrored).includes(mirrored(file)),
      );
      const path = `arch/${arch}/${file}`;
      const excused = aloneIn[arch][file] !== undefined;
      if (missing.length > 0 && !excused)
        problems.push(
          problem(
            "no-counterpart",
            path,
            `arch/${missing.join(", ")} has no ${mirrored(file)}`,
            "Mirror it, or enter in laws/mirror-exceptions.ts why only this machine has it.",
          ),
        );
      if (missing.length === 0 && excused)
        problems.push(
          problem(
            "needless-exception",
            path,
            "it has its counterpart",
            "Take it out of laws/mirror-exceptions.ts.",
          ),
        );
    }
    for (const file of Object.keys(aloneIn[arch]).filter((name) => !files.includes(name)))
      problems.push(
        problem(
          "needless-exception",
          `arch/${arch}/${file}`,
          "there is no such file",
          "Take it out of laws/mirror-exceptions.ts.",
        ),
      );
  }
  return problems;
}

/** The functions that a header declares and leaves to others to define. */
function declaredFunctions(header: string): string[] {
  const pattern = /^(?!static\b|typedef\b|#)[A-Za-z_][\w \t*]*?\b(\w+)\s*\([^;{}]*\)[^;{}]*;/gm;
  return [...withoutComments(header).matchAll(pattern)].map((match) => match[1] ?? "");
}

/** The functions that a source file defines for others. */
function definedFunctions(path: string, text: string): string[] {
  if (path.endsWith(".S")) {
    const global = [...text.matchAll(/^\s*\.globl\s+(.+)$/gm)].flatMap((match) =>
      (match[1] ?? "").split(/[\s,]+/),
    );
    return global.filter((name) => new RegExp(`^${name}:`, "m").test(text));
  }
  const pattern = /^(?!static\b|typedef\b|#)[A-Za-z_][\w \t*]*?\b(\w+)\s*\([^;{}]*\)\s*\{/gm;
  return [...withoutComments(text).matchAll(pattern)].map((match) => match[1] ?? "");
}

/** Headers that shared code includes: all of include/, and `arch/NAME.h`, which every architecture brings. */
function promisedFunctions(sources: KernelSources): Map<string, string> {
  const used = new Set<string>();
  for (const [path, text] of sources) {
    if (path.startsWith("arch/")) continue;
    for (const [, name] of text.matchAll(/^#include "arch\/([\w-]+\.h)"/gm)) used.add(name ?? "");
  }
  const promised = new Map<string, string>();
  for (const [path, text] of sources) {
    const ownHeader = /^arch\/\w+\/([\w-]+\.h)$/.exec(path)?.[1];
    const shared = path.startsWith("include/") || (ownHeader !== undefined && used.has(ownHeader));
    if (shared && path.endsWith(".h")) for (const name of declaredFunctions(text)) promised.set(name, path);
  }
  return promised;
}

export function unmirroredFunctions(sources: KernelSources): Problem[] {
  /** Function -> architecture -> the file that defines it, without its extension. */
  const homes = new Map<string, Map<Arch, string>>();
  const definedByShared = new Set<string>();
  for (const [path, text] of sources) {
    if (!/\.[cS]$/.test(path) || /\.test\.c$/.test(path)) continue;
    const arch = archs.find((name) => path.startsWith(`arch/${name}/`));
    for (const name of definedFunctions(path, text)) {
      if (arch === undefined) definedByShared.add(name);
      else {
        const home = homes.get(name) ?? new Map<Arch, string>();
        homes.set(name, home.set(arch, mirrored(path.slice(`arch/${arch}/`.length))));
      }
    }
  }
  const problems: Problem[] = [];
  for (const [name, header] of promisedFunctions(sources)) {
    const home = homes.get(name) ?? new Map<Arch, string>();
    if (definedByShared.has(name) || (home.size === 0 && !name.startsWith("arch_"))) continue;
    const missing = archs.filter((arch) => !home.has(arch));
    const files = [...home].map(([arch, file]) => `arch/${arch}/${file}`);
    if (missing.length > 0)
      problems.push(
        problem(
          "undefined-in-arch",
          header,
          `${name}() is not defined in arch/${missing.join(", arch/")}`,
          files.length > 0 ? `It is in ${files.join(", ")}.` : "Define it, or take its declaration away.",
        ),
      );
    else if (new Set(home.values()).size > 1)
      problems.push(
        problem(
          "different-files",
          header,
          `${name}() is in ${files.join(" and ")}`,
          "Move it into files of one name.",
        ),
      );
  }
  return problems;
}

/**
 * Writes runtime-abi/facts/go-calls.json from the sources of Go releases: which calls the runtime and the rest of the
 * standard library name, release by release.
 *
 *     node generator/facts/extract-go.ts GOROOT...
 *
 * A call is named by a constant: SYS_OPENAT of zsysnum_linux_*.go, SYS_openat of an assembly file, getrandomTrap of
 * internal/syscall/unix. What is looked for are uses of those, not their lists; numbers lead to Linux's own names.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { readFacts } from "./facts.ts";
import { type GoSource, goSources } from "./go-sources.ts";

/** Who names a call in a release. */
export type GoUse = { readonly runtime: readonly string[]; readonly library: readonly string[] };
/** Call to releases ("1.24"), sorted. */
export type GoCalls = Readonly<Record<string, GoUse>>;

const definition = /(?:#define\s+|^\s*|const\s+)(SYS_\w+|sys_[A-Z]\w+|\w+Trap)\s*(?:uintptr\s*)?(?:=\s*)?(\d+)\s*(?:\/\/.*)?$/;
const use = /\b(SYS_\w+|sys_[A-Z]\w+|[a-z]\w*Trap)\b/g;
const runtimePackages = /^(runtime|internal\/runtime|runtime\/internal)(\/|$)/;

/** Names of the calls that a release's sources use, and whether it is the runtime or the library that does. */
export function callsIn(
  sources: readonly GoSource[],
  numbers: ReadonlyMap<string, number>,
): Map<string, { runtime: boolean; library: boolean }> {
  const nameOf = new Map([...numbers].map(([name, number]) => [number, name]));
  const known = new Map<string, number>();
  const uses: { constant: string; isRuntime: boolean; package: string }[] = [];
  for (const source of sources) {
    const isRuntime = runtimePackages.test(source.package);
    for (const line of source.text.split("\n")) {
      // Assembly that must have the number itself names the constant in a comment (rt_sigreturn, since Go 1.27).
      const code = source.name.endsWith(".s") ? line : line.replace(/(?<!:)\/\/(?!sys).*$/, "");
      const found = definition.exec(code);
      if (found !== null) {
        known.set(`${source.package} ${found[1]}`, Number(found[2]));
        if (!known.has(found[1] ?? "")) known.set(found[1] ?? "", Number(found[2]));
        continue;
      }
      // `//sys` lines are what wrappers are generated from; the wrappers name the constants.
      if (code.includes("//sys")) continue;
      for (const [, constant = ""] of code.matchAll(use)) uses.push({ constant, isRuntime, package: source.package });
    }
  }
  const calls = new Map<string, { runtime: boolean; library: boolean }>();
  for (const { constant, isRuntime, package: place } of uses) {
    const number = known.get(`${place} ${constant}`) ?? known.get(constant);
    const name = number === undefined ? undefined : nameOf.get(number);
    if (name === undefined) continue;
    const { runtime, library } = calls.get(name) ?? { runtime: false, library: false };
    calls.set(name, { runtime: runtime || isRuntime, library: library || !isRuntime });
  }
  return calls;
}

function extract(roots: readonly string[]) {
  const { numbers } = readFacts();
  const releases = roots
    .map((root) => {
      const version = readFileSync(join(root, "VERSION"), "utf8").split("\n")[0] ?? "";
      return { root, version, release: version.replace(/^go(\d+\.\d+).*/, "$1") };
    })
    .sort((a, b) => Number(a.release.slice(2)) - Number(b.release.slice(2)));
  const perArch = (arch: Arch): GoCalls => {
    const found = new Map<string, { runtime: string[]; library: string[] }>();
    for (const { root, release } of releases) {
      for (const [name, { runtime, library }] of callsIn(goSources(root, arch), numbers[arch])) {
        const entry = found.get(name) ?? { runtime: [], library: [] };
        const { runtime: inRuntime, library: inLibrary } = entry;
        if (runtime) inRuntime.push(release);
        if (library) inLibrary.push(release);
        found.set(name, entry);
      }
    }
    return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return {
    source: releases.map(({ version }) => version),
    ...Object.fromEntries(archs.map((arch) => [arch, perArch(arch)])),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // One call a line: a review shows what changed.
  const text = JSON.stringify(extract(process.argv.slice(2)), undefined, 1)
    .replaceAll(/\[\s+("[^\]]*?")\s+\]/g, (_, list: string) => `[${list.replaceAll(/\s+/g, " ")}]`)
    .replaceAll(/\{\s+("runtime": [^\n]*?),\s+("library": [^\n]*?)\s+\}/g, "{ $1, $2 }");
  writeFileSync(new URL("../../runtime-abi/facts/go-calls.json", import.meta.url), `${text}\n`);
}

/** The sources of a Go release that are compiled for linux and an architecture: as go build chooses them, by name and by constraint. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "../../runtime-abi/arch.ts";

export type GoSource = {
  /** Import path of its package: "internal/syscall/unix". */
  readonly package: string;
  readonly name: string;
  readonly text: string;
};

const systems =
  /^(aix|android|darwin|dragonfly|freebsd|hurd|illumos|ios|js|linux|nacl|netbsd|openbsd|plan9|solaris|wasip1|windows|zos)$/;
const machines =
  /^(386|amd64|amd64p32|arm|armbe|arm64|arm64be|loong64|mips|mipsle|mips64|mips64le|mips64p32|mips64p32le|ppc|ppc64|ppc64le|riscv|riscv64|s390|s390x|sparc|sparc64|wasm)$/;
const leftOut = new Set(["cmd", "testdata", "vendor"]);

export function goSources(root: string, arch: Arch): GoSource[] {
  const walk = (path: string): GoSource[] =>
    readdirSync(join(root, "src", path), { withFileTypes: true }).flatMap((entry) => {
      const inner = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) return leftOut.has(entry.name) ? [] : walk(inner);
      if (!/\.(go|s)$/.test(entry.name) || entry.name.endsWith("_test.go")) return [];
      if (!fitsName(entry.name, arch)) return [];
      const text = readFileSync(join(root, "src", inner), "utf8");
      return fitsConstraint(text, arch) ? [{ package: path, name: entry.name, text }] : [];
    });
  return walk("");
}

/** NAME_GOOS_GOARCH.go, NAME_GOOS.go, NAME_GOARCH.go. Source: Go, src/go/build/build.go goodOSArchFile. */
export function fitsName(name: string, arch: Arch): boolean {
  const parts = name.replace(/\.\w+$/, "").split("_").slice(1);
  const last = parts.at(-1) ?? "";
  const before = parts.at(-2) ?? "";
  if (machines.test(last)) return last === arch && (!systems.test(before) || before === "linux");
  return systems.test(last) ? last === "linux" : true;
}

/** The line `//go:build` before the package clause. Tags of releases hold: a release's sources are its own. */
export function fitsConstraint(text: string, arch: Arch): boolean {
  const line = /^\/\/go:build (.*)$/m.exec(text.split(/^package /m)[0] ?? "")?.[1];
  if (line === undefined) return true;
  const holds = new Set(["linux", "unix", "gc", arch]);
  const tokens = line.match(/[\w.]+|&&|\|\||[!()]/g) ?? [];
  let at = 0;
  const either = (): boolean => {
    let value = both();
    while (tokens[at] === "||") {
      at++;
      value = both() || value;
    }
    return value;
  };
  const both = (): boolean => {
    let value = one();
    while (tokens[at] === "&&") {
      at++;
      value = one() && value;
    }
    return value;
  };
  const one = (): boolean => {
    const token = tokens[at++] ?? "";
    if (token === "!") return !one();
    if (token !== "(") return holds.has(token) || /^go1\.\d+$/.test(token);
    const value = either();
    at++;
    return value;
  };
  return either();
}

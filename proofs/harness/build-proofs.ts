/**
 * Builds all proofs into one binary, because linking forty takes forty times as long: each folder becomes a package
 * with a function Main, and a small main chooses by the first argument. `go run ./NAME` in proofs/ still runs one
 * alone. The binary is kept in the build folder under the digest of all that it is made of.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "../../runtime-abi/arch.ts";
import { readProofs } from "./read-proofs.ts";

const proofsFolder = join(import.meta.dirname, "..");
const cache = join(proofsFolder, "../build/proofs");

export type GoToolchain = {
  go: string;
  version: string;
  /** GORISCV64: which extensions of RISC-V the program may use without asking; Go's least by default. */
  profile?: Profile;
};

export const profiles = ["rva20u64", "rva22u64", "rva23u64"] as const;
export type Profile = (typeof profiles)[number];

/** `go` is a command or path; its version is what `go version` calls it, "go1.26.8". */
export function goToolchain(go = "go"): GoToolchain {
  const version = execFileSync(go, ["version"], { encoding: "utf8" }).split(" ")[2] ?? "";
  return { go, version };
}

/** Where Go compiles for the image: static programs, by this very toolchain. */
export const goEnvironment = (arch: Arch): NodeJS.ProcessEnv => ({
  ...process.env,
  GOOS: "linux",
  GOARCH: arch,
  CGO_ENABLED: "0",
  GOTOOLCHAIN: "local",
  GOFLAGS: "",
});

export function buildProofs({ go, version, profile }: GoToolchain, arch: Arch): string {
  const sources = goSources();
  const digest = createHash("sha256").update(`${version} ${arch} ${profile} 1\n`);
  for (const [path, text] of sources) digest.update(`${path} ${text.length}\n${text}`);
  const name = `${version}-${arch}-${digest.digest("hex").slice(0, 16)}`;
  const binary = join(cache, name);
  if (existsSync(binary)) return binary;

  // The language of the toolchain, so that what Go does by default in new programs is what is proved.
  const language = /^go(1\.\d+)/.exec(version)?.[1] ?? "1.19";
  // Two tests may want the same binary at the same time: each builds in its own folder, and the last one stays.
  const work = join(cache, `${name}.${process.pid}`);
  rmSync(work, { recursive: true, force: true });
  for (const [path, text] of sources) {
    const target = join(work, path);
    mkdirSync(join(target, ".."), { recursive: true });
    writeFileSync(
      target,
      path === "go.mod" ? text.replace(/^go .*$/m, `go ${language}`) : asPackage(path, text),
    );
  }
  writeFileSync(join(work, "main.go"), dispatcher());
  const env = { ...goEnvironment(arch), GORISCV64: profile ?? "" };
  execFileSync(go, ["build", "-trimpath", "-buildvcs=false", "-o", "proofs.new", "."], { cwd: work, env });
  renameSync(join(work, "proofs.new"), binary);
  rmSync(work, { recursive: true, force: true });
  return binary;
}

/** Path below proofs/ and text of everything Go reads. */
function goSources(): [string, string][] {
  return readdirSync(proofsFolder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(go|s)$|^go\.mod$/.test(path))
    .sort()
    .map((path) => [path, readFileSync(join(proofsFolder, path), "utf8")]);
}

function asPackage(path: string, text: string): string {
  return text
    .replace(/^package main$/m, `package ${packageName(path.split("/")[0]!)}`)
    .replace(/^func main\(\)/m, "func Main()");
}

const packageName = (proof: string) => `proof_${proof.replaceAll("-", "_")}`;

function dispatcher(): string {
  const names = readProofs().map(({ name }) => name);
  return [
    "// Made by proofs/harness/build-proofs.ts: runs the proof that the first argument names.",
    "package main",
    "import (",
    '"os"',
    ...names.map((name) => `${packageName(name)} "proofs/${name}"`),
    ")",
    "var proofs = map[string]func(){",
    ...names.map((name) => `"${name}": ${packageName(name)}.Main,`),
    "}",
    "func main() {",
    "if len(os.Args) < 2 || proofs[os.Args[1]] == nil {",
    'println("no such proof")',
    "os.Exit(125)",
    "}",
    "os.Args = os.Args[1:]",
    "proofs[os.Args[0]]()",
    "}",
    "",
  ].join("\n");
}

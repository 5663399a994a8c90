/**
 * A release of Go as its tests know it: a folder with the sources, their test data and the time zones, but without the go
 * command, as on a machine on which programs run. It has the same path on Linux and in the image, where it is a tar archive
 * that all packages share: the kernel uses it in place.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildFolder } from "../../generator/compile/build-folder.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { type GoToolchain, goEnvironment } from "../harness/build-proofs.ts";

export type Library = {
  version: string;
  go: string;
  /** GOROOT. */
  root: string;
  /** The archive with it. */
  tar: string;
};

/** What Go's tests read of it. */
const parts = ["src", "lib", "VERSION", "go.env", "pkg/include"];
const fewParts = ["VERSION", "go.env", "lib/time", "src/go.mod"];

/** With `packages`, for runs that are to be short, the archive has what the tests of these alone read. */
export function libraryOf({ go, version }: GoToolchain, packages?: readonly string[]): Library {
  const shelf = buildFolder("conformance");
  const root = join(shelf, version);
  if (!existsSync(root)) {
    const home = execFileSync(go, ["env", "GOROOT"], { encoding: "utf8", env: environment("amd64") }).trim();
    const work = `${root}.${process.pid}`;
    rmSync(work, { recursive: true, force: true });
    for (const part of parts) {
      if (!existsSync(join(home, part))) continue;
      mkdirSync(dirname(join(work, part)), { recursive: true });
      cpSync(join(home, part), join(work, part), { recursive: true });
    }
    execFileSync("chmod", ["-R", "u+w", work]);
    // The compiler's own programs are for building only, and not in the archive.
    symlinkSync(join(home, "pkg/tool"), join(work, "pkg/tool"));
    renameSync(work, root);
  }
  const library = { version, root };
  const tar =
    packages === undefined
      ? archive(library, "whole", parts)
      : archive(library, "few", [...fewParts, ...packages.map((name) => `src/${name}`)]);
  return { version, go, root, tar };
}

/** The archive of some of its parts; `title` is for people. */
function archive(
  { version, root }: Pick<Library, "version" | "root">,
  title: string,
  paths: readonly string[],
): string {
  // Files and paths decide what is in it.
  const digest = createHash("sha256")
    .update(JSON.stringify([root, paths, usualFiles]))
    .digest("hex");
  const tar = join(buildFolder("conformance"), `${version}-${title}-${digest.slice(0, 8)}.tar`);
  if (existsSync(tar)) return tar;
  const owner = ["--mtime=@0", "--owner=root:0", "--group=root:0", "--sort=name", "--format=ustar"];
  const work = `${tar}.${process.pid}`;
  const usual = `${work}.usual`;
  for (const [path, text] of Object.entries(usualFiles)) {
    mkdirSync(dirname(join(usual, path)), { recursive: true });
    writeFileSync(join(usual, path), text);
  }
  const present = paths
    .filter((path) => existsSync(join(root, path)))
    .map((path) => join(root, path).slice(1));
  const trees = ["-C", "/", ...present, "-C", usual, ...Object.keys(usualFiles)];
  execFileSync("tar", [...owner, "-cf", work, ...trees]);
  rmSync(usual, { recursive: true });
  renameSync(work, tar);
  return tar;
}

/** What tests take for granted on a Linux: the image has no files but those that it was given. */
const usualFiles = {
  "etc/group": "root:x:0:\n",
  "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
  "usr/bin/empty": "",
};

const environment = (arch: Arch, root?: string): NodeJS.ProcessEnv => ({
  ...goEnvironment(arch),
  GOROOT: root,
});

/** All packages of the library that have tests for the architecture, without what is vendored. */
export function packagesOf({ go, root }: Library, arch: Arch): string[] {
  const format = "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}";
  const list = execFileSync(go, ["list", "-e", "-f", format, "std"], {
    env: environment(arch, root),
    encoding: "utf8",
    cwd: root,
  });
  return list.split("\n").filter((name) => name !== "" && !name.startsWith("vendor/"));
}

export const fileNameOf = (name: string) => name.replaceAll("/", "_");

/** The test binary, as `go test -c` makes it, kept in the build folder; or why there is none. */
export function compileTests(
  { go, root, version }: Library,
  arch: Arch,
  name: string,
): { binary: string; wrong?: undefined } | { wrong: string } {
  const binary = join(buildFolder("conformance", "bin", `${version}-${arch}`), `${fileNameOf(name)}.test`);
  if (existsSync(binary)) return { binary };
  const work = `${binary}.${process.pid}`;
  const { stderr, status } = spawnSync(go, ["test", "-c", "-vet=off", "-o", work, name], {
    env: environment(arch, root),
    encoding: "utf8",
    cwd: root,
  });
  if (status !== 0 || !existsSync(work)) {
    const complaint = stderr.split("\n").find((line) => line !== "" && !line.startsWith("#"));
    return { wrong: complaint ?? "go test -c made nothing" };
  }
  renameSync(work, binary);
  return { binary };
}

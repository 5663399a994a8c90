/**
 * The Go toolchains at hand beside the one on the PATH, oldest and newest: Debian's packages lie in /usr/lib/go-*, and
 * any other release comes through the Go module proxy when the installed one knows how to switch (from 1.21 on).
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { buildFolder } from "../../generator/compile/build-folder.ts";
import { type GoToolchain, goToolchain } from "./build-proofs.ts";

export const newestRelease = "go1.27.3";
export const oldestRelease = "go1.19.13";
const packages = "/usr/lib";
/** Before 1.21 a toolchain in the module cache takes its own library for modules. */
const firstAtHome = 21;
export const minorOf = (version: string): number => Number(/^go1\.(\d+)/.exec(version)?.[1] ?? 0);

export function goToolchains(): GoToolchain[] {
  const found = existsSync(packages)
    ? readdirSync(packages)
        .filter((name) => /^go-\d/.test(name))
        .map((name) => join(packages, name, "bin/go"))
        .filter((path) => existsSync(path))
        .map((path) => goToolchain(path))
    : [];
  found.push(goToolchain());
  const fetched = fetchToolchain(newestRelease);
  if (fetched) found.push(fetched);
  const sorted = found.sort((a, b) => minorOf(a.version) - minorOf(b.version));
  const [oldest, latest] = [sorted[0]!, sorted.at(-1)!];
  return oldest.version === latest.version ? [oldest] : [oldest, latest];
}

/** A release of Go, by way of the one that is installed; undefined where it cannot be had, for instance without a network. */
export function fetchToolchain(version: string): GoToolchain | undefined {
  const shelf = buildFolder("toolchains");
  const home = join(shelf, version);
  try {
    if (!existsSync(home)) {
      const env = { ...process.env, GOTOOLCHAIN: version };
      const found = execFileSync("go", ["env", "GOROOT"], {
        env,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
      if (minorOf(version) >= firstAtHome) return sameRelease(goToolchain(join(found, "bin/go")), version);
      const work = `${home}.${process.pid}`;
      cpSync(found, work, { recursive: true });
      execFileSync("chmod", ["-R", "u+w", work]);
      renameSync(work, home);
    }
    return sameRelease(goToolchain(join(home, "bin/go")), version);
  } catch {
    return undefined;
  }
}

/** A `go` that cannot switch answers for itself. */
const sameRelease = (toolchain: GoToolchain, version: string): GoToolchain | undefined =>
  toolchain.version === version ? toolchain : undefined;

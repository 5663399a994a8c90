/**
 * The Go toolchains at hand beside the one on the PATH, oldest and newest: Debian's packages lie in /usr/lib/go-*, and
 * a newer one comes through the Go module proxy when the installed one knows how to switch (from 1.21 on).
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type GoToolchain, goToolchain } from "./build-proofs.ts";

const newest = "go1.27.3";
const packages = "/usr/lib";

export function goToolchains(): GoToolchain[] {
  const found = existsSync(packages)
    ? readdirSync(packages)
        .filter((name) => /^go-\d/.test(name))
        .map((name) => join(packages, name, "bin/go"))
        .filter((path) => existsSync(path))
        .map((path) => goToolchain(path))
    : [];
  found.push(goToolchain());
  const fetched = fetchNewest();
  if (fetched) found.push(fetched);
  const minor = ({ version }: GoToolchain) => Number(/^go1\.(\d+)/.exec(version)?.[1] ?? 0);
  const sorted = found.sort((a, b) => minor(a) - minor(b));
  const [oldest, latest] = [sorted[0]!, sorted.at(-1)!];
  return oldest.version === latest.version ? [oldest] : [oldest, latest];
}

/** Nothing if it cannot be had, for instance without a network. */
function fetchNewest(): GoToolchain | undefined {
  try {
    const env = { ...process.env, GOTOOLCHAIN: newest };
    const root = execFileSync("go", ["env", "GOROOT"], {
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const toolchain = goToolchain(join(root.trim(), "bin/go"));
    return toolchain.version === newest ? toolchain : undefined;
  } catch {
    return undefined;
  }
}

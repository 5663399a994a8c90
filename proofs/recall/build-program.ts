/** Builds a program of the module proxy with a release of Go, and keeps it in the build folder. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "../../runtime-abi/arch.ts";
import { type GoToolchain, goToolchain } from "../harness/build-proofs.ts";
import type { Program } from "./programs.ts";

const shelf = join(import.meta.dirname, "../../build/recall");
/** Before 1.21 a toolchain in the module cache takes its own library for modules. */
const firstAtHome = 21;
export const minorOf = (version: string): number => Number(/^go1\.(\d+)/.exec(version)?.[1] ?? 0);

/** A release of Go, by way of the one that is installed; undefined where it cannot be had. */
export function fetchToolchain(version: string): GoToolchain | undefined {
  const home = join(shelf, version);
  try {
    if (!existsSync(home)) {
      const env = { ...process.env, GOTOOLCHAIN: version };
      const found = execFileSync("go", ["env", "GOROOT"], {
        env,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      if (minorOf(version) >= firstAtHome) return goToolchain(join(found.trim(), "bin/go"));
      mkdirSync(shelf, { recursive: true });
      const work = `${home}.${process.pid}`;
      cpSync(found.trim(), work, { recursive: true });
      execFileSync("chmod", ["-R", "u+w", work]);
      renameSync(work, home);
    }
    return goToolchain(join(home, "bin/go"));
  } catch {
    return undefined;
  }
}

/** Path of the binary, and of the module's sources, where some programs look for files. */
export function buildProgram(
  program: Program,
  { go, version }: GoToolchain,
  arch: Arch,
): { binary: string; base: string } {
  const work = join(shelf, `${program.name}-${version}`);
  const binary = join(shelf, `${program.name}-${program.version}-${version}-${arch}`);
  const env = {
    ...process.env,
    GOOS: "linux",
    GOARCH: arch,
    CGO_ENABLED: "0",
    GOTOOLCHAIN: "local",
    GOFLAGS: "-mod=mod -modcacherw",
  };
  const run = (...args: string[]) =>
    execFileSync(go, args, { cwd: work, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  if (!existsSync(binary) || !existsSync(work)) {
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    writeFileSync(join(work, "go.mod"), `module recall\n\ngo 1.${Math.min(minorOf(version), 21)}\n`);
    run("get", `${program.package}@${program.version}`);
    run("build", "-trimpath", "-buildvcs=false", "-o", `${binary}.${process.pid}`, program.package);
    renameSync(`${binary}.${process.pid}`, binary);
  }
  return { binary, base: run("list", "-m", "-f", "{{.Dir}}", program.module) };
}

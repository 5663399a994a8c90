/** Builds a program of the module proxy with a release of Go, and keeps it in the build folder. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "../../runtime-abi/arch.ts";
import { type GoToolchain, goEnvironment } from "../harness/build-proofs.ts";
import { minorOf } from "../harness/go-toolchains.ts";
import type { Program } from "./programs.ts";

const shelf = join(import.meta.dirname, "../../build/recall");

/** Path of the binary, and of the module's sources, where some programs look for files. */
export function buildProgram(
  program: Program,
  { go, version }: GoToolchain,
  arch: Arch,
): { binary: string; base: string } {
  const work = join(shelf, `${program.name}-${version}`);
  const binary = join(shelf, `${program.name}-${program.version}-${version}-${arch}`);
  const env = { ...goEnvironment(arch), GOFLAGS: "-mod=mod -modcacherw" };
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

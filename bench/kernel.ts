/** Our kernel as a person makes it: the command, from nothing, and the size of what comes out. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { bundleWork, checkWork } from "../proofs/real/trees.ts";
import type { Arch } from "../runtime-abi/arch.ts";

const project = join(import.meta.dirname, "..");

/** Removes what earlier builds left and makes the kernel by the command line. */
export function buildTime(arch: Arch): { ms: number; path: string } {
  rmSync(join(project, `build/${arch}`), { recursive: true, force: true });
  mkdirSync(join(project, "build/bench"), { recursive: true });
  const path = join(mkdtempSync(join(project, "build/bench/kernel-")), "kernel");
  const start = performance.now();
  execFileSync(process.execPath, [join(project, "bin/catkernel.js"), "kernel", "--arch", arch, "-o", path], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return { ms: performance.now() - start, path };
}

export const kernelSize = (path: string): number => statSync(path).size;

/** KiB of kernels that are cut to one program each. */
export function cutSizes(arch: Arch): { program: string; kib: number }[] {
  const folder = mkdtempSync(join(project, "build/bench/cut-"));
  const hello = join(folder, "hello");
  const env = { ...process.env, CGO_ENABLED: "0", GOOS: "linux", GOARCH: arch };
  execFileSync("go", ["build", "-o", hello, "."], { env, cwd: join(project, "examples/hello") });
  const programs = { hello, esbuild: bundleWork().programs[arch], tsc: checkWork().programs[arch] };
  return Object.entries(programs).map(([program, path]) => {
    const kernel = join(folder, `${program}.kernel`);
    const args = [join(project, "bin/catkernel.js"), "kernel", "--for", path, "-o", kernel];
    execFileSync(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
    return { program, kib: kernelSize(kernel) / 1024 };
  });
}

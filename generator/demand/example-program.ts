/** For tests: examples/hello, built by the Go at hand, stripped or not. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "../../runtime-abi/arch.ts";

const project = join(import.meta.dirname, "../..");

export function exampleProgram(arch: Arch, ...flags: string[]): Buffer {
  const folder = join(project, "build/demand");
  mkdirSync(folder, { recursive: true });
  const target = join(folder, `hello-${arch}${flags.join("").replaceAll(/[^a-z]/g, "")}`);
  const work = `${target}.${process.pid}`;
  execFileSync("go", ["build", "-trimpath", "-buildvcs=false", ...flags, "-o", work, "."], {
    cwd: join(project, "examples/hello"),
    env: { ...process.env, GOOS: "linux", GOARCH: arch, CGO_ENABLED: "0", GOFLAGS: "" },
  });
  renameSync(work, target);
  return readFileSync(target);
}

/** Builds the bench's own programs, and finds the real ones. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Arch, witnessTargets } from "../runtime-abi/arch.ts";

const build = join(import.meta.dirname, "../build/bench");

/** The file of a Go program: programs/NAME. */
export function goProgram(name: string, arch: Arch): string {
  mkdirSync(build, { recursive: true });
  const output = join(build, `${name}-${arch}`);
  const env = { ...process.env, GOOS: "linux", GOARCH: arch, CGO_ENABLED: "0", GOFLAGS: "" };
  execFileSync("go", ["build", "-trimpath", "-buildvcs=false", "-o", output, `./${name}`], {
    cwd: join(import.meta.dirname, "programs"),
    env,
  });
  return output;
}

/** The tests and benchmarks of a package of Go's library, as `go test -c` makes them, and the release that did. */
export function goTests(name: string, arch: Arch): { program: Buffer; version: string } {
  mkdirSync(build, { recursive: true });
  const output = join(build, `${name}-${arch}.test`);
  const env = { ...process.env, GOOS: "linux", GOARCH: arch, CGO_ENABLED: "0", GOFLAGS: "" };
  execFileSync("go", ["test", "-c", "-trimpath", "-vet=off", "-o", output, name], { env });
  const version = execFileSync("go", ["env", "GOVERSION"], { env, encoding: "utf8" }).trim();
  return { program: readFileSync(output), version };
}

/** Older lld cannot relax. */
const ownFlags: Record<Arch, string[]> = { amd64: [], riscv64: ["-mno-relax"] };

/** A program of one C file that needs no library: programs/NAME.c, with programs/ARCH/call.h. */
export function freestanding(name: string, arch: Arch): Buffer {
  mkdirSync(build, { recursive: true });
  const output = join(build, `${name}-${arch}`);
  const programs = join(import.meta.dirname, "programs");
  const flags = [`--target=${witnessTargets[arch]}`, `-I${join(programs, arch)}`, ...ownFlags[arch]];
  flags.push("-static", "-nostdlib", "-ffreestanding", "-fno-stack-protector", "-O1", "-fuse-ld=lld");
  execFileSync("clang", [...flags, "-Wl,--build-id=none", "-o", output, join(programs, `${name}.c`)]);
  return readFileSync(output);
}

/** A program that bundles three.js whole, so that there is something to do. */
export const threeEntry = `
import * as THREE from "three";
export const scene = new THREE.Scene();
scene.add(new THREE.Mesh(new THREE.BoxGeometry(1, 1, 1), new THREE.MeshBasicMaterial()));
export default THREE;
`;

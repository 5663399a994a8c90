/** Builds the bench's own Go program, and finds the real ones. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const build = join(import.meta.dirname, "../build/bench");

/** What calls cost, measured by the program itself. */
export function callsProgram(): Buffer {
  mkdirSync(build, { recursive: true });
  const output = join(build, "calls");
  const env = { ...process.env, GOOS: "linux", GOARCH: "amd64", CGO_ENABLED: "0", GOFLAGS: "" };
  execFileSync("go", ["build", "-trimpath", "-buildvcs=false", "-o", output, "./calls"], {
    cwd: join(import.meta.dirname, "programs"),
    env,
  });
  return readFileSync(output);
}

/** A program of one C file that needs no library: programs/NAME.c. */
export function freestanding(name: string): Buffer {
  mkdirSync(build, { recursive: true });
  const output = join(build, name);
  const flags = ["-static", "-nostdlib", "-ffreestanding", "-fno-stack-protector", "-O1", "-fuse-ld=lld"];
  const source = join(import.meta.dirname, "programs", `${name}.c`);
  execFileSync("clang", [...flags, "-Wl,--build-id=none", "-o", output, source]);
  return readFileSync(output);
}

/** A program that bundles three.js whole, so that there is something to do. */
export const threeEntry = `
import * as THREE from "three";
export const scene = new THREE.Scene();
scene.add(new THREE.Mesh(new THREE.BoxGeometry(1, 1, 1), new THREE.MeshBasicMaterial()));
export default THREE;
`;

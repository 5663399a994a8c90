/**
 * What both machines do: real programs as the npm registry has them, and three loops of our own. What takes long has a
 * short twin, on which the interpreter alone is measured, too: its minutes would say no more than its seconds. What is
 * written goes into a file: on the console every byte would be an access to a device.
 */
import {
  bundleWork,
  checkOneWork,
  checkWork,
  emptyTree,
  minifyWork,
  type Work,
} from "../../proofs/real/trees.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { goProgram, threeEntry } from "../programs.ts";
import type { SideName } from "./machines.ts";

export type ModelWork = {
  name: string;
  make(): Work;
  /** Short ones are given to each tier, long ones to `auto` only. */
  short: boolean;
  /** The goals of `goals` are meant for this one. */
  hasGoal?: boolean;
};

/** QEMU's time over the model's, at least. */
export const goals: Record<Arch, Record<Exclude<SideName, "qemu">, number>> = {
  amd64: { auto: 0.5, interpreter: 0.12 },
  riscv64: { auto: 0.8, interpreter: 0.2 },
};
export const memory = "1G";

const loop = (name: string, rounds: number): Work => ({
  programs: { amd64: goProgram(name, "amd64"), riscv64: goProgram(name, "riscv64") },
  root: emptyTree(name),
  cwd: "/",
  args: [`${rounds}`],
});

function bundle(...what: Parameters<typeof bundleWork>): Work {
  const work = bundleWork(...what);
  return { ...work, args: [...work.args, "--outfile=out.js"] };
}

export const modelWorks: readonly ModelWork[] = [
  { name: "esbuild --version", make: () => ({ ...bundleWork(), args: ["--version"] }), short: true },
  { name: "esbuild bundles preact", make: () => bundle("preact"), short: true },
  { name: "esbuild bundles three.js", make: () => bundle("three", threeEntry), short: true, hasGoal: true },
  { name: "tsc checks one file", make: checkOneWork, short: true, hasGoal: true },
  { name: "Go integers, short", make: () => loop("integers", 5_000_000), short: true },
  { name: "Go floats, short", make: () => loop("floats", 100_000), short: true },
  { name: "Go garbage, short", make: () => loop("garbage", 40), short: true, hasGoal: true },
  { name: "esbuild minifies typescript.js", make: minifyWork, short: false, hasGoal: true },
  { name: "tsc checks this repository", make: () => checkWork(), short: false, hasGoal: true },
  { name: "Go integers", make: () => loop("integers", 100_000_000), short: false },
  { name: "Go floats", make: () => loop("floats", 2_000_000), short: false },
  { name: "Go garbage", make: () => loop("garbage", 600), short: false, hasGoal: true },
];

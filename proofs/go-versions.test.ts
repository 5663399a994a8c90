/**
 * Some proofs, built by the oldest and by the newest Go at hand, and for every profile of RISC-V that Go knows: what the
 * runtime asks for, and which instructions it uses unasked, has changed over time.
 */
import { readFileSync } from "node:fs";
import test from "ava";
import { archs } from "../runtime-abi/arch.ts";
import { profiles } from "./harness/build-proofs.ts";
import { goToolchains } from "./harness/go-toolchains.ts";
import { kernelFile } from "./harness/kernel-file.ts";
import { makePlan } from "./harness/make-plan.ts";
import { type Place, places } from "./harness/places.ts";
import { proveAll } from "./harness/prove-all.ts";
import { readProofs } from "./harness/read-proofs.ts";
import { runInImage } from "./harness/run-image.ts";
import { failureLines, formatTable } from "./harness/table.ts";

const chosen = ["start", "gc-stress", "goroutines", "timers", "panics", "files", "pipes", "crypto-rand"];
const two = places.filter(({ cpus }) => cpus === 2);
const toolchains = goToolchains();

for (const toolchain of toolchains) {
  test.serial(`proofs built by ${toolchain.version} hold on both architectures`, async (t) => {
    t.timeout(60 * 60_000);
    const plan = await makePlan(toolchain, archs, two);
    const results = await proveAll({ ...plan, proofs: readProofs(chosen) });
    t.log(formatTable(results));
    t.deepEqual(failureLines(results), []);
  });
}

/** Go 1.25 is the first that knows all of them. */
const newest = toolchains.findLast(({ version }) => Number(/^go1\.(\d+)/.exec(version)?.[1] ?? 0) >= 25);
const withVectors: Place = { title: "riscv64 2", arch: "riscv64", name: "virt-v", cpus: 2 };
const without: Place = { title: "riscv64 2", arch: "riscv64", name: "virt", cpus: 2 };

for (const profile of profiles) {
  (newest ? test.serial : test.serial.skip)(`proofs built for ${profile} hold`, async (t) => {
    t.timeout(60 * 60_000);
    const place = profile === "rva23u64" ? withVectors : without;
    const plan = await makePlan({ ...newest!, profile }, ["riscv64"], [place]);
    const results = await proveAll({ ...plan, proofs: readProofs(chosen) });
    t.log(formatTable(results));
    t.deepEqual(failureLines(results), []);
  });
}

(newest ? test.serial : test.serial.skip)(
  "without V a program for rva23u64 is told what it lacks",
  async (t) => {
    const { binaries } = await makePlan({ ...newest!, profile: "rva23u64" }, ["riscv64"], []);
    const [proof] = readProofs(["start"]);
    const program = { bytes: readFileSync(binaries.riscv64!), name: "start" };
    const kernel = readFileSync(await kernelFile("riscv64"));
    const ran = await runInImage(kernel, program, proof!, proof!.cases[0]!, without);
    t.regex(ran.output, /^catkernel: [^\n]*vector extension V[^\n]*\n/);
    t.not(ran.status, 0);
  },
);

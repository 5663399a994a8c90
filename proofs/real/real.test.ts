/**
 * Programs that nobody here wrote, as they come from the npm registry, do in the image what they do on Linux: on both
 * architectures the same bytes as the amd64 program there. So they do with kernels that are cut to them.
 */
import { readFileSync } from "node:fs";
import test from "ava";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import type { Ran } from "../harness/compare.ts";
import { cutKernel } from "../harness/cut-kernel.ts";
import { kernelFile } from "../harness/kernel-file.ts";
import { workInImage, workOnLinux } from "./run-work.ts";
import { bundleWork, checkWork, plantedWork, type Work } from "./trees.ts";

/** Each piece of work is done on Linux once. */
type Task = { work: Work; linux: Ran };
const tasks = new Map<string, Task>();

function task(name: string, work: () => Work): Task {
  const known = tasks.get(name);
  if (known) return known;
  const made = work();
  const fresh = { work: made, linux: workOnLinux(made) };
  tasks.set(name, fresh);
  return fresh;
}

async function sameAsOnLinux(
  t: Assertions,
  { work, linux }: Task,
  arch: Arch,
  cpus: number,
  { name = arch === "amd64" ? "q35" : "virt", memory = "1G", cut = false } = {},
): Promise<void> {
  const kernel = cut
    ? await cutKernel(readFileSync(work.programs[arch]), "program")
    : readFileSync(await kernelFile(arch));
  const machine = { arch, name, cpus, memory, timeoutMs: 900_000 };
  const image = await workInImage(kernel, work, machine);
  t.is(image.output, linux.output);
  t.is(image.status, linux.status);
}
type Assertions = { is(actual: unknown, expected: unknown): unknown };

const version = () => task("version", () => ({ ...bundleWork(), args: ["--version"] }));
const bundle = () => task("bundle", () => bundleWork());
const check = () => task("check", () => checkWork());
const planted = () => task("planted", plantedWork);

for (const arch of archs) {
  test.serial(`esbuild tells its version on ${arch}`, async (t) => {
    t.regex(version().linux.output, /^\d+\.\d+\.\d+\n$/);
    await sameAsOnLinux(t, version(), arch, 1, { memory: "256M" });
  });

  for (const cpus of [1, 2, 4, 8]) {
    test.serial(`esbuild bundles and minifies preact on ${arch} with ${cpus} CPUs`, async (t) => {
      t.true(bundle().linux.output.length > 10_000);
      t.is(bundle().linux.status, 0);
      await sameAsOnLinux(t, bundle(), arch, cpus);
    });
  }

  for (const cpus of [1, 2, 4]) {
    test.serial(`tsc finds exactly the planted error on ${arch} with ${cpus} CPUs`, async (t) => {
      t.regex(planted().linux.output, /^planted\.ts\(1,14\): error TS2322: [^\n]*\n$/);
      t.is(planted().linux.status, 1);
      await sameAsOnLinux(t, planted(), arch, cpus);
    });
  }

  // The machine that comes along, where what runs often is translated.
  const name = "model";
  for (const cpus of [1, 2])
    test.serial(`esbuild bundles and minifies preact on the ${arch} model with ${cpus} CPUs`, async (t) => {
      await sameAsOnLinux(t, bundle(), arch, cpus, { name });
    });

  // More than ten thousand million instructions each.
  for (const cpus of [1, 2])
    test.serial(`tsc finds exactly the planted error on the ${arch} model with ${cpus} CPUs`, async (t) => {
      t.timeout(1_200_000);
      t.is(planted().linux.status, 1);
      await sameAsOnLinux(t, planted(), arch, cpus, { name });
    });

  test.serial(`esbuild tells its version on the ${arch} model`, async (t) => {
    await sameAsOnLinux(t, version(), arch, 1, { name, memory: "256M" });
  });

  // With kernels that have nothing in them but what these programs can ask for.
  test.serial(`esbuild bundles preact on ${arch} with a kernel that is cut to it`, async (t) => {
    await sameAsOnLinux(t, bundle(), arch, 2, { cut: true });
  });

  test.serial(
    `tsc finds no fault in this repository on ${arch} with a kernel that is cut to it`,
    async (t) => {
      t.is(check().linux.output, "");
      t.is(check().linux.status, 0);
      await sameAsOnLinux(t, check(), arch, 2, { cut: true });
    },
  );
}

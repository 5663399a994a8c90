/** Programs that nobody here wrote, as they come from the npm registry, do in the image what they do on Linux. */
import { readFileSync } from "node:fs";
import test from "ava";
import { kernelFile } from "../harness/kernel-file.ts";
import { workInImage, workOnLinux } from "./run-work.ts";
import { bundleWork, checkWork, type Work } from "./trees.ts";

async function sameAsOnLinux(t: Assertions, work: Work, cpus: number, memory = "1G") {
  const linux = workOnLinux(work);
  const kernel = readFileSync(await kernelFile("amd64"));
  const image = await workInImage(kernel, work, {
    arch: "amd64",
    name: "q35",
    cpus,
    memory,
    timeoutMs: 180_000,
  });
  t.is(image.output, linux.output);
  t.is(image.status, linux.status);
  return linux;
}
type Assertions = { is(actual: unknown, expected: unknown): unknown };

test.serial("esbuild tells its version", async (t) => {
  const work = { ...bundleWork(), args: ["--version"] };
  const { output } = await sameAsOnLinux(t, work, 1, "256M");
  t.regex(output, /^\d+\.\d+\.\d+\n$/);
});

for (const cpus of [1, 2, 4, 8]) {
  test.serial(`esbuild bundles and minifies preact with ${cpus} CPUs to the same bytes`, async (t) => {
    const { output, status } = await sameAsOnLinux(t, bundleWork(), cpus);
    t.is(status, 0);
    t.true(output.length > 10_000);
  });
}

for (const cpus of [1, 2]) {
  test.serial(`tsc finds no fault in this repository's sources with ${cpus} CPUs`, async (t) => {
    const { output, status } = await sameAsOnLinux(t, checkWork(), cpus);
    t.is(output, "");
    t.is(status, 0);
  });

  test.serial(`tsc finds exactly the planted error with ${cpus} CPUs`, async (t) => {
    const planted = 'export const planted: number = "text";\n';
    const { output, status } = await sameAsOnLinux(t, checkWork(planted), cpus);
    t.regex(output, /^planted\.ts\(1,14\): error TS2322: [^\n]*\n$/);
    t.is(status, 1);
  });
}

import { readFile, rm } from "node:fs/promises";
import test from "ava";
import { archs } from "../../runtime-abi/arch.ts";
import { readKernel } from "../pack/kernel-file.ts";
import { buildKernel } from "./build-kernel.ts";
import { findSources } from "./kernel-sources.ts";
import { pageSize } from "./link-image.ts";

const silently = () => {};

for (const arch of archs) {
  test.serial(`${arch}: the kernel is whole pages, recognised, and as long as it says`, async (t) => {
    const { value: kernel, problems } = await buildKernel(arch, silently);
    t.is(problems, undefined);
    t.is((kernel?.bytes.length ?? 1) % pageSize, 0);
    const plate = readKernel(kernel?.bytes ?? Buffer.alloc(0), "kernel").value;
    t.like(plate, { arch, kernelSize: kernel?.bytes.length, imageSize: 0, options: "" });
    t.notRegex(plate?.tableDigest ?? "", /^0*$/);
  });

  test.serial(`${arch}: the kernel keeps within its limit of 128 KiB`, async (t) => {
    const { value: kernel } = await buildKernel(arch, silently);
    t.true((kernel?.bytes.length ?? Number.POSITIVE_INFINITY) <= 128 * 1024);
  });
}

test.serial("made again from the same sources it is the same, byte for byte", async (t) => {
  const { value: first } = await buildKernel("amd64", silently);
  await rm(first?.path ?? "");
  const { value: second } = await buildKernel("amd64", silently);
  t.false(second?.cached);
  t.true(second !== undefined && first?.bytes.equals(second.bytes));
  t.true((await buildKernel("amd64", silently)).value?.cached);
  t.true((await readFile(second?.path ?? "")).equals(second?.bytes ?? Buffer.alloc(0)));
});

test("shared code and one architecture's, but neither tests nor templates, make a kernel", (t) => {
  const { kernel = [], vdso = [] } = findSources("amd64").value ?? {};
  t.true(kernel.includes("mem/map.c") && kernel.includes("arch/amd64/head.S"));
  t.false(kernel.some((path) => /\.test\.c$|\.hbs$|^arch\/(?!amd64)/.test(path)));
  t.true(vdso.includes("vdso/clock.c") && vdso.every((path) => /^(?:arch\/amd64\/)?vdso\//.test(path)));
});

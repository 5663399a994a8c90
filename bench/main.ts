/**
 * npm run bench: our kernel beside Debian's Linux on the same QEMU machine, in turns, on both architectures. Prints a
 * table of ratios and writes build/bench.json. What is to be reached stands in `report.ts`; what is not reached is said.
 * Options: --arch A (only that one), --pairs N (how often each is measured, 5), --quick (2 pairs, the small tasks only).
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { qemuCommands } from "../generator/run/qemu-machines.ts";
import { archs } from "../runtime-abi/arch.ts";
import { linuxKernel } from "./linux.ts";
import { measureArch } from "./measure-arch.ts";
import { formatReport, type Measured } from "./report.ts";

const { values } = parseArgs({
  options: {
    arch: { type: "string" },
    pairs: { type: "string" },
    quick: { type: "boolean", default: false },
  },
});
const pairs = Number(values.pairs ?? (values.quick ? 2 : 5));

const measured: Measured[] = [];
const kernels: Record<string, string> = {};
for (const arch of archs.filter((name) => values.arch === undefined || name === values.arch)) {
  const linux = linuxKernel(arch);
  if ("missing" in linux) {
    // Without the other side there are no ratios, and seconds alone say nothing.
    console.log(
      `No ratios for ${arch}: the bench needs Debian's Linux to compare with, and ${linux.missing}.`,
    );
    continue;
  }
  kernels[arch] = linux.path;
  measured.push(await measureArch(arch, linux.path, { pairs, quick: values.quick }));
}
if (measured.length > 0) {
  const qemu = measured.map(({ arch }) =>
    execFileSync(qemuCommands[arch], ["--version"], { encoding: "utf8" }),
  );
  const report = { qemu: qemu.map((text) => text.split("\n")[0]), linux: kernels, measured };
  mkdirSync(join(import.meta.dirname, "../build"), { recursive: true });
  writeFileSync(join(import.meta.dirname, "../build/bench.json"), `${JSON.stringify(report, null, 2)}\n`);
  console.log(formatReport(measured));
}

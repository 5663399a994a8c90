/** The part of the bench that compares our kernel with Debian's Linux on the same QEMU machine. */
import { execFileSync } from "node:child_process";
import { qemuCommands } from "../generator/run/qemu-machines.ts";
import { archs } from "../runtime-abi/arch.ts";
import { linuxKernel } from "./linux.ts";
import { measureArch } from "./measure-arch.ts";
import type { Measured } from "./report.ts";

export type LinuxReport = {
  qemu: (string | undefined)[];
  linux: Record<string, string>;
  measured: Measured[];
};

export async function benchLinux(options: {
  arch?: string | undefined;
  pairs: number;
  quick: boolean;
}): Promise<LinuxReport> {
  const report: LinuxReport = { qemu: [], linux: {}, measured: [] };
  for (const arch of archs.filter((name) => options.arch === undefined || name === options.arch)) {
    const linux = linuxKernel(arch);
    if ("missing" in linux) {
      // Without the other side there are no ratios, and seconds alone say nothing.
      console.log(
        `No ratios for ${arch}: the bench needs Debian's Linux to compare with, and ${linux.missing}.`,
      );
      continue;
    }
    report.linux[arch] = linux.path;
    report.measured.push(await measureArch(arch, linux.path, options));
    report.qemu.push(execFileSync(qemuCommands[arch], ["--version"], { encoding: "utf8" }).split("\n")[0]);
  }
  return report;
}

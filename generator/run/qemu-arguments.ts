/**
 * What QEMU is started with. The console is the first serial port, on QEMU's own standard input and output: two ends,
 * so that input which comes too late breaks its own way only and no output is lost. The record is a device of the
 * machine's, on a pipe that QEMU inherits. Document: QEMU's "Invocation" page.
 */
import { accessSync, constants, readFileSync } from "node:fs";
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Machine } from "./machine.ts";
import { qemuMachine } from "./qemu-machines.ts";

/** File descriptor in the QEMU process. */
const recordFd = 3;

/** Node's names of the architectures. */
const hosts: Record<Arch, string> = { amd64: "x64", riscv64: "riscv64" };

export function qemuArguments(
  machine: Machine,
  image: string,
  commandLine: string,
  accelerator: "kvm" | "tcg" = fastest(machine.arch),
): string[] {
  const { option, cpu, devices } = qemuMachine(machine);
  return [
    ...["-machine", option, "-accel", accelerator, "-cpu", cpu],
    ...["-smp", `${machine.cpus}`, "-m", `${Math.floor(machine.memoryBytes / 2 ** 10)}K`],
    ...["-no-user-config", "-nodefaults", "-display", "none", "-no-reboot"],
    ...["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"],
    ...["-chardev", `file,id=record,path=/dev/fd/${recordFd}`],
    ...devices.flatMap((device) => ["-device", device]),
    ...["-kernel", image, "-append", commandLine],
  ];
}

const fastest = (arch: Arch) => (hosts[arch] === process.arch && kvmIsUsable() ? "kvm" : "tcg");

/** Only where the CPU itself virtualizes: /dev/kvm alone may stand for less than a whole machine. */
function kvmIsUsable(): boolean {
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
    return /^flags\s*:.*\b(?:vmx|svm)\b/m.test(readFileSync("/proc/cpuinfo", "utf8"));
  } catch {
    return false;
  }
}

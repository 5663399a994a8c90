/**
 * What QEMU is started with. Console and record are sockets that QEMU inherits: the console is the first serial port,
 * the record a device of the machine's. Document: QEMU's "Invocation" page.
 */
import { accessSync, constants, readFileSync } from "node:fs";
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Machine } from "./machine.ts";
import { qemuMachine } from "./qemu-machines.ts";

/** File descriptors in the QEMU process. */
export const consoleFd = 3;
export const recordFd = 4;

/** Node's names of the architectures. */
const hosts: Record<Arch, string> = { amd64: "x64", riscv64: "riscv64" };

export function qemuArguments(machine: Machine, image: string, commandLine: string): string[] {
  const { option, cpu, devices } = qemuMachine(machine);
  const accelerator = hosts[machine.arch] === process.arch && kvmIsUsable() ? "kvm" : "tcg";
  return [
    ...["-machine", option, "-accel", accelerator, "-cpu", cpu],
    ...["-smp", `${machine.cpus}`, "-m", `${Math.floor(machine.memoryBytes / 2 ** 10)}K`],
    ...["-no-user-config", "-nodefaults", "-display", "none", "-no-reboot"],
    ...["-chardev", `socket,id=console,fd=${consoleFd}`, "-serial", "chardev:console"],
    ...["-chardev", `socket,id=record,fd=${recordFd}`],
    ...devices.flatMap((device) => ["-device", device]),
    ...["-kernel", image, "-append", commandLine],
  ];
}

/** Only where the CPU itself virtualizes: /dev/kvm alone may stand for less than a whole machine. */
function kvmIsUsable(): boolean {
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
    return /^flags\s*:.*\b(?:vmx|svm)\b/m.test(readFileSync("/proc/cpuinfo", "utf8"));
  } catch {
    return false;
  }
}

/**
 * How QEMU presents each machine, as data: the device that carries the record, the one that gives entropy, and how the
 * program's exit status leaves the machine. Documents: QEMU's "microvm" and "virt" pages.
 */
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Machine } from "./machine.ts";

type QemuMachine = {
  option: string;
  cpu: string;
  devices: readonly string[];
  /** The program's exit status, from QEMU's; undefined if QEMU's tells none. */
  exitStatus(code: number): number | undefined;
  /** Firmware prints on the console before the kernel does. */
  firmwareSpeaks: boolean;
};

export const qemuCommands: Record<Arch, string> = {
  amd64: "qemu-system-x86_64",
  riscv64: "qemu-system-riscv64",
};

function pc(option: string, entropy: string): QemuMachine {
  return {
    option,
    cpu: "max",
    devices: [
      // COM2 of the PC; microvm has only the first port by itself.
      "isa-serial,chardev=record,iobase=0x2f8,irq=3",
      "isa-debug-exit,iobase=0xf4,iosize=0x04",
      entropy,
    ],
    // isa-debug-exit makes it (status << 1) | 1; 1 is also how QEMU says that it failed.
    exitStatus: (code) => (code > 1 && code % 2 === 1 ? (code - 1) / 2 : undefined),
    firmwareSpeaks: false,
  };
}

function virt(cpu: string): QemuMachine {
  return {
    option: "virt",
    cpu,
    devices: ["virtio-serial-device", "virtconsole,chardev=record", "virtio-rng-device"],
    // The test finisher passes it on; 0 and 1 are what QEMU also says by itself.
    exitStatus: (code) => (code > 1 ? code : undefined),
    // OpenSBI's banner.
    firmwareSpeaks: true,
  };
}

const machines: Record<string, QemuMachine> = {
  // QEMU would append its devices to the command line, behind the program's arguments.
  microvm: pc("microvm,auto-kernel-cmdline=off", "virtio-rng-device"),
  q35: pc("q35", "virtio-rng-pci"),
  pc: pc("pc", "virtio-rng-pci"),
  virt: virt("rv64"),
  // Its registers are longer than the least that V allows; QEMU complains if the version is not named.
  "virt-v": virt("rv64,v=true,vext_spec=v1.0,vlen=256,elen=64"),
};

export function qemuMachine({ name }: Pick<Machine, "name">): QemuMachine {
  const machine = machines[name];
  if (machine === undefined) throw new Error(`no QEMU machine is called ${name}`);
  return machine;
}

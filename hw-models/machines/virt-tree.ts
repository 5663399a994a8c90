/** The device tree of the riscv64 machine, node for node as QEMU 7.2's "virt" has it (`-machine dumpdtb=`). */
import { isaString, mmuType } from "../isa/riscv64/isa.ts";
import type { TreeNode, TreeValue } from "./flat-tree.ts";
import { interrupt, interruptSources, map, ticksPerSecond, uartClockHz, virtioCount } from "./virt-map.ts";

export type TreeRequest = {
  cpus: number;
  memoryBytes: number;
  commandLine: string;
  /** 32 bytes for the guest's random numbers. */
  seed: Uint8Array;
};

/** Interrupts of a hart's own controller: machine and supervisor external, machine software and timer. */
const Cause = { machineSoftware: 3, machineTimer: 7, supervisorExternal: 9, machineExternal: 11 } as const;

/** Two cells each. */
const region = (base: number, size: number) => [
  Math.floor(base / 2 ** 32),
  base % 2 ** 32,
  Math.floor(size / 2 ** 32),
  size % 2 ** 32,
];

// Phandles as QEMU counts them: harts from the last to the first, two each, then the rest.
const cpuPhandle = (cpu: number, cpus: number) => 2 * (cpus - 1 - cpu) + 1;
const controllerPhandle = (cpu: number, cpus: number) => cpuPhandle(cpu, cpus) + 1;
const plicPhandle = (cpus: number) => 2 * cpus + 1;
const testPhandle = (cpus: number) => 2 * cpus + 2;

const each = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

function hart(cpu: number, cpus: number): TreeNode {
  return {
    properties: {
      phandle: [cpuPhandle(cpu, cpus)],
      device_type: "cpu",
      reg: [cpu],
      status: "okay",
      compatible: "riscv",
      "riscv,isa": isaString,
      "mmu-type": mmuType,
    },
    children: {
      "interrupt-controller": {
        properties: {
          "#interrupt-cells": [1],
          "interrupt-controller": true,
          compatible: "riscv,cpu-intc",
          phandle: [controllerPhandle(cpu, cpus)],
        },
      },
    },
  };
}

function cpusNode(cpus: number): TreeNode {
  const harts = Object.fromEntries(each(cpus, (cpu) => [`cpu@${cpu}`, hart(cpu, cpus)]));
  const cores = Object.fromEntries(
    each(cpus, (cpu) => [`core${cpu}`, { properties: { cpu: [cpuPhandle(cpu, cpus)] } }]),
  );
  return {
    properties: { "#address-cells": [1], "#size-cells": [0], "timebase-frequency": [ticksPerSecond] },
    children: {
      ...harts,
      "cpu-map": { properties: {}, children: { cluster0: { properties: {}, children: cores } } },
    },
  };
}

function socNode(cpus: number): TreeNode {
  const parent = [plicPhandle(cpus)];
  const device = (compatible: TreeValue, base: number, size: number, line: number): TreeNode => ({
    properties: { interrupts: [line], "interrupt-parent": parent, reg: region(base, size), compatible },
  });
  const toHarts = (...causes: number[]) =>
    each(cpus, (cpu) => causes.flatMap((cause) => [controllerPhandle(cpu, cpus), cause])).flat();
  const transports = each(virtioCount, (index) => {
    const base = map.virtio + index * map.virtioStep;
    return [
      `virtio_mmio@${base.toString(16)}`,
      device("virtio,mmio", base, map.virtioStep, interrupt.firstVirtio + index),
    ];
  });
  const uart = device("ns16550a", map.uart, 0x100, interrupt.uart);

  return {
    properties: {
      "#address-cells": [2],
      "#size-cells": [2],
      compatible: "simple-bus",
      ranges: true,
    },
    children: {
      [`rtc@${map.rtc.toString(16)}`]: device("google,goldfish-rtc", map.rtc, 0x1000, interrupt.rtc),
      [`serial@${map.uart.toString(16)}`]: {
        properties: { ...uart.properties, "clock-frequency": [uartClockHz] },
      },
      [`test@${map.finisher.toString(16)}`]: {
        properties: {
          phandle: [testPhandle(cpus)],
          reg: region(map.finisher, 0x1000),
          compatible: ["sifive,test1", "sifive,test0", "syscon"],
        },
      },
      ...Object.fromEntries(transports.toReversed()),
      [`plic@${map.plic.toString(16)}`]: {
        properties: {
          phandle: parent,
          "riscv,ndev": [interruptSources],
          reg: region(map.plic, 0x600000),
          "interrupts-extended": toHarts(Cause.machineExternal, Cause.supervisorExternal),
          "interrupt-controller": true,
          compatible: ["sifive,plic-1.0.0", "riscv,plic0"],
          "#address-cells": [0],
          "#interrupt-cells": [1],
        },
      },
      [`clint@${map.clint.toString(16)}`]: {
        properties: {
          "interrupts-extended": toHarts(Cause.machineSoftware, Cause.machineTimer),
          reg: region(map.clint, 0x10000),
          compatible: ["sifive,clint0", "riscv,clint0"],
        },
      },
    },
  };
}

export function virtTree({ cpus, memoryBytes, commandLine, seed }: TreeRequest): TreeNode {
  const through = (value: number, compatible: string): TreeNode => ({
    properties: { value: [value], offset: [0], regmap: [testPhandle(cpus)], compatible },
  });
  return {
    properties: {
      "#address-cells": [2],
      "#size-cells": [2],
      compatible: "riscv-virtio",
      model: "riscv-virtio,qemu",
    },
    children: {
      chosen: {
        properties: {
          ...(commandLine !== "" && { bootargs: commandLine }),
          "rng-seed": seed,
          "stdout-path": `/soc/serial@${map.uart.toString(16)}`,
        },
      },
      poweroff: through(0x5555, "syscon-poweroff"),
      reboot: through(0x7777, "syscon-reboot"),
      [`memory@${map.ram.toString(16)}`]: {
        properties: { device_type: "memory", reg: region(map.ram, memoryBytes) },
      },
      cpus: cpusNode(cpus),
      soc: socNode(cpus),
    },
  };
}

/**
 * The riscv64 machine: QEMU 7.2's "virt" as `-kernel` starts it, entered in S-mode. The firmware that QEMU runs in
 * M-mode is part of the machine here (`sbi.ts`).
 */

import { entropyFrom } from "../devices/chacha20.ts";
import { clint } from "../devices/clint.ts";
import type { Line } from "../devices/device.ts";
import { goldfishRtc } from "../devices/goldfish-rtc.ts";
import { plic } from "../devices/plic.ts";
import { serial16550 } from "../devices/serial-16550.ts";
import { type Alarm, alarm } from "../devices/state.ts";
import { testFinisher } from "../devices/test-finisher.ts";
import { virtioConsole } from "../devices/virtio-console.ts";
import { virtioMmio } from "../devices/virtio-mmio.ts";
import { virtioRng } from "../devices/virtio-rng.ts";
import type { Engine } from "../engine/engine.ts";
import type { Cpu } from "../isa/cpu.ts";
import { enterSupervisor } from "../isa/riscv64/isa.ts";
import * as rv from "../isa/riscv64/state.ts";
import type { Board, BoardCpu, BoardRequest } from "./board.ts";
import { flattenTree } from "./flat-tree.ts";
import { type SbiHost, sbi } from "./sbi.ts";
import { interrupt, interruptSources, map, ticksPerSecond, uartClockHz, virtioCount } from "./virt-map.ts";
import { virtTree } from "./virt-tree.ts";

/** Bits of mip that lines drive (privileged specification 1.12, 3.1.9). */
const Pending = {
  machineSoftware: 3,
  supervisorTimer: 5,
  machineTimer: 7,
  supervisorExternal: 9,
  machineExternal: 11,
};
const nsPerTick = 1e9 / ticksPerSecond;
/** Device trees stand at a multiple of this at the end of memory, below 3 GiB (QEMU hw/riscv/boot.c). */
const treeAlignment = 2 ** 21;
const treeMost = 3 * 2 ** 30;
const header = { magic: 56, magicText: "RSC\x05" } as const;
/** Streams of entropy. */
const Purpose = { device: 1, tree: 2 } as const;

/** One sentence if it is no image for this machine. */
export function refuseRiscv64Image(image: Uint8Array, memoryBytes: number): string | undefined {
  const magic = String.fromCharCode(...image.subarray(header.magic, header.magic + 4));
  if (magic !== header.magicText)
    return "this is no kernel image for riscv64: it lacks the Linux Image header";
  const room = memoryBytes - (map.kernel - map.ram) - 2 * treeAlignment;
  if (image.length > room)
    return `an image of ${image.length} bytes does not fit into ${memoryBytes} bytes of memory`;
  return undefined;
}

export function riscv64Virt(request: BoardRequest): Board {
  const { cpus, scheduler, clock, dma, end } = request;
  const each = <T>(make: (cpu: number) => T): T[] => Array.from({ length: cpus }, (_, cpu) => make(cpu));

  // Lines into the harts.
  const pending = new Uint32Array(cpus);
  const setPending = (cpu: number, bit: number, level: boolean) => {
    const before = pending[cpu]!;
    const after = level ? before | (1 << bit) : before & ~(1 << bit);
    if (after >>> 0 === before) return;
    pending[cpu] = after;
    scheduler.poke(cpu);
  };
  const into = (cpu: number, bit: number): Line => ({ set: (level) => setPending(cpu, bit, level) });

  // Timers of S-mode, set by SBI or stimecmp.
  const deadlines = each(() => ({ at: -1 }));
  const timers: Alarm[] = each((cpu) =>
    alarm(clock(), deadlines[cpu]!, "at", () => setPending(cpu, Pending.supervisorTimer, true)),
  );
  function setDeadline(cpu: number, ticks: bigint | undefined) {
    const at = ticks === undefined ? Number.POSITIVE_INFINITY : Math.ceil(Number(ticks) * nsPerTick);
    const due = at <= scheduler.now();
    setPending(cpu, Pending.supervisorTimer, due);
    if (due || at > Number.MAX_SAFE_INTEGER) timers[cpu]!.stop();
    else timers[cpu]!.set(at);
  }

  const controller = plic(
    "plic",
    interruptSources,
    each((cpu) => [into(cpu, Pending.machineExternal), into(cpu, Pending.supervisorExternal)]).flat(),
  );
  const uart = serial16550({
    name: "uart",
    line: controller.input(interrupt.uart),
    clock: clock(),
    clockHz: uartClockHz,
    transmit: request.onConsole,
  });
  const functions = [
    virtioConsole(request.onSecond),
    virtioRng(entropyFrom(request.entropy, Purpose.device)),
  ];
  // QEMU fills its transports from the last to the first, in the order of the -device options.
  const transports = Array.from({ length: virtioCount }, (_, index) => {
    const device = functions[virtioCount - 1 - index];
    const line = controller.input(interrupt.firstVirtio + index);
    return virtioMmio({ name: `virtio-${index}`, line, dma, ...(device && { device }) });
  });
  const { seconds, ns } = request.wallClock;
  const memory = [
    { base: map.finisher, device: testFinisher(end) },
    { base: map.rtc, device: goldfishRtc(clock(), controller.input(interrupt.rtc), seconds, ns) },
    {
      base: map.clint,
      device: clint({
        clock: clock(),
        ticksPerSecond,
        harts: each((cpu) => ({
          software: into(cpu, Pending.machineSoftware),
          timer: into(cpu, Pending.machineTimer),
        })),
      }),
    },
    { base: map.plic, device: controller },
    { base: map.uart, device: uart },
    ...transports.map((device, index) => ({ base: map.virtio + index * map.virtioStep, device })),
  ];

  const host: SbiHost = {
    harts: cpus,
    x: (hart, number) => rv.getX(request.cpu(hart), number),
    setX: (hart, number, value) => rv.setX(request.cpu(hart), number, value),
    setTimer: setDeadline,
    setSoftwareInterrupt(hart, level) {
      const cpu = request.cpu(hart);
      const bit = 1 << 1;
      const before = rv.getLow(cpu, rv.mip);
      rv.setLow(cpu, rv.mip, level ? before | bit : before & ~bit);
      cpu.modeChanged();
      scheduler.poke(hart);
    },
    flush: (hart) => request.cpu(hart).flushTlb(),
    isStarted: (hart) => !scheduler.state.parked[hart],
    start(hart, address, argument) {
      enterSupervisor(request.cpu(hart), address, BigInt(hart), argument);
      scheduler.start(hart);
    },
    stop: (hart) => scheduler.park(hart),
    suspend: (hart) => request.cpu(hart).wait(),
    memory: dma,
    putConsole: request.onConsole,
    getConsole: () => uart.takeReceived(),
    end,
  };
  const serve = sbi(host);

  const platform = (index: number): BoardCpu => ({
    pending: () => pending[index]!,
    interruptVector: () => -1,
    acknowledge() {},
    supervisorCall: () => serve(index),
    setDeadline: (ticks) => setDeadline(index, ticks),
    ticks: () => BigInt(Math.floor(scheduler.now() / nsPerTick)),
    taskPriority: () => 0,
    setTaskPriority() {},
    readMsr: () => undefined,
    writeMsr: () => false,
  });

  function start(engine: Engine) {
    if (request.image === undefined) throw new Error("a machine without an image does not start");
    const tree = flattenTree(
      virtTree({
        cpus,
        memoryBytes: request.memoryBytes,
        commandLine: request.commandLine,
        seed: entropyFrom(request.entropy, Purpose.tree).take(32),
      }),
    );
    const top = Math.min(request.memoryBytes, treeMost) - tree.length;
    const treeAt = map.ram + top - (top % treeAlignment);
    dma.write(map.kernel, request.image);
    dma.write(treeAt, tree);
    for (const cpu of engine.cpus.slice(1)) scheduler.state.parked[cpu.index] = true;
    enterSupervisor(engine.cpus[0]!, BigInt(map.kernel), 0n, BigInt(treeAt));
  }

  return {
    ramBase: map.ram,
    memory,
    ports: [],
    console: uart,
    cpu: platform,
    start,
    // Another hart may write what this one has reserved.
    turnEnded: (cpu) => rv.setCell(cpu, rv.reservation, -1n),
    save: () => ({ pending: [...pending], deadlines: deadlines.map(({ at }) => at) }),
    load(saved) {
      const { pending: bits, deadlines: times } = saved as { pending: number[]; deadlines: number[] };
      pending.set(bits.slice(0, cpus));
      for (const [cpu, deadline] of deadlines.entries()) {
        deadline.at = times[cpu] ?? -1;
        timers[cpu]!.again();
      }
    },
    register,
  };
}

const names = ["zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1"].concat(
  ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"],
  ["s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"],
);

function register(cpu: Cpu, name: string): bigint {
  if (name === "pc") return rv.getCell(cpu, rv.pcCell);
  const number = names.indexOf(name);
  return number < 0 ? 0n : rv.getX(cpu, number);
}

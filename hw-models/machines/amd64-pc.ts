/**
 * The amd64 machine: QEMU 7.2's "microvm" with two serial ports and isa-debug-exit. All memory lies below 3 GiB, in one
 * piece; what a PC has between 640 KiB and 1 MiB is memory, too, and reserved.
 */
import { apicBus } from "../devices/apic-bus.ts";
import { entropyFrom } from "../devices/chacha20.ts";
import { cmosClock } from "../devices/cmos-clock.ts";
import type { Device, Line } from "../devices/device.ts";
import { fwCfg, fwCfgItems } from "../devices/fw-cfg.ts";
import { ioApic } from "../devices/io-apic.ts";
import { type LocalApic, localApic } from "../devices/local-apic.ts";
import { debugExit, keyboardReset, resetControl, sleepRegisters } from "../devices/pc-power.ts";
import { pic8259 } from "../devices/pic-8259.ts";
import { pit8254 } from "../devices/pit-8254.ts";
import { serial16550 } from "../devices/serial-16550.ts";
import { virtioMmio } from "../devices/virtio-mmio.ts";
import { virtioRng } from "../devices/virtio-rng.ts";
import type { Engine } from "../engine/engine.ts";
import * as x86 from "../isa/amd64/state.ts";
import type { Cpu } from "../isa/cpu.ts";
import type { Isa } from "../isa/isa.ts";
import { acpiTables } from "./acpi-tables.ts";
import { enterKernel, startUp } from "./amd64-start.ts";
import type { Board, BoardCpu, BoardRequest } from "./board.ts";
import { loadBzImage } from "./boot-protocol.ts";
import { mpTable } from "./mp-table.ts";
import { input, inputs, low, map, port, ticksPerSecond, virtioCount } from "./pc-map.ts";

/** Bits of `CpuPlatform.pending`. */
const Pending = { vector: 1, nmi: 2 } as const;
/** An NMI is taken as vector 2, which no APIC sends. */
const nmiVector = 2;
const nsPerTick = 1e9 / ticksPerSecond;
const Purpose = { device: 1, setup: 2 } as const;

export function amd64Pc(request: BoardRequest, isa: Isa): Board {
  const { cpus, scheduler, clock, dma, end, commandLine, image, memoryBytes } = request;
  const nmis = new Uint8Array(cpus);

  // APICs, and the messages between them.
  const apics: LocalApic[] = [];
  const io = ioApic("io-apic", inputs, (message) => bus.send(message));
  for (let id = 0; id < cpus; id++) {
    apics.push(
      localApic({
        ...{ id, ticksPerSecond, clock: clock(), ended: io.ended },
        send: (message) => bus.send(message),
        changed: () => scheduler.poke(id),
      }),
    );
  }
  const bus = apicBus(
    apics.map(({ target }) => target),
    {
      nmi(cpu) {
        nmis[cpu] = 1;
        scheduler.poke(cpu);
      },
      init(cpu) {
        apics[cpu]!.reset();
        nmis[cpu] = 0;
        scheduler.park(cpu);
      },
      startUp(cpu, vector) {
        if (!scheduler.state.parked[cpu]) return;
        startUp(isa, request.cpu(cpu), vector);
        scheduler.start(cpu);
      },
    },
  );
  /** Every CPU finds its own APIC at the one address. */
  const localApics: Device = {
    name: "local-apics",
    sizeBytes: 0x1000,
    read: (offset, size) => apics[Math.max(scheduler.running(), 0)]!.read(offset, size),
    write: (offset, size, value) => apics[Math.max(scheduler.running(), 0)]!.write(offset, size, value),
    reset: () => apics.forEach((apic) => void apic.reset()),
    save: () => apics.map((apic) => apic.save()),
    load(saved) {
      for (const [index, apic] of apics.entries())
        apic.load((saved as readonly (typeof saved)[])[index] ?? null);
    },
  };

  const serial = (name: string, pin: number, transmit: (byte: number) => void) =>
    serial16550({ name, line: io.input(pin), clock: clock(), transmit });
  const com1 = serial("com1", input.com1, request.onConsole);
  const com2 = serial("com2", input.com2, (byte) => request.onSecond(Uint8Array.of(byte)));
  const rng = virtioRng(entropyFrom(request.entropy, Purpose.device));
  // QEMU fills its transports from the last to the first.
  const transports = Array.from({ length: virtioCount }, (_, index) => {
    const line: Line = io.input(input.firstVirtio + index);
    return virtioMmio({
      name: `virtio-${index}`,
      line,
      dma,
      ...(index === virtioCount - 1 && { device: rng }),
    });
  });
  const { counters, port61 } = pit8254(clock(), io.input(input.timer));
  const seed = entropyFrom(request.entropy, Purpose.setup).take(32);
  const loaded = image && loadBzImage({ image, commandLine, memoryBytes, rsdp: low.acpi, seed });
  let kernelBytes = loaded?.kernelBytes ?? 0;

  const memory = [
    { base: map.localApic, device: localApics },
    { base: map.ioApic, device: io },
    { base: map.sleep, device: sleepRegisters(end) },
    ...transports.map((device, index) => ({ base: map.virtio + index * map.virtioStep, device })),
  ];
  const ports = [
    { base: port.pic, device: pic8259("pic") },
    { base: port.secondPic, device: pic8259("second-pic") },
    { base: port.pit, device: counters },
    { base: port.port61, device: port61 },
    { base: port.keyboard, device: keyboardReset(end) },
    { base: port.cmos, device: cmosClock(clock(), request.wallClock.seconds) },
    { base: port.debugExit, device: debugExit(end) },
    { base: port.com1, device: com1 },
    { base: port.com2, device: com2 },
    { base: port.fwCfg, device: fwCfg(() => fwCfgItems(cpus, kernelBytes)) },
    { base: port.resetControl, device: resetControl(end) },
  ];

  const platform = (index: number): BoardCpu => {
    const apic = apics[index]!;
    return {
      pending: () => (apic.vector() >= 0 ? Pending.vector : 0) | (nmis[index] ? Pending.nmi : 0),
      interruptVector: apic.vector,
      acknowledge(vector) {
        if (vector === nmiVector) nmis[index] = 0;
        else apic.acknowledge(vector);
      },
      supervisorCall: () => false,
      setDeadline: (ticks) => apic.setDeadline(Number(ticks ?? 0n)),
      ticks: () => BigInt(Math.floor(scheduler.now() / nsPerTick)),
      taskPriority: () => apic.taskPriority() >> 4,
      setTaskPriority: (priority) => apic.setTaskPriority(priority << 4),
      readMsr: apic.readMsr,
      writeMsr: apic.writeMsr,
    };
  };

  function start(engine: Engine) {
    if (loaded === undefined) throw new Error("a machine without an image does not start");
    dma.write(low.ebdaPointer, Uint8Array.of((low.ebda >> 4) & 0xff, low.ebda >> 12));
    dma.write(low.ebda, mpTable(low.ebda, cpus));
    dma.write(low.acpi, acpiTables(low.acpi, cpus));
    for (const { at, bytes } of loaded.pieces) dma.write(at, bytes);
    for (const cpu of engine.cpus.slice(1)) scheduler.state.parked[cpu.index] = true;
    enterKernel(isa, engine.cpus[0]!, loaded.entry, loaded.zeroPage);
  }

  return {
    ramBase: 0,
    ...{ memory, ports, start, register },
    console: com1,
    cpu: platform,
    save: () => ({ nmis: [...nmis], kernelBytes }),
    load(saved) {
      const state = saved as { nmis: number[]; kernelBytes: number };
      nmis.set(state.nmis.slice(0, cpus));
      kernelBytes = state.kernelBytes;
    },
  };
}

function register(cpu: Cpu, name: string): bigint {
  if (name === "pc") return cpu.state.getBigUint64(x86.rip.offset, true);
  if (name === "sp") return register(cpu, "rsp");
  const index = x86.registerNames.indexOf(name);
  return index < 0 ? 0n : cpu.state.getBigUint64(x86.registers[index]!.offset, true);
}

/**
 * What is particular about one machine: its devices, where they are, and how it begins. `machine.ts` does the rest, the
 * same for both.
 */
import type { Clock, Device, Dma, Json } from "../devices/device.ts";
import type { EndMachine } from "../devices/ending.ts";
import type { Serial16550 } from "../devices/serial-16550.ts";
import type { Engine } from "../engine/engine.ts";
import type { Cpu, CpuPlatform } from "../isa/cpu.ts";
import type { Place } from "./bus.ts";
import type { Scheduler } from "./scheduler.ts";

export type BoardRequest = {
  /** undefined: memory and CPUs will come out of a snapshot, and `start` is not called. */
  readonly image: Uint8Array | undefined;
  readonly commandLine: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** 32 bytes. */
  readonly entropy: Uint8Array;
  /** The time of day at power-on, in nanoseconds since 1970. */
  readonly wallClock: { seconds: number; ns: number };
  readonly scheduler: Scheduler;
  /** A clock for each device, in the order of asking. */
  clock(): Clock;
  readonly dma: Dma;
  end: EndMachine;
  onConsole(byte: number): void;
  /** The second output, for tools. */
  onSecond(bytes: Uint8Array): void;
  cpu(index: number): Cpu;
};

/** The part of `CpuPlatform` that a board knows; ports and the trace come from `machine.ts`. */
export type BoardCpu = Omit<CpuPlatform, "readPort" | "writePort" | "shutdown" | "onCall" | "onReturn">;

export type Board = {
  readonly ramBase: number;
  readonly memory: readonly Place[];
  readonly ports: readonly Place[];
  readonly console: Serial16550;
  cpu(index: number): BoardCpu;
  /** Puts the image into memory and the CPUs where it begins. */
  start(engine: Engine): void;
  /** With several CPUs: another one gets its turn. */
  turnEnded?(cpu: Cpu): void;
  /** What belongs to no device: lines of CPUs. */
  save(): Json;
  load(saved: Json): void;
  /** A register by its name in the architecture's assembly: for decoders of calls. */
  register(cpu: Cpu, name: string): bigint;
};

/** Devices once each, in the order of the address map: a device may stand at several places. */
export function devicesOf(board: Board): Device[] {
  return [...new Set([...board.memory, ...board.ports].map(({ device }) => device))];
}

/**
 * What the engine gives a machine: CPUs that run for a while and say why they stopped. Neither devices nor time are
 * its business; it asks for them.
 */
import type { Device } from "../devices/device.ts";
import type { Cpu, CpuPlatform } from "../isa/cpu.ts";
import type { Isa } from "../isa/isa.ts";
import type { Statistics } from "./statistics.ts";

export type EngineRequest = {
  readonly isa: Isa;
  readonly cpus: number;
  /** RAM, one piece; `ramBase` is its guest-physical address. */
  readonly ramBase: number;
  readonly ramBytes: number;
  /** The device at a guest-physical address outside RAM, and where it begins; undefined: nothing there. */
  deviceAt(address: number): { device: Device; base: number } | undefined;
  platform(index: number): CpuPlatform;
  /** Virtual time at an instruction of a CPU that is `executed` instructions into its present run. */
  timeNs(index: number, executed: number): number;
  /** "interpreter" never translates; "translator" translates at once; "auto" when it pays. */
  readonly tier?: "interpreter" | "translator" | "auto";
  /** The generated code counts what it does, which makes it slower. */
  readonly statistics?: boolean;
};

/** Why `run` came back. */
export type Stop =
  /** The budget is used up. */
  | "budget"
  /** The CPU waits for an interrupt. */
  | "waiting"
  /** Somebody called `interrupt()`: a device wants attention, or the machine is to stop. */
  | "attention";

export type Engine = {
  readonly cpus: readonly Cpu[];
  /** Guest RAM from `ramBase` on. Replaced when memory grows: never keep it. */
  readonly ram: Uint8Array;
  /** Runs one CPU for at most `budget` instructions, exactly; `executed` says how many. */
  run(index: number, budget: number): { stop: Stop; executed: number };
  /** Ends the present `run` before the next instruction. From devices, inside a register access. */
  interrupt(): void;
  /** For DMA and debuggers: makes translated code of these bytes be forgotten. */
  wrote(address: number, bytes: number): void;
  /** Instructions retired by CPU, and of these in user mode. */
  counts(index: number): { total: number; user: number };
  /** What the tiers did, as far as it was counted. */
  statistics(): Statistics;
  save(): Uint8Array;
  load(saved: Uint8Array): void;
};

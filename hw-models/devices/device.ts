/**
 * What a device is, and what it is given. A device knows its registers and nothing of where it stands: addresses and
 * interrupt lines appear only in `machines/`.
 */

/** Register access. `offset` is from the device's start; devices answer all ones where they have no register. */
export type Device = {
  readonly name: string;
  /** Bytes of address space (or number of ports). */
  readonly sizeBytes: number;
  read(offset: number, size: 1 | 2 | 4): number;
  write(offset: number, size: 1 | 2 | 4, value: number): void;
  reset(): void;
  /** Everything that `load` needs, as JSON values; `load(save())` changes nothing. */
  save(): Json;
  load(saved: Json): void;
};

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An interrupt line into a controller. Level: it stays as it was set. */
export type Line = { set(level: boolean): void };

/** Virtual time. Callbacks run between two instructions, in order of time, then of scheduling. */
export type Clock = {
  /** Nanoseconds since power-on. */
  now(): number;
  at(timeNs: number, callback: () => void): Timer;
};
export type Timer = { cancel(): void };

/** Guest-physical memory for DMA; false or undefined outside of RAM. Writes are seen by the translator. */
export type Dma = {
  read(address: number, bytes: number): Uint8Array | undefined;
  write(address: number, bytes: Uint8Array): boolean;
};

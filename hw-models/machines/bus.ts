/** Who answers at an address: devices in memory and at ports, and a memory of those that asked for nothing there. */
import { type AccessSize, allOnes } from "../devices/access.ts";
import type { Device } from "../devices/device.ts";

export type Place = { readonly base: number; readonly device: Device };

export type MemoryBus = {
  at(address: number): Place | undefined;
  /** Pages that were accessed without anything being there. */
  readonly missed: Set<number>;
};

const page = 4096;
/** A guest that scans all of memory is told apart from one that missed by accident; the record stays short. */
const missedMost = 64;

function remember(set: Set<number>, value: number) {
  if (set.size < missedMost) set.add(value);
}

export function memoryBus(places: readonly Place[]): MemoryBus {
  const sorted = places.toSorted((a, b) => a.base - b.base);
  const missed = new Set<number>();
  const has = (place: Place | undefined, address: number) =>
    place !== undefined && address >= place.base && address < place.base + place.device.sizeBytes;
  let last: Place | undefined;
  return {
    missed,
    at(address) {
      if (has(last, address)) return last;
      last = sorted.findLast(({ base }) => base <= address);
      if (has(last, address)) return last;
      remember(missed, address - (address % page));
      return undefined;
    },
  };
}

export type PortBus = {
  read(port: number, size: AccessSize): number;
  write(port: number, size: AccessSize, value: number): void;
  readonly missed: Set<number>;
};

export function portBus(places: readonly Place[]): PortBus {
  const ports = new Map<number, Place>();
  for (const place of places)
    for (let i = 0; i < place.device.sizeBytes; i++) ports.set(place.base + i, place);
  const missed = new Set<number>();
  const find = (port: number) => {
    const place = ports.get(port);
    if (place === undefined) remember(missed, port);
    return place;
  };
  return {
    missed,
    read(port, size) {
      const place = find(port);
      return place === undefined ? allOnes(size) : place.device.read(port - place.base, size);
    },
    write(port, size, value) {
      const place = find(port);
      place?.device.write(port - place.base, size, value);
    },
  };
}

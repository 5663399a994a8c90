/** What tests put around a device: a clock that they move, lines that remember, a piece of memory, and the two trials
 * that every device must stand: random accesses, and a snapshot. */

import type { ExecutionContext } from "ava";
import { randomNumbers } from "../random-numbers.ts";
import type { Device, Dma, Line } from "./device.ts";
import { eventQueue } from "./event-queue.ts";

export type TestLine = Line & { level: boolean /** How often it rose. */; rises: number };

export function testLine(): TestLine {
  return {
    level: false,
    rises: 0,
    set(level) {
      if (level && !this.level) this.rises++;
      this.level = level;
    },
  };
}

export function testClock() {
  let now = 0;
  const queue = eventQueue(() => now);
  return {
    ...queue.clock(0),
    /** Lets time pass, with everything that is due. */
    pass(ns: number) {
      const end = now + ns;
      while (queue.next() <= end) {
        now = Math.max(now, queue.next());
        queue.runUntil(now);
      }
      now = end;
    },
  };
}

export function testMemory(bytes: number): Dma & { bytes: Uint8Array } {
  const memory = new Uint8Array(bytes);
  const isInside = (address: number, count: number) => address >= 0 && address + count <= bytes;
  return {
    bytes: memory,
    read: (address, count) => (isInside(address, count) ? memory.slice(address, address + count) : undefined),
    write(address, data) {
      if (!isInside(address, data.length)) return false;
      memory.set(data, address);
      return true;
    },
  };
}

/** Random accesses are answered with numbers of their size, whatever they do to the device. */
export function standsRandomAccesses(
  t: ExecutionContext,
  device: Device,
  pass: (ns: number) => void = () => {},
) {
  const random = randomNumbers();
  for (let i = 0; i < 20_000; i++) {
    const size = ([1, 2, 4] as const)[random(3)]!;
    const offset = random(2) ? random(Math.min(device.sizeBytes, 0x400)) : random(device.sizeBytes);
    const aligned = random(8) ? offset - (offset % size) : offset;
    if (random(2)) device.write(aligned, size, random(2) ? random(256) : random(0xffffffff));
    const value = device.read(aligned, size);
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * size))
      t.fail(`read ${value} at ${aligned}`);
    if (i % 100 === 0) pass(random(1_000_000));
  }
  survivesSnapshot(t, device);
  t.pass();
}

/** `load(save())` changes nothing, and what was saved is JSON. */
export function survivesSnapshot(t: ExecutionContext, device: Device) {
  const saved = device.save();
  const copy = JSON.parse(JSON.stringify(saved));
  t.deepEqual(copy, saved);
  device.reset();
  device.load(copy);
  t.deepEqual(device.save(), saved);
}

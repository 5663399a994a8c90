/**
 * A virtio device behind memory-mapped registers: OASIS VIRTIO 1.2, section 4.2 (version 2 of the register layout; the
 * legacy version 1 is not offered). What the device does with its queues is a `VirtioFunction`; a transport without one
 * reads as device 0, which drivers skip (4.2.2).
 */
import { allOnes } from "./access.ts";
import type { Device, Dma, Json, Line } from "./device.ts";
import { loadState, saveState } from "./state.ts";
import { BrokenQueue, queueSizeMax, type Virtqueue, virtqueue } from "./virtqueue.ts";

/** The device behind the transport. */
export type VirtioFunction = {
  readonly deviceId: number;
  readonly queues: number;
  /** Its configuration, from offset 0x100 on. Read only. */
  readonly config: Uint8Array;
  /** The driver says that there is work in a queue. True: buffers were given back. */
  notified(queue: number, chains: Virtqueue): boolean;
  reset(): void;
  save(): Json;
  load(saved: Json): void;
};

const magic = 0x74726976;
const vendor = 0x554d4551;
const configAt = 0x100;
const versionOne = 1;
const Status = { driverOk: 4, featuresOk: 8, needsReset: 64, failed: 128 } as const;
const usedBuffer = 1;
const configChanged = 2;

/** Address registers come in halves: six words of each queue. */
const queueWords = { 128: 0, 132: 1, 144: 2, 148: 3, 160: 4, 164: 5 } as const;
const wordsPerQueue = 6;

const powerOn = (queues: number) => ({
  status: 0,
  deviceFeaturesSelect: 0,
  driverFeaturesSelect: 0,
  driverFeatures: new Uint32Array(2),
  queueSelect: 0,
  interrupts: 0,
  generation: 0,
  sizes: new Uint16Array(queues),
  ready: new Uint8Array(queues),
  seen: new Uint16Array(queues),
  given: new Uint16Array(queues),
  addresses: new Uint32Array(queues * wordsPerQueue),
});

export type VirtioRequest = { name: string; line: Line; dma: Dma; device?: VirtioFunction };

export function virtioMmio({ name, line, dma, device }: VirtioRequest): Device {
  const queues = device?.queues ?? 0;
  const s = powerOn(queues);
  const update = () => line.set(s.interrupts !== 0);

  function raise(why: number) {
    s.interrupts |= why;
    update();
  }

  function reset() {
    Object.assign(s, powerOn(queues));
    device?.reset();
    update();
  }

  const address = (queue: number, word: number) => {
    const at = queue * wordsPerQueue + word;
    return s.addresses[at]! + s.addresses[at + 1]! * 2 ** 32;
  };

  function notify(queue: number) {
    if (device === undefined || queue >= queues || !s.ready[queue]) return;
    if (!(s.status & Status.driverOk) || s.status & (Status.needsReset | Status.failed)) return;
    const where = {
      size: s.sizes[queue]!,
      descriptors: address(queue, 0),
      available: address(queue, 2),
      used: address(queue, 4),
      seen: s.seen[queue]!,
      given: s.given[queue]!,
    };
    const chains = virtqueue(dma, where);
    try {
      if (device.notified(queue, chains) && chains.wantsInterrupt()) raise(usedBuffer);
    } catch (error) {
      if (!(error instanceof BrokenQueue)) throw error;
      s.status |= Status.needsReset;
      raise(configChanged);
    }
    s.seen[queue] = where.seen;
    s.given[queue] = where.given;
  }

  function writeStatus(value: number) {
    if (value === 0) return reset();
    s.status |= value & 0xff;
    // Section 3.1.1: the only feature is VERSION_1 (bit 32), and a driver must take it.
    const accepted = s.driverFeatures[0] === 0 && s.driverFeatures[1] === versionOne;
    if (!accepted && !(s.status & Status.driverOk)) s.status &= ~Status.featuresOk;
  }

  const selected = () => s.queueSelect < queues;

  function writeQueue(offset: number, value: number) {
    if (!selected()) return;
    const queue = s.queueSelect;
    if (offset === 0x44) {
      s.ready[queue] = s.sizes[queue] === 0 ? 0 : value & 1;
      if (s.ready[queue]) s.seen[queue] = s.given[queue] = 0;
    } else if (s.ready[queue]) return;
    else if (offset === 0x38) {
      const isPowerOfTwo = (value & (value - 1)) === 0;
      s.sizes[queue] = isPowerOfTwo && value <= queueSizeMax ? value : 0;
    } else {
      const word = (queueWords as Record<number, number>)[offset];
      if (word !== undefined) s.addresses[queue * wordsPerQueue + word] = value;
    }
  }

  function writeRegister(offset: number, value: number) {
    switch (offset) {
      case 0x14:
        s.deviceFeaturesSelect = value;
        return;
      case 0x20:
        if (s.driverFeaturesSelect < 2 && !(s.status & Status.featuresOk))
          s.driverFeatures[s.driverFeaturesSelect] = value;
        return;
      case 0x24:
        s.driverFeaturesSelect = value;
        return;
      case 0x30:
        s.queueSelect = value;
        return;
      case 0x50:
        return notify(value);
      case 0x64:
        s.interrupts &= ~value;
        return update();
      case 0x70:
        return writeStatus(value);
      default:
        return writeQueue(offset, value);
    }
  }

  function readRegister(offset: number): number {
    switch (offset) {
      case 0x00:
        return magic;
      case 0x04:
        return 2;
      case 0x08:
        return device?.deviceId ?? 0;
      case 0x0c:
        return vendor;
      case 0x10:
        return s.deviceFeaturesSelect === 1 ? versionOne : 0;
      case 0x34:
        return selected() ? queueSizeMax : 0;
      case 0x44:
        return selected() ? s.ready[s.queueSelect]! : 0;
      case 0x60:
        return s.interrupts;
      case 0x70:
        return s.status;
      // No shared memory regions: their length reads as all ones (4.2.2).
      case 0xb0:
      case 0xb4:
      case 0xb8:
      case 0xbc:
        return 0xffffffff;
      case 0xfc:
        return s.generation;
      default:
        return 0;
    }
  }

  function readConfig(at: number, size: 1 | 2 | 4): number {
    let value = 0;
    for (let i = 0; i < size; i++) value |= (device?.config[at + i] ?? 0) << (8 * i);
    return value >>> 0;
  }

  return {
    name,
    sizeBytes: 0x200,
    // Section 4.2.2.2: the registers are 32 bits wide and aligned; the configuration takes any width.
    read(offset, size) {
      if (offset >= configAt) return readConfig(offset - configAt, size);
      return size === 4 && offset % 4 === 0 ? readRegister(offset) >>> 0 : allOnes(size);
    },
    write(offset, size, value) {
      if (offset < configAt && size === 4 && offset % 4 === 0) writeRegister(offset, value >>> 0);
    },
    reset,
    save: () => ({ transport: saveState(s), device: device?.save() ?? null }),
    load(saved) {
      const { transport, device: function_ } = saved as Record<string, Json>;
      loadState(s, transport ?? null);
      device?.load(function_ ?? null);
    },
  };
}

/**
 * The device's side of a split virtqueue: OASIS Virtual I/O Device (VIRTIO) version 1.2, section 2.7.
 *
 * The driver is not trusted: indices are taken modulo the size, chains are bounded, and memory that does not exist makes
 * the queue broken, which the transport tells the driver (DEVICE_NEEDS_RESET, section 2.1).
 */
import type { Dma } from "./device.ts";

export const queueSizeMax = 256;

/** Where the three parts lie, as the driver said. */
export type QueueAddresses = { size: number; descriptors: number; available: number; used: number };

export type Chain = {
  readonly head: number;
  /** What the driver wrote for the device, in order. */
  readonly bytes: Uint8Array;
  /** What the device may write. */
  readonly room: number;
  readonly targets: readonly { address: number; length: number }[];
};

/** A request that no honest driver makes. Thrown and caught within the transport's notification only. */
export class BrokenQueue extends Error {}

const hasNext = 1;
const deviceWrites = 2;
const noInterrupt = 1;
/** What one chain may carry: more is nonsense for any device here. */
const chainBytesMax = 2 ** 24;

export type Virtqueue = {
  /** Takes the next chain that the driver offers. */
  take(): Chain | undefined;
  /** Gives it back with `bytes` in its writable part; as many as fit. */
  give(chain: Chain, bytes?: Uint8Array): void;
  /** False: the driver asked not to be interrupted. */
  wantsInterrupt(): boolean;
};

/** `seen` counts the chains taken and `given` those given back; they are the transport's to save. */
export function virtqueue(dma: Dma, queue: QueueAddresses & { seen: number; given: number }): Virtqueue {
  const { size } = queue;

  function view(address: number, bytes: number): DataView {
    const read = dma.read(address, bytes);
    if (read === undefined) throw new BrokenQueue(`no memory at ${address.toString(16)}`);
    return new DataView(read.buffer, read.byteOffset, bytes);
  }
  const half = (address: number) => view(address, 2).getUint16(0, true);

  function write(address: number, bytes: Uint8Array) {
    if (!dma.write(address, bytes)) throw new BrokenQueue(`no memory at ${address.toString(16)}`);
  }

  function descriptor(index: number) {
    if (index >= size) throw new BrokenQueue(`descriptor ${index} of ${size}`);
    const at = view(queue.descriptors + 16 * index, 16);
    const address = at.getUint32(0, true) + at.getUint32(4, true) * 2 ** 32;
    return {
      address,
      length: at.getUint32(8, true),
      flags: at.getUint16(12, true),
      next: at.getUint16(14, true),
    };
  }

  function follow(head: number): Chain {
    const sources: Uint8Array[] = [];
    const targets: { address: number; length: number }[] = [];
    let total = 0;
    let index = head;
    for (let links = 0; ; links++) {
      const { address, length, flags, next } = descriptor(index);
      total += length;
      if (links === size || total > chainBytesMax) throw new BrokenQueue("an endless chain");
      if (flags & deviceWrites) targets.push({ address, length });
      else {
        const { buffer, byteOffset } = view(address, length);
        sources.push(new Uint8Array(buffer, byteOffset, length));
      }
      if (!(flags & hasNext)) break;
      index = next;
    }
    const bytes = new Uint8Array(sources.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const source of sources) {
      bytes.set(source, at);
      at += source.length;
    }
    return { head, bytes, targets, room: targets.reduce((sum, { length }) => sum + length, 0) };
  }

  return {
    take() {
      if (half(queue.available + 2) === queue.seen) return undefined;
      const head = half(queue.available + 4 + 2 * (queue.seen % size));
      const chain = follow(head);
      queue.seen = (queue.seen + 1) & 0xffff;
      return chain;
    },
    give({ head, targets }, bytes = new Uint8Array()) {
      let done = 0;
      for (const { address, length } of targets) {
        const part = bytes.subarray(done, done + length);
        if (part.length > 0) write(address, part);
        done += part.length;
      }
      const element = new DataView(new ArrayBuffer(8));
      element.setUint32(0, head, true);
      element.setUint32(4, done, true);
      write(queue.used + 4 + 8 * (queue.given % size), new Uint8Array(element.buffer));
      queue.given = (queue.given + 1) & 0xffff;
      write(queue.used + 2, Uint8Array.of(queue.given & 0xff, queue.given >> 8));
    },
    wantsInterrupt: () => (half(queue.available) & noInterrupt) === 0,
  };
}

import test from "ava";
import { randomNumbers } from "../random-numbers.ts";
import { entropyFrom } from "./chacha20.ts";
import { standsRandomAccesses, survivesSnapshot, testLine, testMemory } from "./test-bench.ts";
import { virtioConsole } from "./virtio-console.ts";
import { type VirtioFunction, virtioMmio } from "./virtio-mmio.ts";
import { virtioRng } from "./virtio-rng.ts";

const used = 0x200;
const data = 0x400;

function machine(device?: VirtioFunction) {
  const memory = testMemory(0x1000);
  const line = testLine();
  const transport = virtioMmio({ name: "virtio", line, dma: memory, ...(device && { device }) });
  const at = new DataView(memory.bytes.buffer);
  const put = (offset: number, value: number) => transport.write(offset, 4, value);
  const get = (offset: number) => transport.read(offset, 4);

  /** What a driver does: section 3.1.1, then one queue of four descriptors. */
  function start(queue: number) {
    for (const status of [0, 1, 3]) put(0x70, status);
    put(0x24, 1);
    put(0x20, 1);
    put(0x70, 0x0b);
    t8(get(0x70) & 8);
    put(0x30, queue);
    put(0x38, 4);
    put(0x80, 0);
    put(0x90, 0x100);
    put(0xa0, used);
    put(0x44, 1);
    put(0x70, 0x0f);
  }
  const t8 = (ok: number) => {
    if (!ok) throw new Error("features refused");
  };
  function describe(index: number, address: number, length: number, flags = 0, next = 0) {
    at.setBigUint64(16 * index, BigInt(address), true);
    at.setUint32(16 * index + 8, length, true);
    at.setUint16(16 * index + 12, flags, true);
    at.setUint16(16 * index + 14, next, true);
  }
  function offer(head: number) {
    const index = at.getUint16(0x102, true);
    at.setUint16(0x104 + 2 * (index % 4), head, true);
    at.setUint16(0x102, index + 1, true);
  }
  return { memory, line, transport, at, put, get, start, describe, offer };
}

test("the entropy device fills a buffer, says how much, and interrupts", (t) => {
  const { at, line, put, get, start, describe, offer, memory } = machine(
    virtioRng(entropyFrom(new Uint8Array(32), 1)),
  );
  t.is(get(0), 0x74726976);
  t.is(get(8), 4);
  start(0);
  describe(0, data, 64, 2);
  offer(0);
  put(0x50, 0);
  t.is(at.getUint16(used + 2, true), 1);
  t.deepEqual([at.getUint32(used + 4, true), at.getUint32(used + 8, true)], [0, 64]);
  t.true(memory.bytes.subarray(data, data + 64).some((byte) => byte !== 0));
  t.true(line.level);
  t.is(get(0x60), 1);
  put(0x64, 1);
  t.false(line.level);
});

test("the console writes what it gets, over a chain of two buffers, more often than the ring is long", (t) => {
  let output = "";
  const { at, put, start, describe, offer, memory } = machine(
    virtioConsole((bytes) => {
      output += new TextDecoder().decode(bytes);
    }),
  );
  start(1);
  memory.bytes.set(new TextEncoder().encode("hello, world"), data);
  describe(2, data, 7, 1, 3);
  describe(3, data + 7, 5);
  for (let i = 0; i < 6; i++) {
    offer(2);
    put(0x50, 1);
  }
  t.is(output, "hello, world".repeat(6));
  t.is(at.getUint16(used + 2, true), 6);
});

test("a driver that wants no interrupt gets none", (t) => {
  const { at, line, put, start, describe, offer } = machine(virtioRng(entropyFrom(new Uint8Array(32), 1)));
  start(0);
  at.setUint16(0x100, 1, true);
  describe(0, data, 8, 2);
  offer(0);
  put(0x50, 0);
  t.is(at.getUint16(used + 2, true), 1);
  t.false(line.level);
});

for (const [what, address, flags] of [
  ["memory that is not there", 0x10000, 0],
  ["an endless chain", data, 1],
] as const) {
  test(`${what} makes the device ask for a reset`, (t) => {
    const { put, get, start, describe, offer, line } = machine(virtioConsole(() => {}));
    start(1);
    describe(0, address, 16, flags, 0);
    offer(0);
    put(0x50, 1);
    t.is(get(0x70) & 64, 64);
    t.true(line.level);
    put(0x70, 0);
    t.is(get(0x70), 0);
    t.false(line.level);
  });
}

test("a driver that does not take VERSION_1 is refused", (t) => {
  const { put, get } = machine(virtioConsole(() => {}));
  for (const status of [0, 1, 3, 11]) put(0x70, status);
  t.is(get(0x70) & 8, 0);
});

test("a place without a device has the number 0", (t) => {
  const { get } = machine();
  t.is(get(0), 0x74726976);
  t.is(get(8), 0);
});

test("a snapshot keeps the queue and the place in the stream of entropy", (t) => {
  const { at, put, start, describe, offer, transport, memory } = machine(
    virtioRng(entropyFrom(new Uint8Array(32), 1)),
  );
  start(0);
  describe(0, data, 64, 2);
  offer(0);
  put(0x50, 0);
  survivesSnapshot(t, transport);
  const first = memory.bytes.slice(data, data + 64);
  offer(0);
  put(0x50, 0);
  t.is(at.getUint16(used + 2, true), 2);
  t.notDeepEqual(memory.bytes.slice(data, data + 64), first);
});

test("it stands random accesses and random memory", (t) => {
  for (const device of [virtioRng(entropyFrom(new Uint8Array(32), 1)), virtioConsole(() => {}), undefined]) {
    const { transport, memory, start, put } = machine(device);
    const random = randomNumbers(7);
    for (let i = 0; i < 500; i++) {
      start(device?.deviceId === 3 ? 1 : 0);
      for (let j = 0; j < memory.bytes.length; j++) memory.bytes[j] = random(4) ? 0 : random(256);
      put(0x50, random(2));
      if (i === 0 && device === undefined) break;
    }
    standsRandomAccesses(t, transport);
  }
});

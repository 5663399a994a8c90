import test from "ava";
import { clint } from "./clint.ts";
import type { Ending } from "./ending.ts";
import { goldfishRtc } from "./goldfish-rtc.ts";
import { plic } from "./plic.ts";
import { standsRandomAccesses, survivesSnapshot, testClock, testLine } from "./test-bench.ts";
import { testFinisher } from "./test-finisher.ts";

const claim = 0x200004;

function controller() {
  const outputs = [testLine(), testLine()];
  const device = plic("plic", 60, outputs);
  const put = (offset: number, value: number) => device.write(offset, 4, value);
  return { device, outputs, put, get: (offset: number) => device.read(offset, 4) };
}

test("the PLIC: an enabled source with a priority above the threshold interrupts until it is claimed", (t) => {
  const { device, outputs, put, get } = controller();
  put(4 * 10, 1);
  put(0x2000, 1 << 10);
  device.input(10).set(true);
  t.true(outputs[0]!.level);
  t.false(outputs[1]!.level);
  t.is(get(0x1000), 1 << 10);
  t.is(get(claim), 10);
  t.false(outputs[0]!.level);
  t.is(get(claim), 0);
});

test("the PLIC: a level that is still high when it is completed interrupts again", (t) => {
  const { device, outputs, put, get } = controller();
  put(4 * 10, 1);
  put(0x2000, 1 << 10);
  device.input(10).set(true);
  get(claim);
  put(claim, 10);
  t.true(outputs[0]!.level);
  get(claim);
  device.input(10).set(false);
  put(claim, 10);
  t.false(outputs[0]!.level);
});

test("the PLIC: the highest priority comes first, then the lowest number; the threshold holds back", (t) => {
  const { device, outputs, put, get } = controller();
  for (const [source, priority] of [
    [3, 2],
    [5, 7],
    [40, 7],
  ] as const) {
    put(4 * source, priority);
    device.input(source).set(true);
  }
  put(0x2000, 0xffffffff);
  put(0x2004, 0xffffffff);
  put(0x200000, 7);
  t.false(outputs[0]!.level);
  put(0x200000, 6);
  t.true(outputs[0]!.level);
  t.deepEqual([get(claim), get(claim), get(claim), get(claim)], [5, 40, 3, 0]);
  survivesSnapshot(t, device);
});

test("the PLIC stands random accesses", (t) => standsRandomAccesses(t, controller().device));

function timers() {
  const clock = testClock();
  const harts = [0, 1].map(() => ({ software: testLine(), timer: testLine() }));
  return { clock, harts, device: clint({ clock, ticksPerSecond: 10_000_000, harts }) };
}

test("the CLINT: mtime counts, and the timer interrupts when it reaches mtimecmp", (t) => {
  const { device, clock, harts } = timers();
  clock.pass(1000);
  t.is(device.read(0xbff8, 4), 10);
  device.write(0x4008, 4, 20);
  device.write(0x400c, 4, 0);
  clock.pass(999);
  t.false(harts[1]!.timer.level);
  survivesSnapshot(t, device);
  clock.pass(1);
  t.true(harts[1]!.timer.level);
  t.false(harts[0]!.timer.level);
  device.write(0x400c, 4, 1);
  t.false(harts[1]!.timer.level);
});

test("the CLINT: a write to msip interrupts that hart", (t) => {
  const { device, harts } = timers();
  device.write(4, 4, 1);
  t.deepEqual([harts[0]!.software.level, harts[1]!.software.level], [false, true]);
  device.write(4, 4, 0);
  t.false(harts[1]!.software.level);
});

test("the CLINT stands random accesses", (t) => {
  const { device, clock } = timers();
  standsRandomAccesses(t, device, clock.pass);
});

test("the goldfish clock tells the time of day in two halves of one moment", (t) => {
  const clock = testClock();
  const device = goldfishRtc(clock, testLine(), 1_700_000_000, 5);
  clock.pass(10);
  const low = device.read(0, 4);
  clock.pass(5_000_000_000);
  const time = (BigInt(device.read(4, 4)) << 32n) | BigInt(low);
  t.is(time, 1_700_000_000_000_000_015n);
});

test("the goldfish clock's alarm interrupts if it may", (t) => {
  const clock = testClock();
  const line = testLine();
  const device = goldfishRtc(clock, line, 0, 0);
  device.write(0x10, 4, 1);
  device.write(0x0c, 4, 0);
  device.write(0x08, 4, 1000);
  t.is(device.read(0x18, 4), 1);
  survivesSnapshot(t, device);
  clock.pass(1000);
  t.true(line.level);
  device.write(0x1c, 4, 1);
  t.false(line.level);
  standsRandomAccesses(t, device, clock.pass);
});

test("the finisher ends the machine with the status in the upper half", (t) => {
  const endings: Ending[] = [];
  const device = testFinisher((ending) => endings.push(ending));
  for (const value of [0x5555, 0x2a3333, 0x7777, 0x1234]) device.write(0, 4, value);
  t.deepEqual(endings, [{ how: "exit", status: 0 }, { how: "exit", status: 42 }, { how: "reset" }]);
  standsRandomAccesses(t, device);
});

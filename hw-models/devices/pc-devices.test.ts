import test from "ava";
import { cmosClock } from "./cmos-clock.ts";
import type { Ending } from "./ending.ts";
import { fwCfg, fwCfgItems } from "./fw-cfg.ts";
import { debugExit, keyboardReset, resetControl, sleepRegisters } from "./pc-power.ts";
import { pic8259 } from "./pic-8259.ts";
import { pit8254 } from "./pit-8254.ts";
import { standsRandomAccesses, survivesSnapshot, testClock, testLine } from "./test-bench.ts";

test("the PIT: channel 2 counts down at 1.193182 MHz while its gate is on", (t) => {
  const clock = testClock();
  const { counters, port61 } = pit8254(clock, testLine());
  port61.write(0, 1, 1);
  counters.write(3, 1, 0xb0);
  counters.write(2, 1, 0xff);
  counters.write(2, 1, 0xff);
  clock.pass(1_000_000);
  counters.write(3, 1, 0x80);
  const value = counters.read(2, 1) | (counters.read(2, 1) << 8);
  t.is(0xffff - value, 1193);
  t.is(port61.read(0, 1) & 0x20, 0);
  survivesSnapshot(t, counters);
  clock.pass(54_000_000);
  t.is(port61.read(0, 1) & 0x20, 0x20);
});

test("the PIT: channel 0 as a rate generator interrupts with its period", (t) => {
  const clock = testClock();
  const line = testLine();
  const { counters } = pit8254(clock, line);
  counters.write(3, 1, 0x34);
  counters.write(0, 1, 11932 & 0xff);
  counters.write(0, 1, 11932 >> 8);
  const before = line.rises;
  clock.pass(1_000_000_000);
  t.true(Math.abs(line.rises - before - 100) <= 1, `${line.rises - before} interrupts in a second at 100 Hz`);
});

test("the PIT: the read-back command tells mode and output", (t) => {
  const { counters } = pit8254(testClock(), testLine());
  counters.write(3, 1, 0x30);
  counters.write(3, 1, 0xe2);
  t.is(counters.read(0, 1), 0x70);
});

test("the PIT stands random accesses", (t) => {
  const clock = testClock();
  const { counters, port61 } = pit8254(clock, testLine());
  standsRandomAccesses(t, counters, clock.pass);
  standsRandomAccesses(t, port61, clock.pass);
});

function cmos(start: number) {
  const clock = testClock();
  const device = cmosClock(clock, start);
  const get = (index: number) => {
    device.write(0, 1, index);
    return device.read(1, 1);
  };
  const put = (index: number, value: number) => {
    device.write(0, 1, index);
    device.write(1, 1, value);
  };
  return { clock, device, get, put };
}

test("the CMOS clock tells the date in BCD, and goes on", (t) => {
  const { clock, get } = cmos(Date.UTC(2025, 11, 31, 23, 59, 58) / 1000);
  t.deepEqual([0x32, 9, 8, 7, 4, 2, 0].map(get), [0x20, 0x25, 0x12, 0x31, 0x23, 0x59, 0x58]);
  clock.pass(2_000_000_000);
  t.deepEqual([0x32, 9, 8, 7, 4, 2, 0].map(get), [0x20, 0x26, 0x01, 0x01, 0, 0, 0]);
  t.is(get(13), 0x80);
});

test("the CMOS clock says when it is about to change", (t) => {
  const { clock, get } = cmos(0);
  t.is(get(10), 0x26);
  clock.pass(999_900_000);
  t.is(get(10), 0xa6);
});

test("the CMOS clock can be set, in binary and in twelve hours", (t) => {
  const { device, get, put } = cmos(0);
  put(11, 0x84);
  for (const [index, value] of [
    [9, 30],
    [8, 5],
    [7, 17],
    [4, 0x80 | 3],
    [2, 45],
    [0, 10],
  ] as const)
    put(index, value);
  put(11, 0x04);
  t.is(get(4), 0x83);
  put(11, 0x06);
  t.deepEqual([9, 8, 7, 4, 2, 0].map(get), [30, 5, 17, 15, 45, 10]);
  put(0x40, 77);
  survivesSnapshot(t, device);
  t.is(get(0x40), 77);
});

test("the CMOS clock stands random accesses", (t) => {
  const { device, clock } = cmos(1e9);
  standsRandomAccesses(t, device, clock.pass);
});

test("the 8259 takes its initialisation and keeps its mask", (t) => {
  const device = pic8259("pic");
  for (const [offset, value] of [
    [0, 0x11],
    [1, 0x20],
    [1, 0x04],
    [1, 0x01],
    [1, 0xfb],
  ] as const)
    device.write(offset, 1, value);
  t.is(device.read(1, 1), 0xfb);
  standsRandomAccesses(t, device);
});

test("each way off or to a reset is one", (t) => {
  const endings: Ending[] = [];
  const end = (ending: Ending) => endings.push(ending);
  debugExit(end).write(0, 1, 3);
  sleepRegisters(end).write(0, 1, 0x34);
  sleepRegisters(end).write(2, 1, 0x42);
  const control = resetControl(end);
  control.write(0, 1, 2);
  control.write(0, 1, 6);
  keyboardReset(end).write(0, 1, 0xfe);
  t.deepEqual(endings, [
    { how: "exit", status: 3 },
    { how: "power-off", failed: false },
    { how: "reset" },
    { how: "reset" },
    { how: "reset" },
  ]);
  for (const device of [debugExit(end), sleepRegisters(end), control, keyboardReset(end)])
    standsRandomAccesses(t, device);
});

test("fw_cfg gives the bytes of an item one by one, then zeros", (t) => {
  const device = fwCfg(() => fwCfgItems(2, 0x123456));
  const item = (key: number, bytes: number) => {
    device.write(0, 2, key);
    return Array.from({ length: bytes }, () => device.read(1, 1));
  };
  t.deepEqual(item(0, 5), [0x51, 0x45, 0x4d, 0x55, 0]);
  t.deepEqual(item(8, 4), [0x56, 0x34, 0x12, 0]);
  t.deepEqual(item(0x1234, 2), [0, 0]);
  standsRandomAccesses(t, device);
});

import test from "ava";
import { serial16550 } from "./serial-16550.ts";
import { standsRandomAccesses, survivesSnapshot, testClock, testLine } from "./test-bench.ts";

function uart() {
  const line = testLine();
  const clock = testClock();
  const output: number[] = [];
  const device = serial16550({ name: "uart", line, clock, transmit: (byte) => output.push(byte) });
  const receive = (text: string) => device.receive(new TextEncoder().encode(text));
  return { device, line, clock, output, receive };
}

test("what is written goes out, and the transmitter is empty at once", (t) => {
  const { device, output } = uart();
  for (const byte of [72, 105]) device.write(0, 1, byte);
  t.deepEqual(output, [72, 105]);
  t.is(device.read(5, 1), 0x60);
});

test("the divisor latch hides behind bit 7 of the line control", (t) => {
  const { device, output } = uart();
  device.write(3, 1, 0x83);
  device.write(0, 1, 1);
  device.write(1, 1, 2);
  t.is(device.read(0, 2), 0x0201);
  device.write(3, 1, 0x03);
  t.is(device.read(1, 1), 0);
  t.deepEqual(output, []);
});

test("without a FIFO every byte interrupts, and reading it ends that", (t) => {
  const { device, line, receive } = uart();
  receive("a");
  t.false(line.level);
  device.write(1, 1, 1);
  t.true(line.level);
  t.is(device.read(2, 1), 0x04);
  t.is(device.read(0, 1), 97);
  t.false(line.level);
  t.is(device.read(2, 1), 0x01);
  t.is(device.read(5, 1) & 1, 0);
});

test("with a FIFO it interrupts at the trigger level", (t) => {
  const { device, line, receive } = uart();
  device.write(2, 1, 0x87);
  device.write(1, 1, 1);
  receive("1234567");
  t.false(line.level);
  receive("8");
  t.true(line.level);
  t.is(device.read(2, 1), 0xc4);
});

test("a few bytes interrupt after four characters of silence", (t) => {
  const { device, line, clock, receive } = uart();
  device.write(2, 1, 0x87);
  device.write(3, 1, 0x83);
  device.write(0, 1, 1);
  device.write(3, 1, 0x03);
  device.write(1, 1, 1);
  receive("ab");
  // 4 * 10 bits at 115200 baud
  clock.pass(347_222);
  t.false(line.level);
  clock.pass(1);
  t.true(line.level);
  t.is(device.read(2, 1), 0xcc);
  device.read(0, 1);
  t.false(line.level);
  clock.pass(347_223);
  t.true(line.level);
});

test("the other end waits while the FIFO is full: nothing is lost", (t) => {
  const { device, receive } = uart();
  device.write(2, 1, 0x01);
  const text = "0123456789".repeat(30);
  receive(text);
  let read = "";
  while (device.read(5, 1) & 1) read += String.fromCharCode(device.read(0, 1));
  t.is(read, text);
});

test("the transmitter's interrupt comes when it is enabled, and reading the identification ends it", (t) => {
  const { device, line } = uart();
  device.write(1, 1, 2);
  t.true(line.level);
  t.is(device.read(2, 1), 0x02);
  t.false(line.level);
  device.write(0, 1, 65);
  t.true(line.level);
});

test("looped back, it hears itself and not the line", (t) => {
  const { device, output, receive } = uart();
  device.write(4, 1, 0x1a);
  t.is(device.read(6, 1) >> 4, 0x9);
  device.write(0, 1, 0x55);
  receive("x");
  t.is(device.read(0, 1), 0x55);
  t.deepEqual(output, []);
  device.write(4, 1, 0x0b);
  t.is(device.read(0, 1), 120);
});

test("a snapshot in the middle of silence keeps the deadline", (t) => {
  const { device, line, clock, receive } = uart();
  device.write(2, 1, 0x81);
  device.write(1, 1, 1);
  receive("ab");
  clock.pass(1000);
  survivesSnapshot(t, device);
  clock.pass(5_000_000);
  t.true(line.level);
  t.is(line.rises, 1);
});

test("it stands random accesses", (t) => {
  const { device, clock, receive } = uart();
  receive("some input");
  standsRandomAccesses(t, device, clock.pass);
});

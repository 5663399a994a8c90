import test from "ava";
import { apicBus } from "./apic-bus.ts";
import { ioApic } from "./io-apic.ts";
import { type LocalApic, localApic } from "./local-apic.ts";
import { standsRandomAccesses, survivesSnapshot, testClock } from "./test-bench.ts";

function system(cpus = 2) {
  const clock = testClock();
  const events: string[] = [];
  const apics: LocalApic[] = [];
  const bus = () =>
    apicBus(
      apics.map(({ target }) => target),
      {
        nmi: (cpu) => events.push(`nmi ${cpu}`),
        init: (cpu) => events.push(`init ${cpu}`),
        startUp: (cpu, vector) => events.push(`startup ${cpu} ${vector}`),
      },
    );
  const io = ioApic("io-apic", 24, (message) => bus().send(message));
  for (let id = 0; id < cpus; id++) {
    const apic = localApic({
      id,
      clock,
      ticksPerSecond: 1e9,
      send: (message) => bus().send(message),
      ended: io.ended,
      changed() {},
    });
    apics.push(apic);
    apic.write(0xf0, 4, 0x1ff);
  }
  const redirect = (pin: number, low: number, cpu: number) => {
    io.write(0, 4, 0x11 + 2 * pin);
    io.write(0x10, 4, cpu << 24);
    io.write(0, 4, 0x10 + 2 * pin);
    io.write(0x10, 4, low);
  };
  return { clock, events, io, redirect, first: apics[0]!, second: apics[1]!, apics };
}

test("an interprocessor interrupt is requested, taken, and ended", (t) => {
  const { first, second } = system();
  first.write(0x310, 4, 1 << 24);
  first.write(0x300, 4, 0x4000 | 0x55);
  t.is(first.vector(), -1);
  t.is(second.vector(), 0x55);
  second.acknowledge(0x55);
  t.is(second.vector(), -1);
  t.is(second.read(0x120, 4), 1 << (0x55 - 64));
  second.write(0xb0, 4, 0);
  t.is(second.read(0x120, 4), 0);
});

test("a vector waits behind one in service and behind the task priority", (t) => {
  const { first } = system();
  const self = (vector: number) => first.write(0x300, 4, 0x44000 | vector);
  self(0x50);
  first.acknowledge(first.vector());
  self(0x5f);
  t.is(first.vector(), -1);
  self(0x60);
  t.is(first.vector(), 0x60);
  first.setTaskPriority(0x60);
  t.is(first.vector(), -1);
  first.setTaskPriority(0);
  first.write(0xb0, 4, 0);
  t.is(first.vector(), 0x60);
});

test("INIT, STARTUP and NMI reach CPUs, others only where that was said", (t) => {
  const { first, events } = system(3);
  first.write(0x310, 4, 1 << 24);
  first.write(0x300, 4, 0x4500);
  first.write(0x300, 4, 0x8500);
  first.write(0x300, 4, 0x4610);
  first.write(0x300, 4, 0xc4400);
  t.deepEqual(events, ["init 1", "startup 1 16", "nmi 1", "nmi 2"]);
});

test("logical destinations are a bit for each CPU", (t) => {
  const { first, apics } = system(3);
  for (const [id, apic] of apics.entries()) apic.write(0xd0, 4, 1 << (24 + id));
  first.write(0x310, 4, 0b110 << 24);
  first.write(0x300, 4, 0x4800 | 0x40);
  t.deepEqual(
    apics.map((apic) => apic.vector()),
    [-1, 0x40, 0x40],
  );
});

test("the timer rings once, periodically, or at a time of the time-stamp counter", (t) => {
  const { first, clock } = system();
  const takes = () => {
    const vector = first.vector();
    if (vector < 0) return false;
    first.acknowledge(vector);
    first.write(0xb0, 4, 0);
    return true;
  };
  first.write(0x3e0, 4, 0xb);
  first.write(0x320, 4, 0x30);
  first.write(0x380, 4, 1000);
  clock.pass(400);
  t.is(first.read(0x390, 4), 600);
  clock.pass(599);
  t.false(takes());
  clock.pass(1);
  t.true(takes());
  clock.pass(5000);
  t.false(takes());

  first.write(0x320, 4, 0x20030);
  first.write(0x380, 4, 1000);
  for (let i = 0; i < 3; i++) {
    clock.pass(1000);
    t.true(takes());
  }

  first.write(0x320, 4, 0x40030);
  t.is(first.read(0x380, 4), 0);
  const deadline = clock.now() + 500;
  t.true(first.writeMsr(0x6e0, BigInt(deadline)));
  survivesSnapshot(t, first);
  clock.pass(499);
  t.false(takes());
  clock.pass(1);
  t.true(takes());
  t.is(first.readMsr(0x6e0), 0n);
});

test("x2APIC: registers by number, 32-bit destinations, and no way back", (t) => {
  const { first, second } = system();
  t.false(first.writeMsr(0x1b, 0xfee00500n), "not without enabling it");
  t.is(first.readMsr(0x802), undefined);
  t.true(first.writeMsr(0x1b, 0xfee00d00n));
  t.true(second.writeMsr(0x1b, 0xfee00c00n));
  t.is(second.readMsr(0x802), 1n);
  t.is(first.read(0x20, 4), 0xffffffff);
  t.true(first.writeMsr(0x830, (1n << 32n) | 0x4040n));
  t.is(second.vector(), 0x40);
  t.true(second.writeMsr(0x83f, 0x70n));
  t.is(second.vector(), 0x70);
  t.false(first.writeMsr(0x802, 0n), "read only");
  t.false(first.writeMsr(0x80b, 1n), "reserved");
  t.false(first.writeMsr(0x1b, 0xfee00900n), "x2APIC to memory");
  t.true(first.writeMsr(0x1b, 0xfee00100n));
});

test("an illegal vector is an error, not an interrupt", (t) => {
  const { first } = system();
  first.write(0x300, 4, 0x44005);
  first.write(0x280, 4, 0);
  t.is(first.read(0x280, 4), 0x20);
  t.is(first.vector(), -1);
});

test("I/O APIC: an edge interrupts once, masked it is lost", (t) => {
  const { io, redirect, second } = system();
  const line = io.input(4);
  line.set(true);
  line.set(false);
  redirect(4, 0x41, 1);
  t.is(second.vector(), -1);
  line.set(true);
  t.is(second.vector(), 0x41);
  second.acknowledge(0x41);
  second.write(0xb0, 4, 0);
  t.is(second.vector(), -1);
});

test("I/O APIC: a level that stays comes again after its end", (t) => {
  const { io, redirect, first } = system();
  redirect(5, 0x8051, 0);
  const line = io.input(5);
  line.set(true);
  t.is(first.vector(), 0x51);
  first.acknowledge(0x51);
  t.is(first.vector(), -1);
  first.write(0xb0, 4, 0);
  t.is(first.vector(), 0x51);
  first.acknowledge(0x51);
  line.set(false);
  first.write(0xb0, 4, 0);
  t.is(first.vector(), -1);
  survivesSnapshot(t, io);
});

test("I/O APIC: its version tells 24 inputs", (t) => {
  const { io } = system();
  io.write(0, 4, 1);
  t.is(io.read(0x10, 4), 0x170020);
});

test("APICs stand random accesses", (t) => {
  const { first, second, io, clock } = system();
  standsRandomAccesses(t, io, clock.pass);
  standsRandomAccesses(t, first, clock.pass);
  second.writeMsr(0x1b, 0xfee00c00n);
  for (let index = 0x7f0; index < 0x850; index++)
    for (const value of [0n, 1n, 0xffffffffn, 2n ** 64n - 1n]) {
      second.writeMsr(index, value);
      second.readMsr(index);
    }
  survivesSnapshot(t, second);
});

import test from "ava";
import type { Ending } from "../devices/ending.ts";
import { testMemory } from "../devices/test-bench.ts";
import { type SbiHost, sbi } from "./sbi.ts";

const all = 2n ** 64n - 1n;

function firmware(harts = 4) {
  const registers = Array.from({ length: harts }, () => Array.from({ length: 32 }, () => 0n));
  const did: string[] = [];
  const running = [0];
  const endings: Ending[] = [];
  const input = [..."in"].map((letter) => letter.charCodeAt(0));
  let output = "";
  const memory = testMemory(0x1000);
  const host: SbiHost = {
    harts,
    x: (hart, number) => registers[hart]![number]!,
    setX(hart, number, value) {
      registers[hart]![number] = BigInt.asUintN(64, value);
    },
    setTimer: (hart, ticks) => did.push(`timer ${hart} ${ticks}`),
    setSoftwareInterrupt: (hart, level) => did.push(`software ${hart} ${level}`),
    flush: (hart) => did.push(`flush ${hart}`),
    isStarted: (hart) => running.includes(hart),
    start(hart, address, argument) {
      running.push(hart);
      did.push(`start ${hart} ${address} ${argument}`);
    },
    stop: (hart) => did.push(`stop ${hart}`),
    suspend: (hart) => did.push(`suspend ${hart}`),
    memory,
    putConsole(byte) {
      output += String.fromCharCode(byte);
    },
    getConsole: () => input.shift() ?? -1,
    end: (ending) => endings.push(ending),
  };
  const serve = sbi(host);
  /** [error, value] */
  function call(extension: number, f: number, ...args: (bigint | number)[]): [bigint, bigint] {
    const x = registers[0]!;
    x[17] = BigInt(extension);
    x[16] = BigInt(f);
    for (let i = 0; i < 3; i++) x[10 + i] = BigInt.asUintN(64, BigInt(args[i] ?? 0));
    serve(0);
    return [BigInt.asIntN(64, x[10]!), x[11]!];
  }
  return { call, did, running, endings, memory, output: () => output };
}

const [BASE, TIME, IPI, RFENCE, HSM, SRST, DBCN] = [
  0x10, 0x54494d45, 0x735049, 0x52464e43, 0x48534d, 0x53525354, 0x4442434e,
];

test("it says which version and extensions there are", (t) => {
  const { call } = firmware();
  t.deepEqual(call(BASE!, 0), [0n, 0x02000000n]);
  for (const extension of [BASE, TIME, IPI, RFENCE, HSM, SRST, DBCN, 1])
    t.deepEqual(call(BASE!, 3, extension!), [0n, 1n]);
  t.deepEqual(call(BASE!, 3, 0x504d55), [0n, 0n]);
  t.is(call(0x504d55, 0)[0], -2n);
});

test("timers, interrupts and fences reach the harts that were meant and run", (t) => {
  const { call, did, running } = firmware();
  running.push(2, 3);
  call(TIME!, 0, 1234);
  call(TIME!, 0, all);
  call(IPI!, 0, 0b11, 2);
  call(RFENCE!, 1, 0, all);
  t.deepEqual(did, [
    "timer 0 1234",
    "timer 0 undefined",
    "software 2 true",
    "software 3 true",
    "flush 0",
    "flush 2",
    "flush 3",
  ]);
  t.is(call(IPI!, 0, 1, 4)[0], -3n);
  t.is(call(IPI!, 0, 0b100, 2)[0], -3n);
});

test("harts start once, at an address that exists", (t) => {
  const { call, did } = firmware();
  t.is(call(HSM!, 2, 1)[1], 1n);
  t.is(call(HSM!, 0, 1, 0x10_0000, 7)[0], -5n);
  t.is(call(HSM!, 0, 1, 0x100, 7)[0], 0n);
  t.is(call(HSM!, 0, 1, 0x100, 7)[0], -6n);
  t.is(call(HSM!, 0, 4, 0x100, 7)[0], -3n);
  t.is(call(HSM!, 2, 1)[1], 0n);
  t.deepEqual(did, ["start 1 256 7"]);
});

test("the console is written from memory and read into it", (t) => {
  const { call, memory, output } = firmware();
  memory.bytes.set(new TextEncoder().encode("hello"), 0x20);
  t.deepEqual(call(DBCN!, 0, 5, 0x20), [0n, 5n]);
  call(DBCN!, 2, 33);
  call(1, 0, 63);
  t.is(output(), "hello!?");
  t.deepEqual(call(DBCN!, 1, 10, 0x80), [0n, 2n]);
  t.deepEqual([...memory.bytes.subarray(0x80, 0x83)], [105, 110, 0]);
  t.is(call(2, 0)[0], -1n);
  t.is(call(DBCN!, 0, 5, 0x2000)[0], -3n);
});

test("a reset says how it ends", (t) => {
  const { call, endings } = firmware();
  call(SRST!, 0, 0, 1);
  call(SRST!, 0, 1, 0);
  call(8, 0);
  t.deepEqual(endings, [
    { how: "power-off", failed: true },
    { how: "reset" },
    { how: "power-off", failed: false },
  ]);
  t.is(call(SRST!, 0, 3, 0)[0], -3n);
});

test("random calls do nothing worse than an error", (t) => {
  const { call } = firmware();
  const values = [0n, 1n, 5n, 64n, 2n ** 31n, 2n ** 40n, 2n ** 63n, all];
  for (const extension of [BASE, TIME, IPI, RFENCE, HSM, SRST, DBCN, 0, 1, 2, 3, 4, 5, 6, 7, 9, 99])
    for (let f = 0; f < 8; f++)
      for (const a of values) for (const b of values) call(extension!, f, a, b, values[f]!);
  t.pass();
});

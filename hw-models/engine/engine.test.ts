/** What the engine promises a machine: exact budgets, attention, waiting, counts, snapshots, forgotten code. */
import test from "ava";
import type { Engine } from "./engine.ts";
import { assemble, toy, toyIsa } from "./toy-isa.ts";
import { platform, Recorder, toyEngine, write } from "./toy-machine.ts";

const isa = toyIsa(false);
const register = (engine: Engine, number: number, cpu = 0): bigint =>
  engine.cpus[cpu]!.state.getBigUint64(toy.registers + 8 * (number - 1), true);
const setRegister = (engine: Engine, number: number, value: number, cpu = 0): void =>
  engine.cpus[cpu]!.state.setBigUint64(toy.registers + 8 * (number - 1), BigInt(value), true);
const setPc = (engine: Engine, pc: number, cpu = 0): void =>
  engine.cpus[cpu]!.state.setBigUint64(toy.pc.offset, BigInt(pc), true);
const pcOf = (engine: Engine, cpu = 0): bigint => engine.cpus[cpu]!.state.getBigUint64(toy.pc.offset, true);

/** Counts in register 1 for ever, from 0x200 on: two instructions a turn. */
function counting(more: Parameters<typeof toyEngine>[2] = {}): Engine {
  const engine = toyEngine(isa, new Recorder(), more);
  write(engine, 0x200, assemble("addi", 1, 1, 1), assemble("jal", 0, 0, -2));
  for (const [index] of engine.cpus.entries()) setPc(engine, 0x200, index);
  return engine;
}

test("a budget is used exactly, also across the engine's own slices", (t) => {
  const engine = counting();
  t.deepEqual(engine.run(0, 2_000_001), { stop: "budget", executed: 2_000_001 });
  t.is(register(engine, 1), 1_000_001n);
  t.is(engine.counts(0).total, 2_000_001);
  t.is(engine.cpus[0]!.instructions, 2_000_001);
});

test("a device that asks for attention ends the run behind the instruction that touched it", (t) => {
  const recorder = new Recorder();
  const engine = toyEngine(isa, recorder);
  let seen = -1;
  recorder.touched = () => {
    seen = engine.cpus[0]!.timeNs;
    engine.interrupt();
  };
  write(engine, 0x200, assemble("inc", 1, 1), assemble("sw", 1, 2, 4), assemble("inc", 1, 1));
  write(engine, 0x208, assemble("lw", 3, 2, 0), assemble("jal", 0, 0, 0));
  setRegister(engine, 2, toy.device);
  setPc(engine, 0x200);
  t.deepEqual(engine.run(0, 100), { stop: "attention", executed: 2 });
  t.is(seen, 1, "virtual time does not count the instruction that is executing");
  t.deepEqual(engine.run(0, 100), { stop: "attention", executed: 2 });
  t.is(register(engine, 3), 0x02020202n);
  t.deepEqual(engine.run(0, 100), { stop: "budget", executed: 100 });
  t.deepEqual(recorder.log, ["write 4 4 1", "read 0 4"]);
});

test("a CPU that waits executes nothing until it has a reason to go on", (t) => {
  let pending = 0;
  const engine = toyEngine(isa, new Recorder(), {
    platform: () => ({ ...platform(0), pending: () => pending }),
  });
  write(engine, 0x200, assemble("inc", 1, 1), assemble("wait", 0, 0), assemble("jal", 0, 0, 0));
  setPc(engine, 0x200);
  t.deepEqual(engine.run(0, 100), { stop: "waiting", executed: 2 });
  t.deepEqual(engine.run(0, 100), { stop: "waiting", executed: 0 });
  pending = 2;
  t.deepEqual(engine.run(0, 100), { stop: "budget", executed: 100 });
});

test("an interrupt is taken as soon as a custom allows it, between two instructions", (t) => {
  const engine = toyEngine(isa, new Recorder(), { platform: () => platform(1) });
  write(engine, 0x100, assemble("jal", 0, 0, 0));
  write(engine, 0x200, assemble("inc", 1, 1), assemble("mode", 0, 2), assemble("inc", 3, 3));
  setRegister(engine, 2, 1);
  setPc(engine, 0x200);
  engine.run(0, 3);
  t.is(pcOf(engine), 0x100n);
  t.is(engine.cpus[0]!.state.getBigUint64(toy.epc.offset, true), 0x206n);
  t.is(register(engine, 3), 0n);
});

test("instructions of user mode are counted apart, the one that leaves it too", (t) => {
  const engine = toyEngine(isa, new Recorder());
  write(engine, 0x100, assemble("jal", 0, 0, 0));
  write(engine, 0x200, assemble("mode", 0, 2), assemble("inc", 1, 1), assemble("inc", 1, 1));
  write(engine, 0x208, assemble("call", 0, 0, 0));
  setRegister(engine, 2, 1);
  setPc(engine, 0x200);
  engine.run(0, 10);
  t.deepEqual(engine.counts(0), { total: 10, user: 3 });
});

test("modes decode and translate apart", (t) => {
  const engine = toyEngine(isa, new Recorder());
  write(engine, 0x200, assemble("call", 3, 0, 0), assemble("jal", 0, 0, -2));
  setPc(engine, 0x200);
  engine.run(0, 1);
  t.is(engine.cpus[0]!.state.getInt32(toy.cause.offset, true), 8);
  engine.cpus[0]!.state.setInt32(toy.mode.offset, 2, true);
  setPc(engine, 0x200);
  engine.run(0, 1);
  t.is(engine.cpus[0]!.state.getInt32(toy.cause.offset, true), 2, "in mode 2 the instruction is illegal");
});

test("a snapshot goes on as the machine that was saved", (t) => {
  const engine = counting();
  engine.ram[0x3456] = 7;
  engine.run(0, 1001);
  const saved = engine.save();
  engine.run(0, 500);
  const other = counting();
  other.ram[0x9999] = 1;
  other.load(saved);
  t.is(other.ram[0x9999], 0);
  t.is(other.ram[0x3456], 7);
  t.is(other.counts(0).total, 1001);
  other.run(0, 500);
  t.deepEqual(other.save(), engine.save());
  t.throws(() => toyEngine(isa, new Recorder(), { cpus: 2 }).load(saved), {
    message: /other memory or CPUs/,
  });
  t.throws(() => other.load(new Uint8Array(4)), { message: /not a snapshot/ });
});

test("code that a device writes over is decoded again", (t) => {
  const engine = counting();
  engine.run(0, 10);
  write(engine, 0x200, assemble("addi", 1, 1, 100));
  engine.run(0, 10);
  t.is(register(engine, 1), 505n);
});

test("a program that writes over its next instruction executes the new one", (t) => {
  const engine = toyEngine(isa, new Recorder());
  const [newCode, ...rest] = assemble("addi", 1, 1, 50);
  write(engine, 0x200, assemble("sw", 3, 2, 0), assemble("addi", 1, 1, 1), assemble("jal", 0, 0, -4));
  setRegister(engine, 2, 0x204);
  setRegister(engine, 3, newCode! | (rest[0]! << 8) | (rest[1]! << 16));
  setPc(engine, 0x200);
  engine.run(0, 300);
  t.is(register(engine, 1), 5000n);
});

test("CPUs share memory and nothing else", (t) => {
  const engine = counting({ cpus: 3 });
  engine.run(0, 10);
  engine.run(2, 4);
  t.deepEqual(
    [0, 1, 2].map((cpu) => register(engine, 1, cpu)),
    [5n, 0n, 2n],
  );
  t.deepEqual(
    [0, 1, 2].map((cpu) => engine.counts(cpu).total),
    [10, 0, 4],
  );
  write(engine, 0x200, assemble("addi", 1, 1, 3));
  engine.run(0, 2);
  engine.run(2, 2);
  t.deepEqual(
    [0, 2].map((cpu) => register(engine, 1, cpu)),
    [8n, 5n],
  );
});

test("statistics count what was executed, and change nothing", (t) => {
  const plain = counting({ tier: "translator" });
  const counted = counting({ tier: "translator", statistics: true });
  for (const engine of [plain, counted]) {
    engine.run(0, 1000);
    engine.run(0, 1);
  }
  t.deepEqual(counted.save(), plain.save());
  t.is(plain.statistics().interpreted, undefined);
  t.is(plain.statistics().units, counted.statistics().units);
  const { units, interpreted = 0, entered = 0, held, heldBy } = counted.statistics();
  t.is(units, 1);
  t.true(interpreted > 0 && interpreted < 10, "the rest was executed by the unit");
  t.true(entered > 0);
  t.is(
    heldBy?.reduce((sum, { count }) => sum + count, 0),
    held,
  );
});

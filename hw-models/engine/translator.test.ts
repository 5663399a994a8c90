/** Tier 2 against tier 1: the same programs, the same states, whatever the budgets. */
import test from "ava";
import { randomNumbers } from "../random-numbers.ts";
import type { Engine } from "./engine.ts";
import { randomMachine, stateOf } from "./random-program.ts";
import { assemble, toy, toyIsa } from "./toy-isa.ts";
import { Recorder, toyEngine, write } from "./toy-machine.ts";

function same(one: Engine, other: Engine): boolean {
  return stateOf(one) === stateOf(other) && Buffer.compare(one.ram, other.ram) === 0;
}

for (const wide of [false, true]) {
  const slots = wide ? "slots of 32 bytes" : "slots of 16 bytes";
  test(`random programs end in the same states on both tiers, with ${slots}`, (t) => {
    for (let seed = 1; seed <= 10; seed++) {
      const slow = randomMachine(seed, wide);
      const fast = randomMachine(seed, wide, "translator");
      const next = randomNumbers(seed + 99);
      for (let part = 0; part < 40; part++) {
        const budget = 1 + next(part % 3 === 0 ? 200 : 9);
        const expected = slow.engine.run(0, budget);
        t.deepEqual(fast.engine.run(0, budget), expected);
        if (same(fast.engine, slow.engine)) continue;
        t.is(stateOf(fast.engine), stateOf(slow.engine), `seed ${seed}, part ${part}`);
        t.fail(`memory differs, seed ${seed}, part ${part}`);
        return;
      }
      t.deepEqual(fast.recorder.log, slow.recorder.log);
      t.deepEqual(fast.engine.counts(0), slow.engine.counts(0));
    }
  });
}

test("translated code that a program writes over is forgotten", (t) => {
  const engine = toyEngine(toyIsa(false), new Recorder(), { tier: "translator" });
  const { state } = engine.cpus[0]!;
  const register = (number: number) => toy.registers + 8 * (number - 1);
  // 64 times r1 += 1, then the loop turns into r1 += 3: `lw` fetches the new instruction, `sw` stores it.
  write(engine, 0x200, assemble("addi", 1, 1, 1), assemble("inc", 2, 2), assemble("beq", 2, 3, 4));
  write(engine, 0x20a, assemble("jal", 0, 0, -5), assemble("lw", 5, 4, 0), assemble("sw", 5, 6, 0));
  write(engine, 0x216, assemble("move", 2, 0), assemble("jal", 0, 0, -12));
  write(engine, 0x300, assemble("addi", 1, 1, 3));
  state.setBigUint64(register(3), 64n, true);
  state.setBigUint64(register(4), 0x300n, true);
  state.setBigUint64(register(6), 0x200n, true);
  state.setBigUint64(toy.pc.offset, 0x200n, true);
  engine.run(0, 64 * 4 - 1);
  t.is(state.getBigUint64(register(1), true), 64n);
  engine.run(0, 4 + 64 * 4 - 1);
  t.is(state.getBigUint64(register(1), true), 64n + 3n * 64n);
});

test("the fuel ends exactly inside a translated loop", (t) => {
  const engine = toyEngine(toyIsa(false), new Recorder(), { tier: "translator" });
  write(engine, 0x200, assemble("addi", 1, 1, 1), assemble("addi", 2, 2, 1), assemble("addi", 3, 3, 1));
  write(engine, 0x20c, assemble("jal", 0, 0, -6));
  const { state } = engine.cpus[0]!;
  state.setBigUint64(toy.pc.offset, 0x200n, true);
  for (const budget of [1000, 1, 2, 3, 5, 1002]) t.is(engine.run(0, budget).executed, budget);
  const counts = [1, 2, 3].map((number) => state.getBigUint64(toy.registers + 8 * (number - 1), true));
  t.deepEqual(counts, [504n, 503n, 503n]);
});

for (const wide of [false, true]) {
  const slots = wide ? "slots of 32 bytes" : "slots of 16 bytes";
  test(`an instruction that ends in the next page is in its unit while that page is the same, with ${slots}`, (t) => {
    let second = 0x2000;
    const plain = toyIsa(wide);
    const isa: typeof plain = {
      ...plain,
      translate(cpu, high, low, access, result) {
        plain.translate(cpu, high, low, access, result);
        if (result.page === 0x2000) result.page = second;
      },
    };
    const engine = toyEngine(isa, new Recorder(), { tier: "translator" });
    const [cpu] = engine.cpus;
    const register = (number: number) =>
      Number(cpu!.state.getBigUint64(toy.registers + 8 * (number - 1), true));
    const loop = [assemble("addi", 1, 1, 1), assemble("inc", 2, 2), assemble("addi", 3, 3, 1)];
    write(engine, 0x1ff8, ...loop, assemble("jal", 0, 0, -5));
    write(engine, 0x3000, [7, 0], assemble("jal", 0, 0, -5));
    cpu!.state.setBigUint64(toy.pc.offset, 0x1ff8n, true);
    engine.run(0, 400);
    t.is(register(3), 100);
    const { crossings } = engine.statistics();
    t.true(crossings < 10, `interpreted ${crossings} times`);
    second = 0x3000;
    cpu!.flushTlb();
    engine.run(0, 400);
    t.is(register(3), 100 + 700);
    write(engine, 0x3000, [9, 0]);
    engine.run(0, 400);
    t.is(register(3), 100 + 700 + 900);
    second = 0x2000;
    cpu!.flushTlb();
    engine.run(0, 400);
    t.is(register(3), 200 + 700 + 900);
    t.deepEqual([register(1), register(2)], [400, 400]);
  });
}

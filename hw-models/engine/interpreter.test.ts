/** Tier 1 against the evaluator of meanings: random programs, the whole state after every instruction. */
import test from "ava";
import { randomMachine, stateOf } from "./random-program.ts";
import { assemble, toy, toyIsa } from "./toy-isa.ts";
import { Recorder, toyEngine, write } from "./toy-machine.ts";

for (const wide of [false, true]) {
  const slots = wide ? "slots of 32 bytes" : "slots of 16 bytes";
  test(`random programs give the evaluator's states after every instruction, with ${slots}`, (t) => {
    for (let seed = 1; seed <= 12; seed++) {
      const { engine, reference, recorder } = randomMachine(seed, wide);
      for (let count = 0; count < 1500; count++) {
        const { pc } = reference;
        reference.step();
        const { executed } = engine.run(0, 1);
        const expected = Buffer.from(reference.state.buffer).toString("hex");
        if (stateOf(engine) === expected && executed === 1) continue;
        t.is(stateOf(engine), expected, `seed ${seed}, instruction ${count} at ${pc.toString(16)}`);
        t.is(executed, 1);
        return;
      }
      t.deepEqual(recorder.log, reference.recorder.log);
      t.true(Buffer.compare(engine.ram, reference.ram) === 0, `memory after seed ${seed}`);
    }
  });
}

test("a long run is the sum of its instructions", (t) => {
  const one = randomMachine(77, true);
  const other = randomMachine(77, true);
  for (let count = 0; count < 3000; count++) one.engine.run(0, 1);
  for (const part of [1, 17, 1000, 982, 1000]) other.engine.run(0, part);
  t.is(stateOf(one.engine), stateOf(other.engine));
  t.deepEqual(one.engine.counts(0), other.engine.counts(0));
});

test("a loop that crosses a page runs, and sees the crossing instruction change", (t) => {
  const engine = toyEngine(toyIsa(false), new Recorder());
  write(engine, 0x1ff8, assemble("addi", 1, 1, 1), assemble("inc", 2, 2), assemble("addi", 3, 3, 1));
  write(engine, 0x2002, assemble("jal", 0, 0, -5));
  const { state } = engine.cpus[0]!;
  const register = (number: number) => Number(state.getBigUint64(toy.registers + 8 * (number - 1), true));
  state.setBigUint64(toy.pc.offset, 0x1ff8n, true);
  t.is(engine.run(0, 400).executed, 400);
  t.deepEqual([register(1), register(2), register(3)], [100, 100, 100]);
  write(engine, 0x2000, [5, 0]);
  engine.run(0, 400);
  t.deepEqual([register(1), register(2), register(3)], [200, 200, 600]);
});

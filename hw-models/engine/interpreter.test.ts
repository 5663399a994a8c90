/** Tier 1 against the evaluator of meanings: random programs, the whole state after every instruction. */
import test from "ava";
import type { Engine } from "./engine.ts";
import { assemble, toy, toyIsa } from "./toy-isa.ts";
import { platform, Recorder, Reference, ramBytes, toyEngine, write } from "./toy-machine.ts";

/** xorshift32, so that every run tests the same. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function stateOf(engine: Engine): string {
  const { state } = engine.cpus[0]!;
  return Buffer.from(state.buffer, state.byteOffset, state.byteLength).toString("hex");
}

/** Random bytes everywhere; registers that point somewhere interesting now and then. */
function randomMachine(
  seed: number,
  wide: boolean,
): { engine: Engine; reference: Reference; recorder: Recorder } {
  const isa = toyIsa(wide);
  const recorder = new Recorder();
  // A CPU that waits is woken at once: the evaluator does not wait.
  const engine = toyEngine(isa, recorder, { platform: () => platform(2) });
  const reference = new Reference(isa);
  const next = random(seed);
  const memoryRows = ["memory add", "memory load", "address"];
  const narrow = new Set(memoryRows.map((row) => assemble(row, 0, 0)[0]!));
  for (let at = 0; at < ramBytes; at++) reference.ram[at] = next(256);
  for (let at = 0; at < ramBytes; at += 2) {
    if (next(3) > 0 || (!wide && narrow.has(reference.ram[at]! % 31))) reference.ram[at] = 1 + next(17);
  }
  engine.ram.set(reference.ram);
  engine.wrote(0, ramBytes);
  const places = [
    0,
    0x1ffc,
    0x7ff8,
    0x10000,
    toy.device,
    toy.unmapped - 4,
    ramBytes - 4,
    0x100,
    0x1_0000_2000,
  ];
  for (const { state } of [{ state: reference.state }, engine.cpus[0]!]) {
    const numbers = random(seed + 1);
    for (let register = 1; register < 15; register++) {
      const value = BigInt(places[numbers(places.length)]!) + BigInt(numbers(64));
      state.setBigUint64(toy.registers + 8 * (register - 1), value, true);
    }
    state.setBigUint64(toy.pc.offset, 0x200n, true);
  }
  return { engine, reference, recorder };
}

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

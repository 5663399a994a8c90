/** For tests: machines full of random instructions of the toy ISA, the same for every run and tier. */

import { randomNumbers } from "../random-numbers.ts";
import type { Engine, EngineRequest } from "./engine.ts";
import { assemble, toy, toyIsa } from "./toy-isa.ts";
import { platform, Recorder, Reference, ramBytes, toyEngine } from "./toy-machine.ts";

export function stateOf(engine: Engine): string {
  const { state } = engine.cpus[0]!;
  return Buffer.from(state.buffer, state.byteOffset, state.byteLength).toString("hex");
}

/** Random bytes everywhere; registers that point somewhere interesting now and then. */
export function randomMachine(
  seed: number,
  wide: boolean,
  tier: EngineRequest["tier"] & string = "interpreter",
): { engine: Engine; reference: Reference; recorder: Recorder } {
  const isa = toyIsa(wide);
  const recorder = new Recorder();
  // A CPU that waits is woken at once: the evaluator does not wait.
  const engine = toyEngine(isa, recorder, { platform: () => platform(2), tier });
  const reference = new Reference(isa);
  const next = randomNumbers(seed);
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
    const numbers = randomNumbers(seed + 1);
    for (let register = 1; register < 15; register++) {
      const value = BigInt(places[numbers(places.length)]!) + BigInt(numbers(64));
      state.setBigUint64(toy.registers + 8 * (register - 1), value, true);
    }
    state.setBigUint64(toy.pc.offset, 0x200n, true);
  }
  return { engine, reference, recorder };
}

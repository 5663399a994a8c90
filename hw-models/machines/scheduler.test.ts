import test from "ava";
import type { Engine, Stop } from "../engine/engine.ts";
import type { Cpu } from "../isa/cpu.ts";
import type { Isa } from "../isa/isa.ts";
import { scheduler } from "./scheduler.ts";

/** CPUs that count; `program` says after how many instructions of its life each stops, and why. */
function bench(
  cpus: number,
  seed = 1,
  program: (cpu: number, at: number) => Stop | undefined = () => undefined,
  longestTurn?: number,
) {
  const s = scheduler({ cpus, seed, longestTurn, instructionsPerMicrosecond: 1000 });
  const lives = Array.from({ length: cpus }, () => 0);
  const pending = Array.from({ length: cpus }, () => false);
  const log: string[] = [];
  let executed = 0;
  let interrupted = false;
  const engine = {
    cpus: lives.map((_, index) => ({
      index,
      get timeNs() {
        return s.timeAt(executed);
      },
    })) as unknown as Cpu[],
    run(index: number, budget: number) {
      executed = 0;
      interrupted = false;
      let stop: Stop = "budget";
      while (executed < budget && stop === "budget") {
        executed++;
        stop = program(index, ++lives[index]!) ?? "budget";
        if (interrupted && stop === "budget") stop = "attention";
      }
      log.push(`${index}:${executed}`);
      return { stop, executed };
    },
    interrupt: () => {
      interrupted = true;
    },
  } as unknown as Engine;
  s.attach(engine, { wakes: ({ index }: Cpu) => pending[index]! } as unknown as Isa);
  const run = (instructions: number) => s.run({ instructions }, () => {});
  return { s, lives, log, run, pending };
}

test("time is the instructions of one CPU", (t) => {
  const { s, run } = bench(1);
  t.is(run(2_500_000), "limit");
  t.is(s.state.timeNs, s.state.instructions);
});

test("an event comes at its instruction", (t) => {
  const { s, lives, run } = bench(1);
  const seen: number[][] = [];
  s.events.clock(0).at(1234, () => seen.push([s.now(), lives[0]!]));
  run(5000);
  t.deepEqual(seen, [[1234, 1234]]);
});

test("an event that is scheduled during a turn cuts it short", (t) => {
  const seen: number[] = [];
  const { s, run } = bench(1, 1, (_, at) => {
    if (at === 100) s.events.clock(0).at(s.now() + 50, () => seen.push(s.now()));
    return undefined;
  });
  run(5000);
  t.deepEqual(seen, [150]);
});

test("four busy CPUs do four times the work in the same time, in turns that a seed chooses", (t) => {
  const one = bench(4);
  one.run(400_000);
  t.true(Math.abs(one.s.state.timeNs * 4 - one.s.state.instructions) < 100);
  t.true(Math.max(...one.lives) < 1.5 * Math.min(...one.lives));
  const again = bench(4);
  again.run(400_000);
  t.deepEqual(again.log, one.log);
  const other = bench(4, 2);
  other.run(400_000);
  t.notDeepEqual(other.log, one.log);
});

test("slices change nothing", (t) => {
  const whole = bench(3);
  const sliced = bench(3);
  for (const { s } of [whole, sliced]) s.events.clock(0).at(33_333, () => {});
  whole.run(300_000);
  for (let at = 0; at < 300_000; at += 7000) sliced.run(at);
  sliced.run(300_000);
  t.deepEqual(sliced.log, whole.log);
  t.deepEqual(sliced.s.state, whole.s.state);
});

test("time never goes back, whichever CPU looks", (t) => {
  let last = 0;
  const { s, run } = bench(3, 5, (_, at) => {
    if (at % 100 === 0) {
      if (s.now() < last) t.fail(`${s.now()} after ${last}`);
      last = s.now();
    }
    return undefined;
  });
  run(200_000);
  t.true(last > 0);
});

test("when all wait, time jumps to the next event; without one the machine says so", (t) => {
  const { s, run, pending } = bench(2, 1, (_, at) => (at === 10 ? "waiting" : undefined));
  s.events.clock(0).at(5_000_000, () => {
    pending[0] = true;
  });
  run(1000);
  t.true(s.state.timeNs >= 5_000_000);
  pending[0] = false;
  s.state.waiting[0] = true;
  t.is(run(1e9), "waiting");
});

test("time jumps no further than it may", (t) => {
  const { s, pending } = bench(1, 1, (_, at) => (at === 10 ? "waiting" : undefined));
  s.events.clock(0).at(5000, () => {
    pending[0] = true;
  });
  const run = (idleUntilNs: number) => s.run({ instructions: 100, idleUntilNs }, () => {});
  t.is(run(4999), "idle");
  t.is(s.state.timeNs, 10);
  t.is(run(5000), "limit");
  t.true(s.state.timeNs > 5000);
});

test("a parked CPU runs when it is started, soon", (t) => {
  const { s, lives, run } = bench(2, 1, (cpu, at) => {
    if (cpu === 0 && at === 500) s.start(1);
    return undefined;
  });
  s.state.parked[1] = true;
  run(500);
  t.is(lives[1], 0);
  run(20_000);
  t.true(lives[1]! > 0);
});

test("the end stops everything", (t) => {
  const { s, run, lives } = bench(2, 1, (_, at) => {
    if (at === 77) s.end();
    return undefined;
  });
  t.is(run(1e9), "ended");
  t.is(Math.max(...lives), 77);
});

test("no turn of several CPUs is longer than was asked for", (t) => {
  for (const longest of [1, 7, 200]) {
    const { log, run } = bench(3, 5, undefined, longest);
    run(10_000);
    const turns = log.map((line) => Number(line.split(":")[1]));
    t.true(Math.max(...turns) <= longest);
    t.true(Math.min(...turns) >= Math.ceil(longest / 4));
  }
});

import test from "ava";
import type { Limit, Machine, Pause } from "../index.ts";
import { drive, type HostInput } from "./drive.ts";

/** A machine that only sleeps: `naps` are the gaps between its events; it ends behind the last, or waits for input. */
function sleeper(naps: number[], wantsInput = false) {
  const jumps: number[] = [];
  const inputs: number[] = [];
  let timeNs = 0;
  let instructions = 0;
  const machine = {
    get timeNs() {
      return timeNs;
    },
    get nextEventNs() {
      return naps.length > 0 ? timeNs + naps[0]! : Number.POSITIVE_INFINITY;
    },
    get counts() {
      return [{ total: instructions, user: 0 }];
    },
    input(_bytes: Uint8Array, at: number) {
      inputs.push(at);
      wantsInput = false;
    },
    run({ timeNs: until = Infinity, idleUntilNs = Infinity }: Limit = {}): Pause {
      for (;;) {
        if (naps.length === 0) return wantsInput ? "waiting" : "ended";
        const next = timeNs + naps[0]!;
        if (next > until) return "limit";
        if (next > idleUntilNs) return "idle";
        timeNs = next;
        naps.shift();
        jumps.push(timeNs);
        instructions++;
      }
    },
  } as unknown as Machine;
  return { machine, jumps, inputs };
}

/** Input that comes after so many milliseconds, and then ends. */
function arrivesAfter(ms: number, machine: () => Machine): HostInput {
  let state: "open" | "arrived" | "closed" = "open";
  let wake = () => {};
  setTimeout(() => {
    state = "arrived";
    wake();
  }, ms);
  return {
    isOpen: () => state !== "closed",
    wait: (longest) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, longest);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    give(timeNs) {
      if (state !== "arrived") return false;
      state = "closed";
      machine().input(Uint8Array.of(1), timeNs);
      return true;
    },
  };
}
const isStopped = () => false;

test("without input, a machine that sleeps jumps", async (t) => {
  const { machine, jumps } = sleeper([3_600e9, 3_600e9]);
  t.is(await drive({ machine, isStopped }), "ended");
  t.is(jumps.length, 2);
});

test("in real time it sleeps as long as it says", async (t) => {
  const { machine } = sleeper([50e6, 20_000, 20_000, 50e6]);
  const began = performance.now();
  t.is(await drive({ machine, isStopped, realtime: true }), "ended");
  t.true(performance.now() - began >= 99);
});

test("while input may come it sleeps, and wakes for the input before the end of its time", async (t) => {
  const { machine, inputs, jumps } = sleeper([20_000, 3_600e9]);
  t.is(await drive({ machine, isStopped, input: arrivesAfter(30, () => machine) }), "ended");
  t.is(inputs.length, 1);
  // A short nap is not slept by itself; an hour is, until the input came, and then nothing is awaited any more.
  t.true(inputs[0]! < 3_000e9);
  t.is(jumps.length, 2);
});

test("a machine that waits for input gets it, and one that waits in vain stands still", async (t) => {
  const { machine, inputs } = sleeper([], true);
  t.is(await drive({ machine, isStopped, input: arrivesAfter(5, () => machine) }), "ended");
  t.is(inputs.length, 1);
  t.is(await drive({ machine: sleeper([], true).machine, isStopped }), "stands-still");
});

test("it can be stopped", async (t) => {
  let asked = 0;
  const { machine } = sleeper([1], true);
  const input: HostInput = { isOpen: () => true, wait: () => Promise.resolve(), give: () => false };
  t.is(await drive({ machine, isStopped: () => ++asked > 10, input }), "stopped");
});

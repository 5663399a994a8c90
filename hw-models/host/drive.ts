/**
 * Running a machine to its end in slices, between which the host does what it has to: input, output, Ctrl-C. Works
 * wherever JavaScript has an event loop. How a run is sliced changes nothing in it.
 */
import type { Machine } from "../machines/machine.ts";

export type DriveRequest = {
  readonly machine: Machine;
  /** Virtual time does not run ahead of the host's, and a machine that sleeps lets the host sleep. */
  readonly realtime?: boolean;
  /** Asked before every slice. */
  isStopped(): boolean;
  /** After every slice: the place to wait until output has been taken. */
  afterSlice?(): Promise<void> | undefined;
  /** Called when nothing but input can go on; resolves when some came. False: none will ever come. */
  waitForInput(): Promise<boolean>;
};

export type Driven =
  | "ended"
  | "stopped"
  /** Every CPU waits for something that cannot come. */
  | "stands-still";

/** Long enough to be efficient, short enough for a key to be answered. */
const sliceMs = 20;
const firstSlice = 1_000_000;
const longestSlice = 100_000_000;
const nsPerMs = 1e6;

/** Lets the event loop have its turn. */
const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === "function") {
      setImmediate(resolve);
      return;
    }
    // Browsers slow timers down that follow each other; messages they do not.
    const { port1, port2 } = new MessageChannel();
    Object.assign(port1, { onmessage: () => resolve(port1.close()) });
    port2.postMessage(0);
  });

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const executed = (machine: Machine): number => machine.counts.reduce((sum, { total }) => sum + total, 0);

export async function drive(request: DriveRequest): Promise<Driven> {
  const { machine, realtime = false } = request;
  const beganMs = performance.now() - machine.timeNs / nsPerMs;
  let slice = firstSlice;
  for (;;) {
    if (request.isStopped()) return "stopped";
    const fromMs = performance.now();
    const hostNs = (fromMs - beganMs) * nsPerMs;
    const before = executed(machine);
    const pause = machine.run({ instructions: before + slice, ...(realtime && { timeNs: hostNs }) });
    const tookMs = performance.now() - fromMs;
    const done = executed(machine) - before;
    if (tookMs > 1 && done >= slice)
      slice = Math.min(Math.max((slice * sliceMs) / tookMs, firstSlice), longestSlice);
    await request.afterSlice?.();
    if (pause === "ended") return "ended";
    if (pause === "waiting") {
      if (!(await request.waitForInput())) return "stands-still";
    } else if (realtime && done === 0) {
      // Ahead of the host: sleep until the next event, looking for input every few milliseconds.
      const untilMs = (machine.nextEventNs - hostNs) / nsPerMs;
      await sleep(Math.min(Math.max(untilMs, 1), 5));
    } else await breathe();
  }
}

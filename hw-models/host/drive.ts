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
  /** After every slice: the place to give input, and to wait until output has been taken. */
  afterSlice?(): Promise<void> | undefined;
  readonly input?: HostInput;
  /** Of all CPUs, since power-on: where to stop, at the next end of a round. */
  readonly instructions?: number;
};

/** Where bytes come from that nobody has yet. */
export type HostInput = {
  /** More may come. A machine that sleeps meanwhile sleeps as long as it says; else time jumps to its next event. */
  isOpen(): boolean;
  /** Resolves after `ms`, or earlier if bytes came, it was closed, or the run is stopped. */
  wait(ms: number): Promise<void>;
  /** Hands over what has come, as of a moment of virtual time. False: nothing had. */
  give(timeNs: number): boolean;
};

export type Driven =
  | "ended"
  /** The instructions are used up. */
  | "limit"
  | "stopped"
  /** Every CPU waits for something that cannot come. */
  | "stands-still";

/** Long enough to be efficient, short enough for a key to be answered. */
const sliceMs = 20;
const firstSlice = 1_000_000;
const longestSlice = 100_000_000;
const nsPerMs = 1e6;
/** Timers take no longer times than this. */
const longestWaitMs = 2 ** 31 - 1;
/** Shorter naps are not slept one by one: they add up. */
const grainNs = 2e6;

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

const closed: HostInput = {
  isOpen: () => false,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  give: () => false,
};
const executed = (machine: Machine): number => machine.counts.reduce((sum, { total }) => sum + total, 0);

export async function drive(request: DriveRequest): Promise<Driven> {
  const { machine, realtime = false, input = closed, instructions = Number.POSITIVE_INFINITY } = request;
  const beganMs = performance.now() - machine.timeNs / nsPerMs;
  const hostNs = () => (performance.now() - beganMs) * nsPerMs;
  const nap = (ns: number) => input.wait(Math.min(Math.max(ns / nsPerMs, 0), longestWaitMs));
  let slice = firstSlice;
  let idleUntilNs = 0;
  let owedNs = 0;

  /** Lets the host sleep as long as the machine, or until input comes; then time may jump to `idleUntilNs`. */
  async function sleep() {
    const gapNs = machine.nextEventNs - machine.timeNs;
    if (owedNs + gapNs < grainNs) {
      owedNs += gapNs;
      idleUntilNs = machine.nextEventNs;
      await breathe();
      input.give(machine.timeNs);
      return;
    }
    const fromMs = performance.now();
    await nap(owedNs + gapNs);
    const sleptNs = (performance.now() - fromMs) * nsPerMs;
    const passedNs = Math.min(Math.max(sleptNs - owedNs, 0), gapNs);
    const isOver = gapNs - passedNs < grainNs;
    owedNs = Math.max(owedNs - sleptNs, 0) + (isOver ? gapNs - passedNs : 0);
    idleUntilNs = isOver ? machine.nextEventNs : machine.timeNs + passedNs;
    input.give(Math.floor(machine.timeNs + passedNs));
  }

  for (;;) {
    if (request.isStopped()) return "stopped";
    const fromMs = performance.now();
    const before = executed(machine);
    const pause = machine.run({
      instructions: Math.min(before + slice, instructions),
      ...(realtime && { timeNs: hostNs() }),
      ...(!realtime && input.isOpen() && { idleUntilNs }),
    });
    const tookMs = performance.now() - fromMs;
    const done = executed(machine) - before;
    if (tookMs > 1 && done >= slice)
      slice = Math.min(Math.max((slice * sliceMs) / tookMs, firstSlice), longestSlice);
    await request.afterSlice?.();
    if (pause === "ended") return "ended";
    if (before + done >= instructions) return "limit";

    if (pause === "waiting" && !input.isOpen()) {
      // What came last may have come with the end.
      if (!input.give(machine.timeNs)) return "stands-still";
    } else if (realtime && (pause === "waiting" || done === 0)) {
      await nap(machine.nextEventNs - hostNs());
      input.give(Math.floor(hostNs()));
    } else if (pause === "waiting" || pause === "idle") await sleep();
    else {
      await breathe();
      input.give(machine.timeNs);
    }
  }
}

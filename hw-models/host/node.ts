/**
 * The one place where the model meets Node: a machine's console on streams, input that may come at any time, and output
 * whose reader may be slow or gone.
 */
import type { Readable, Writable } from "node:stream";
import type { Machine } from "../machines/machine.ts";
import { type Driven, drive } from "./drive.ts";

/** A place for bytes that says when to wait. */
export type Output = { write(bytes: Uint8Array): void; drained(): Promise<void> | undefined };

export function outputTo(stream: Writable): Output {
  let full: Promise<void> | undefined;
  return {
    write(bytes) {
      if (stream.write(bytes) || full !== undefined || stream.destroyed) return;
      full = new Promise((resolve) => {
        const done = () => {
          for (const event of events) stream.removeListener(event, done);
          full = undefined;
          resolve();
        };
        const events = ["drain", "close", "error"] as const;
        for (const event of events) stream.once(event, done);
      });
    },
    drained: () => full,
  };
}

/** What comes out of a stream, kept until the machine can take it. */
export type Arrivals = {
  /** Something is kept, or more may come. */
  isOpen(): boolean;
  /** No more will come than what is kept. */
  hasEnded(): boolean;
  take(): Uint8Array[];
  /** Called at the next bytes, or at the end. */
  onArrival(wake: () => void): void;
  stop(): void;
};

export function arrivalsFrom(stream: Readable): Arrivals {
  let kept: Uint8Array[] = [];
  let isOpen = !stream.readableEnded;
  let wake = () => {};
  const onData = (chunk: Uint8Array | string) => {
    kept.push(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
    wake();
  };
  const onEnd = () => {
    isOpen = false;
    wake();
  };
  const ends = ["end", "close", "error"] as const;
  stream.on("data", onData);
  for (const end of ends) stream.on(end, onEnd);
  return {
    isOpen: () => isOpen || kept.length > 0,
    hasEnded: () => !isOpen,
    take() {
      const taken = kept;
      kept = [];
      return taken;
    },
    onArrival(next) {
      wake = next;
      if (kept.length > 0 || !isOpen) next();
    },
    stop() {
      stream.removeListener("data", onData);
      for (const end of ends) stream.removeListener(end, onEnd);
      onEnd();
    },
  };
}

export type HostRequest = {
  readonly machine: Machine;
  readonly output: Output;
  /** The console's input; undefined if there is none. */
  readonly input: Arrivals | undefined;
  /** What comes before the guest listens is kept. */
  listens(): boolean;
  readonly realtime: boolean;
  /** Of all CPUs, since power-on: where to stop. */
  readonly instructions?: number | undefined;
  /** Aborted: the machine stops where it is. */
  readonly signal: AbortSignal;
};

/** Resolves after `ms`, or when `start` calls what it is given. */
function sleep(ms: number, signal: AbortSignal, start: (wake: () => void) => void): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener("abort", wake);
    start(wake);
  });
}

export function runOnHost(request: HostRequest): Promise<Driven> {
  const { machine, output, input, realtime, signal } = request;
  return drive({
    ...{ machine, realtime },
    ...(request.instructions !== undefined && { instructions: request.instructions }),
    isStopped: () => signal.aborted,
    afterSlice: () => output.drained(),
    input: {
      // A guest that does not listen is not woken by anything that comes.
      isOpen: () => request.listens() && (input?.isOpen() ?? false),
      wait: (ms) => sleep(ms, signal, (wake) => input?.onArrival(wake)),
      give(timeNs) {
        if (!request.listens()) return false;
        const came = input?.take() ?? [];
        for (const bytes of came) machine.input(bytes, timeNs);
        return came.length > 0;
      },
    },
  });
}

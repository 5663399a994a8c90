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
  /** Gives everything to the machine that has come. */
  giveTo(machine: Machine): void;
  /** Resolves at the next bytes, or at the end: false then. */
  next(): Promise<boolean>;
  stop(): void;
};

export function arrivalsFrom(stream: Readable): Arrivals {
  let kept: Uint8Array[] = [];
  let ended = stream.readableEnded;
  let wake = () => {};
  const onData = (chunk: Uint8Array | string) => {
    kept.push(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
    wake();
  };
  const onEnd = () => {
    ended = true;
    wake();
  };
  stream.on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onEnd);
  return {
    giveTo(machine) {
      for (const bytes of kept) machine.input(bytes);
      kept = [];
    },
    async next() {
      if (kept.length === 0 && !ended)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return kept.length > 0;
    },
    stop() {
      stream.removeListener("data", onData).removeListener("end", onEnd);
      stream.removeListener("close", onEnd).removeListener("error", onEnd);
      onEnd();
    },
  };
}

export type HostRequest = {
  readonly machine: Machine;
  readonly output: Output;
  /** The console's input, from the moment on when the guest listens. */
  input(): Arrivals | undefined;
  readonly realtime: boolean;
  isStopped(): boolean;
  /** Resolves when `isStopped` becomes true while the machine waits for input. */
  readonly stopped: Promise<void>;
};

export function runOnHost({
  machine,
  output,
  input,
  realtime,
  isStopped,
  stopped,
}: HostRequest): Promise<Driven> {
  return drive({
    ...{ machine, realtime, isStopped },
    afterSlice() {
      input()?.giveTo(machine);
      return output.drained();
    },
    async waitForInput() {
      const arrivals = input();
      if (arrivals === undefined) return false;
      const came = await Promise.race([arrivals.next(), stopped.then(() => true)]);
      arrivals.giveTo(machine);
      return came;
    },
  });
}

/**
 * The console's input of a run on the model. When bytes come depends on the host, and a run depends on when they come;
 * so what is there as a whole before the guest listens, in a file or in a pipe that has come to its end, is given as a
 * whole at that moment, which is the same in every run.
 */
import { fstatSync, readFileSync, statSync } from "node:fs";
import { type Arrivals, arrivalsFrom } from "../../hw-models/host/node.ts";
import { encoded, encodeWhole, endedBy, watchInterrupts } from "./console-input.ts";
import type { Run } from "./run-qemu.ts";

/** What a snapshot knows of it: bytes that were read and not given, and whether more may come. */
export type InputState = {
  /** The guest takes keys, as from a terminal. */
  readonly isTty: boolean;
  readonly kept: readonly number[];
  readonly hasEnded: boolean;
};

export type ModelInput = {
  /** What may still come; undefined: nothing. */
  readonly arrivals: Arrivals | undefined;
  /** The guest listens from now on: a byte that comes before it has set up its serial port would be lost. */
  listen(give: (bytes: Uint8Array) => void): void;
  save(): InputState;
  /** Lets go of the stream. */
  end(): void;
};

/** `stop` is called if the keys say so. */
export function modelInput({ input, isTerminal }: Run, stop: () => void, from?: InputState): ModelInput {
  const isTty = from?.isTty ?? isTerminal;
  // Only if the guest takes keys are they given to it one by one.
  const isRaw = isTty && isTerminal;
  let kept = Uint8Array.from(from?.kept ?? []);
  let hasEnded = from?.hasEnded ?? false;
  let arrivals: Arrivals | undefined;
  const whole = hasEnded || isTerminal ? undefined : wholeFile(input);
  if (whole !== undefined) {
    kept = Buffer.concat([kept, isTty ? endedBy(whole) : encodeWhole(whole)]);
    hasEnded = true;
  } else if (isRaw) {
    input.setRawMode?.(true);
    input.on("data", watchInterrupts(stop));
    arrivals = arrivalsFrom(input);
  } else if (!hasEnded) arrivals = encoded(arrivalsFrom(input), isTty);

  return {
    arrivals,
    listen(give) {
      if (kept.length > 0) give(kept);
      kept = new Uint8Array();
      if (arrivals?.hasEnded()) for (const bytes of arrivals.take()) give(bytes);
    },
    save() {
      const came = Buffer.concat([kept, ...(arrivals?.take() ?? [])]);
      return { isTty, kept: [...came], hasEnded: arrivals === undefined ? hasEnded : !arrivals.isOpen() };
    },
    end() {
      arrivals?.stop();
      if (isRaw) input.setRawMode?.(false);
      input.pause();
    },
  };
}

/** Of a run that is repeated: all its input is in its record. */
export const noInput: ModelInput = {
  arrivals: undefined,
  listen() {},
  save: () => ({ isTty: false, kept: [], hasEnded: true }),
  end() {},
};

/** All that a file holds, or /dev/null; undefined for anything else. */
function wholeFile(input: Run["input"]): Uint8Array | undefined {
  const fd = "fd" in input && typeof input.fd === "number" ? input.fd : undefined;
  if (fd === undefined) return undefined;
  try {
    const about = fstatSync(fd);
    const isNull = about.isCharacterDevice() && about.rdev === statSync("/dev/null").rdev;
    return about.isFile() || isNull ? readFileSync(fd) : undefined;
  } catch {
    return undefined;
  }
}

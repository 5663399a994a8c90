/**
 * The console's input of a run on the model. When bytes come depends on the host, and a run depends on when they come;
 * so what is there as a whole before the guest listens, in a file or in a pipe that has come to its end, is given as a
 * whole at that moment, which is the same in every run.
 */
import { fstatSync, readFileSync, statSync } from "node:fs";
import { type Arrivals, arrivalsFrom } from "../../hw-models/host/node.ts";
import { encoded, encodeWhole, watchInterrupts } from "./console-input.ts";
import type { Run } from "./run-qemu.ts";

export type ModelInput = {
  /** What may still come; undefined: nothing. */
  readonly arrivals: Arrivals | undefined;
  /** A byte that comes before the guest has set up its serial port would be lost. */
  listens(): boolean;
  /** From now on it listens. */
  booted(give: (bytes: Uint8Array) => void): void;
  /** Lets go of the stream. */
  end(): void;
};

export const noInput: ModelInput = { arrivals: undefined, listens: () => false, booted() {}, end() {} };

/** `stop` is called if the keys say so. */
export function modelInput({ input, isTerminal }: Run, stop: () => void): ModelInput {
  const whole = isTerminal ? undefined : wholeFile(input);
  let arrivals: Arrivals | undefined;
  if (isTerminal) {
    input.setRawMode?.(true);
    input.on("data", watchInterrupts(stop));
    arrivals = arrivalsFrom(input);
  } else if (whole === undefined) arrivals = encoded(arrivalsFrom(input));

  let hasBooted = false;
  return {
    arrivals,
    listens: () => hasBooted,
    booted(give) {
      hasBooted = true;
      if (whole !== undefined) give(encodeWhole(whole));
      else if (arrivals?.hasEnded()) for (const bytes of arrivals.take()) give(bytes);
    },
    end() {
      arrivals?.stop();
      if (isTerminal) input.setRawMode?.(false);
      input.pause();
    },
  };
}

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

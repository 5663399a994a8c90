/**
 * The record of a run: all that made it what it was, and what came of it. With the image at hand it can be repeated
 * exactly; two records of the same run are equal.
 */
import type { Ending } from "../devices/ending.ts";
import type { Input } from "../machines/machine.ts";

/** What a run depends on, apart from the image. */
export type Conditions = {
  readonly machine: "amd64" | "riscv64";
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly commandLine: string;
  readonly seed: number;
  /** Absent: the usual one. */
  readonly longestTurn?: number;
  readonly instructionsPerMicrosecond: number;
  /** The time of day at power-on, in nanoseconds since 1970: a decimal number. */
  readonly wallClockNs: string;
  /** 32 bytes in hex. */
  readonly entropy: string;
};

export type RecordedInput = { readonly round: number; readonly timeNs: number; readonly hex: string };

export type RunRecord = Conditions & {
  readonly format: "catkernel run 1";
  readonly image: { readonly bytes: number; readonly sha256: string };
  readonly inputs: readonly RecordedInput[];
  /** null: it was stopped from outside. */
  readonly ending: Ending | null;
  readonly timeNs: number;
  /** By CPU, and by who executed them. */
  readonly instructions: readonly {
    readonly total: number;
    readonly user: number;
    readonly kernel: number;
  }[];
  readonly console: { readonly bytes: number; readonly sha256: string };
  /** Calls that the program made, as the caller's decoder wrote them. */
  readonly calls?: { readonly count: number; readonly sha256: string };
  readonly unknown: {
    readonly addresses: readonly string[];
    readonly ports: readonly string[];
    readonly instructions: readonly string[];
  };
};

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** undefined if it is no hexadecimal number of whole bytes. */
export function fromHex(hex: string): Uint8Array | undefined {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(hex)) return undefined;
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16),
  );
}

export const recordInput = ({ round, timeNs, bytes }: Input): RecordedInput => ({
  round,
  timeNs,
  hex: toHex(bytes),
});
export const replayInput = ({ round, timeNs, hex }: RecordedInput): Input => ({
  round,
  timeNs,
  bytes: fromHex(hex) ?? new Uint8Array(),
});

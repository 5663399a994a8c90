/**
 * What every operation does with its operands before it computes: NaNs end it, denormal ones become zeros or raise
 * their flag.
 */
import { type Datum, exception, type Format, isNan, type Result, unpack } from "./format.ts";
import type { Mode } from "./rules.ts";

/** The operands, and what denormal ones raise. x86 forgets that flag if the operation is invalid (SDM table 4-8). */
export type Operands = { readonly data: Datum[]; readonly flags: number };

/** Unpacks operands; `nan` is the result if one of them is a NaN. */
export function operands(format: Format, mode: Mode, ...bits: bigint[]): Operands & { nan?: Result } {
  const data = bits.map((each) => {
    const datum = unpack(format, each);
    return datum.denormal && mode.denormalsAreZero ? { ...datum, significand: 0n, denormal: false } : datum;
  });
  const first = data.findIndex(isNan);
  if (first >= 0) {
    const signalling = data.some((datum) => datum.kind === "signalling");
    const nan = {
      bits: mode.rules.propagated(format, bits[first]!),
      flags: signalling ? exception.invalid : 0,
    };
    return { data, flags: 0, nan };
  }
  const denormal = mode.rules.denormalFlag && data.some((datum) => datum.denormal);
  return { data, flags: denormal ? exception.denormal : 0 };
}

export const invalid = (format: Format, mode: Mode): Result => ({
  bits: mode.rules.defaultNan(format),
  flags: exception.invalid,
});
export const plus = (flags: number, result: Result): Result => ({ ...result, flags: result.flags | flags });

/**
 * What IEEE 754 leaves to the architecture: which NaN a result is, what a conversion to an integer gives where none
 * fits, and whether denormal operands are worth a flag.
 *
 * Sources: Intel SDM volume 1 (2023), tables 4-7 (NaNs) and 4-8 (priority of exceptions), E.4.2; RISC-V unprivileged ISA
 * 20191213, sections 11.2, 11.3 (NaNs), 11.7 (table 11.4, conversions). Both detect tininess after rounding.
 */
import { exception, type Format, infinity, quietBit } from "./format.ts";

export type Rounding = "nearest-even" | "to-zero" | "down" | "up" | "nearest-away";

export type Rules = {
  readonly name: "x86" | "riscv";
  /** The NaN that an operation without a NaN operand gives. */
  defaultNan(format: Format): bigint;
  /** The NaN that an operation gives whose first NaN operand is `nan`. */
  propagated(format: Format, nan: bigint): bigint;
  /** What a conversion gives that no integer between `least` and `most` fits; `nan`, or `negative` or not. */
  noInteger(least: bigint, most: bigint, nan: boolean, negative: boolean): bigint;
  /** A denormal operand raises a flag of its own. */
  readonly denormalFlag: boolean;
};

export const x86: Rules = {
  name: "x86",
  defaultNan: (format) => infinity(format, 1n) | quietBit(format),
  propagated: (format, nan) => nan | quietBit(format),
  /** "Integer indefinite". */
  noInteger: (least) => least,
  denormalFlag: true,
};

export const riscv: Rules = {
  name: "riscv",
  defaultNan: (format) => infinity(format, 0n) | quietBit(format),
  propagated: (format) => infinity(format, 0n) | quietBit(format),
  noInteger: (least, most, nan, negative) => (negative && !nan ? least : most),
  denormalFlag: false,
};

/** How to compute: an architecture's rules and the state of its control register. */
export type Mode = {
  readonly rules: Rules;
  readonly rounding: Rounding;
  /** MXCSR.DAZ and MXCSR.FTZ; the latter has no effect unless underflow is masked. */
  readonly denormalsAreZero: boolean;
  readonly flushToZero: boolean;
  /**
   * Overflow, underflow are not masked. Then a tiny result raises underflow even if it is exact, and "inexact" speaks of
   * the result with an unbounded exponent (SDM volume 1, 4.9.1.4 and 4.9.1.5).
   */
  readonly trapsOverflow: boolean;
  readonly trapsUnderflow: boolean;
};

const x86Roundings: readonly Rounding[] = ["nearest-even", "down", "up", "to-zero"];
const riscvRoundings: readonly Rounding[] = ["nearest-even", "to-zero", "down", "up", "nearest-away"];

/** From MXCSR: rounding control in bits 13 and 14, DAZ 6, FTZ 15, underflow mask 11. */
export function x86Mode(mxcsr: number): Mode {
  return {
    rules: x86,
    rounding: x86Roundings[(mxcsr >> 13) & 3]!,
    denormalsAreZero: (mxcsr & 0x40) !== 0,
    flushToZero: (mxcsr & 0x8800) === 0x8800,
    trapsOverflow: (mxcsr & 0x400) === 0,
    trapsUnderflow: (mxcsr & 0x800) === 0,
  };
}

/** From an instruction's rounding mode, which is not DYN any more. */
export function riscvMode(rounding: number): Mode {
  return {
    rules: riscv,
    rounding: riscvRoundings[rounding] ?? "nearest-even",
    denormalsAreZero: false,
    flushToZero: false,
    trapsOverflow: false,
    trapsUnderflow: false,
  };
}

/** The exceptions as fflags has them: NX, UF, OF, DZ, NV from bit 0 up. */
export function fflags(flags: number): number {
  const bit = (which: number, to: number) => ((flags & which) !== 0 ? to : 0);
  return (
    bit(exception.inexact, 1) |
    bit(exception.underflow, 2) |
    bit(exception.overflow, 4) |
    bit(exception.divideByZero, 8) |
    bit(exception.invalid, 16)
  );
}

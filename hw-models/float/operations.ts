/**
 * Every operation of the library under one name, in the notation of RISC-V's mnemonics: `add.d`, `cvt.TO.FROM` with w, l
 * for 32 and 64-bit integers and u for unsigned. The helpers that meanings call and the comparison with real CPUs are
 * derived from this table.
 */
import { add, divide, fusedMultiplyAdd, multiply, squareRoot, subtract } from "./arithmetic.ts";
import { minimumRiscv, minimumX86 } from "./compare.ts";
import { convertFormat, fromInteger, roundToIntegral, toInteger } from "./convert.ts";
import { binary32, binary64, type Format, type Result } from "./format.ts";
import type { Mode } from "./rules.ts";

/** Widths in bits; `compute` takes operands and gives bits of these widths. */
export type Operation = {
  readonly takes: readonly (32 | 64)[];
  readonly gives: 32 | 64;
  compute(mode: Mode, ...operands: bigint[]): Result;
};

const formats = { s: binary32, d: binary64 } as const;
const integers = {
  w: { width: 32, signed: true },
  wu: { width: 32, signed: false },
  l: { width: 64, signed: true },
  lu: { width: 64, signed: false },
} as const;

function minimum(format: Format, greatest: boolean, mode: Mode, a: bigint, b: bigint): Result {
  return (mode.rules.name === "x86" ? minimumX86 : minimumRiscv)(format, greatest, a, b, mode);
}

function ofFormat(letter: "s" | "d"): Record<string, Operation> {
  const format = formats[letter];
  const { width } = format;
  const two = (compute: Operation["compute"]): Operation => ({
    takes: [width, width],
    gives: width,
    compute,
  });
  const one = (compute: Operation["compute"]): Operation => ({ takes: [width], gives: width, compute });
  const made: Record<string, Operation> = {
    [`add.${letter}`]: two((mode, a, b) => add(format, a!, b!, mode)),
    [`sub.${letter}`]: two((mode, a, b) => subtract(format, a!, b!, mode)),
    [`mul.${letter}`]: two((mode, a, b) => multiply(format, a!, b!, mode)),
    [`div.${letter}`]: two((mode, a, b) => divide(format, a!, b!, mode)),
    [`min.${letter}`]: two((mode, a, b) => minimum(format, false, mode, a!, b!)),
    [`max.${letter}`]: two((mode, a, b) => minimum(format, true, mode, a!, b!)),
    [`sqrt.${letter}`]: one((mode, a) => squareRoot(format, a!, mode)),
    /** To an integer, without and with "inexact". */
    [`round.${letter}`]: one((mode, a) => roundToIntegral(format, false, a!, mode)),
    [`rint.${letter}`]: one((mode, a) => roundToIntegral(format, true, a!, mode)),
    [`madd.${letter}`]: {
      takes: [width, width, width],
      gives: width,
      compute: (mode, a, b, c) => fusedMultiplyAdd(format, a!, b!, c!, mode),
    },
  };
  for (const [name, { width: size, signed }] of Object.entries(integers)) {
    made[`cvt.${name}.${letter}`] = {
      takes: [width],
      gives: size,
      compute: (mode, a) => toInteger(format, size, signed, a!, mode),
    };
    made[`cvt.${letter}.${name}`] = {
      takes: [size],
      gives: width,
      compute: (mode, a) => fromInteger(format, signed ? BigInt.asIntN(size, a!) : a!, mode),
    };
  }
  return made;
}

export const operations: Readonly<Record<string, Operation>> = {
  ...ofFormat("s"),
  ...ofFormat("d"),
  "cvt.s.d": { takes: [64], gives: 32, compute: (mode, a) => convertFormat(binary64, binary32, a!, mode) },
  "cvt.d.s": { takes: [32], gives: 64, compute: (mode, a) => convertFormat(binary32, binary64, a!, mode) },
};

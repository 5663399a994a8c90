/**
 * Access to control and status registers, Zicsr. What the number and the mode forbid is seen by the decoder; a register
 * that is nothing but memory (sscratch, sepc, ...) is read and written right here; the rest is `csr.ts`.
 *
 * Source: The RISC-V Instruction Set Manual, Volume I, version 20191213, chapter 9; Volume II, version 20211203, 2.1.
 */
import { custom, i64, name, read, set } from "../../../meaning/build.ts";
import type { Expr } from "../../../meaning/expression.ts";
import { csrByNumber, isFloatingCsr } from "../csr.ts";
import { hasFloating, privilegeOf } from "../mode.ts";
import { cellOperand, type Meant, type Row, rd, rs1, wholeWord, zimm } from "../row.ts";

const general = 0;
const plain = 1;
const plainEven = 2;
const illegal = -1;

/** CSRRS and CSRRC with x0, or with the immediate 0, do not write. */
export const writesCsr = (word: number): boolean => (word & 0x2000) === 0 || ((word >>> 15) & 31) !== 0;

function choose(word: number, mode: number): number {
  const number = word >>> 20;
  const csr = csrByNumber.get(number);
  const isReadOnly = number >= 0xc00;
  if (!csr || privilegeOf(mode) < ((number >> 8) & 3) || (isReadOnly && writesCsr(word))) return illegal;
  if (isFloatingCsr(number) && !hasFloating(mode)) return illegal;
  if (!csr.plain) return general;
  return csr.even ? plainEven : plain;
}

type Combine = (old: Expr<"i64">, source: Expr<"i64">) => Expr<"i64">;

function meanings(source: Expr<"i64">, combine: Combine): Meant[] {
  const inCell = (mask: bigint): Meant => {
    const old = name(read(cellOperand));
    const value = combine(old.value, source);
    return {
      meaning: [old.is, set(cellOperand, mask === -1n ? value : i64.and(value, mask)), set(rd, old.value)],
    };
  };
  return [
    { meaning: [custom("csr", wholeWord, source)], flow: "fence", rare: true },
    inCell(-1n),
    inCell(-2n),
  ];
}

const operation = (form: string, funct3: string, combine: Combine): Row[] => [
  {
    form: `${form} rd, csr, rs1`,
    encoding: `csr rs1 0${funct3} rd 1110011`,
    meant: meanings(rs1, combine),
    choose,
  },
  {
    form: `${form}i rd, csr, zimm`,
    encoding: `csr zimm 1${funct3} rd 1110011`,
    meant: meanings(zimm, combine),
    choose,
  },
];

export const zicsr: readonly Row[] = [
  ...operation("csrrw", "01", (_, source) => source),
  ...operation("csrrs", "10", i64.or),
  ...operation("csrrc", "11", (old, source) => i64.and(old, i64.xor(source, -1))),
];

/**
 * One row per instruction: assembly form, encoding, meaning. Everything else - decoder, disassembler, what the engine
 * executes - is derived from the rows. A compressed instruction is a row with the instruction it stands for, written
 * as in the manual.
 *
 * Operands are named as in the forms: rd, rs1, rs2 are integer registers (rs1w: its low half as i32), fd, fs1, fs2, fs3
 * floating-point registers, as 64 bits (fs1d: as f64).
 */
import { read } from "../../meaning/build.ts";
import type { Expr, Operand } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";
import type { OperandPlace } from "../isa.ts";

export type Meant = {
  readonly meaning: readonly Statement[];
  readonly flow?: "jump" | "fence";
  readonly rare?: boolean;
};

export type Row = {
  /** "lw rd, imm(rs1)": the mnemonic and the operands. `{aqrl}` in a mnemonic is its suffix. */
  readonly form: string;
  readonly encoding: string;
  /** More than one where the meaning depends on what `choose` sees. */
  readonly meant: readonly Meant[];
  /** Index into `meant` for a word in a decoding mode; -1: illegal. Absent: 0. */
  readonly choose?: (word: number, mode: number) => number;
  /** Needs the floating-point unit to be on. */
  readonly floating?: boolean;
};

/** `expands` is the form of the instruction that it stands for, with this one's fields, registers or numbers. */
export type CompressedRow = { readonly form: string; readonly encoding: string; readonly expands: string };

export function row(form: string, encoding: string, ...meaning: readonly Statement[]): Row {
  return { form, encoding, meant: [{ meaning }] };
}
/** An instruction that may go elsewhere. */
export function jumping(form: string, encoding: string, ...meaning: readonly Statement[]): Row {
  return { form, encoding, meant: [{ meaning, flow: "jump" }] };
}
/** One after which nothing that was decoded or translated before may be relied on. */
export function fencing(form: string, encoding: string, ...meaning: readonly Statement[]): Row {
  return { form, encoding, meant: [{ meaning, flow: "fence", rare: true }] };
}
export const compressed = (form: string, encoding: string, expands: string): CompressedRow => ({
  form,
  encoding,
  expands,
});

const register = (field: "r0" | "r1" | "r2" | "r3"): OperandPlace => ({
  in: "register",
  field,
  type: "i64",
  width: 8,
});
const double = (field: "r0" | "r1" | "r2" | "r3"): OperandPlace => ({
  in: "register",
  field,
  type: "f64",
  width: 8,
});
const lowHalf = (field: "r1" | "r2"): OperandPlace => ({ in: "register", field, type: "i32", width: 4 });
const immediate: OperandPlace = { in: "immediate", type: "i64" };
const immediate32: OperandPlace = { in: "immediate", type: "i32" };

/** Where the decoder puts each field, and how a meaning may see it: the operands that a field brings along. */
export const places: Readonly<Record<string, Readonly<Record<string, OperandPlace>>>> = {
  rd: { rd: register("r0") },
  rs1: { rs1: register("r1"), rs1w: lowHalf("r1") },
  rs2: { rs2: register("r2"), rs2w: lowHalf("r2") },
  fd: { fd: register("r0"), fdd: double("r0") },
  fs1: { fs1: register("r1"), fs1d: double("r1") },
  fs2: { fs2: register("r2"), fs2d: double("r2") },
  fs3: { fs3: register("r3"), fs3d: double("r3") },
  imm: { imm: immediate, immw: immediate32 },
  offset: { imm: immediate },
  upper: { imm: immediate },
  uimm: { imm: immediate },
  shamt: { imm: immediate, immw: immediate32 },
  // The cell that holds the CSR, where one does.
  csr: { cell: register("r2") },
  zimm: { zimm: { in: "immediate", type: "i64", field: "r1" } },
  rm: {},
  aqrl: {},
  fm: {},
  pred: {},
  succ: {},
};
/** An instruction without a number in it has itself as its immediate: for traps, and for what is rarely needed. */
export const wordPlaces: Readonly<Record<string, OperandPlace>> = { word: immediate, word32: immediate32 };

const integer = (operand: string): Operand<"i64"> => ({ operand, type: "i64" });
const doubleOperand = (operand: string): Operand<"f64"> => ({ operand, type: "f64" });
const word = (operand: string): Expr<"i32"> => read({ operand, type: "i32" } as Operand<"i32">);

/** Operands to be set. */
export const rd = integer("rd");
export const fd = integer("fd");
export const fdd = doubleOperand("fdd");
export const cellOperand = integer("cell");
/** Operands as values. */
export const rs1 = read(integer("rs1"));
export const rs2 = read(integer("rs2"));
export const rs1w = word("rs1w");
export const rs2w = word("rs2w");
export const fs1 = read(integer("fs1"));
export const fs2 = read(integer("fs2"));
export const fs3 = read(integer("fs3"));
export const fs1d = read(doubleOperand("fs1d"));
export const fs2d = read(doubleOperand("fs2d"));
export const fs3d = read(doubleOperand("fs3d"));
export const imm = read(integer("imm"));
export const immw = word("immw");
export const zimm = read(integer("zimm"));
export const wholeWord = read(integer("word"));
export const wholeWord32 = word("word32");

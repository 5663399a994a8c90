/**
 * One row is one line of the manual's instruction tables: opcode, operands, meaning.
 *
 *     row("01 /r", "ADD r/m32, r32", alu.add)
 *
 * A row with "r/m32" has two forms, one with a register and one with memory. Rows of one mnemonic whose operands have
 * the same forms ("add r32, r32" is both 01 /r and 03 /r) share one instruction; see `expand.ts`. A meaning sees its
 * operands by position and asks for each in the type that it needs.
 */
import { addressOf, i32, i64, read, set } from "../../meaning/build.ts";
import type { Expr, Operand, Type } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";
import { truncate } from "./flags.ts";
import { type Encoding, type OperandForm, parseEncoding, parseSyntax } from "./notation.ts";

export type Meaning = (form: Form) => readonly Statement[];

export type RowOptions = {
  /** Flags that the manual leaves undefined: "AF OF". A test may not compare them. */
  readonly undefined?: string;
  readonly flow?: "jump" | "fence";
  readonly rare?: boolean;
  /** Only for CPL 0: #GP(0) in user mode. */
  readonly privileged?: boolean;
  /** Reads DS:rSI or another segment (prefix) without saying so in an operand: `Form.segmentBase`. */
  readonly implicitSegment?: boolean;
};

export type Row = RowOptions & {
  readonly opcode: string;
  readonly syntax: string;
  readonly mnemonic: string;
  readonly encoding: Encoding;
  readonly operands: readonly OperandForm[];
  readonly meaning: Meaning;
};

/** The operands of one form of a row. Numbers are positions, from 0. */
export type Form = {
  /** Width of operand 0, or of the operand asked for. */
  bits(position?: number): 8 | 16 | 32 | 64;
  /** How many operands there are. */
  readonly count: number;
  isMemory(position: number): boolean;
  isImmediate(position: number): boolean;
  /** Zero-extended, and sign-extended. In an XMM register: the low half. */
  i64(position: number): Operand<"i64">;
  signed(position: number): Operand<"i64">;
  i32(position: number): Operand<"i32">;
  f64(position: number): Operand<"f64">;
  f32(position: number): Operand<"f32">;
  v128(position: number): Operand<"v128">;
  /** Reads an integer operand, zero-extended; an immediate, sign-extended. */
  read(position: number): Expr<"i64">;
  /** The same, where an immediate is cut to the width of operand 0. */
  source(position: number): Expr<"i64">;
  /** Writes an integer operand; a 32-bit register's upper half becomes zero. */
  write(position: number, value: Expr<"i64"> | Expr<"i32">): Statement;
  /** The linear address of a memory operand. */
  address(position: number): Expr<"i64">;
  /** The number of a segment, control or debug register: a constant of the instruction. */
  number(position: number): Expr<"i64">;
  /** Where a register operand is in the state: a constant, for customs that write it. */
  place(position: number): Expr<"i64">;
  /** For rows with `implicitSegment`: base and address mask of the segment, and the pair's offset. */
  segmentBase(): Expr<"i64">;
  segmentMask(): Expr<"i64">;
  segmentPair(): Expr<"i64">;
};

export function row(opcode: string, syntax: string, meaning: Meaning, options: RowOptions = {}): Row {
  const { mnemonic, operands } = parseSyntax(syntax);
  return {
    ...options,
    opcode,
    syntax,
    mnemonic,
    operands,
    encoding: parseEncoding(opcode, operands),
    meaning,
  };
}

/** The same options for several rows. */
export const withOptions = (options: RowOptions, rows: readonly Row[]): Row[] =>
  rows.map((each) => ({ ...each, ...options }));

/** A `Form` over a function that makes the operands. */
export function makeForm(
  operands: readonly OperandForm[],
  memory: number,
  operand: <T extends Type>(
    position: number | "base" | "mask" | "pair" | "place 0" | "place 1",
    type: T,
    signed?: boolean,
  ) => Operand<T>,
): Form {
  const bits = (position = 0): 8 | 16 | 32 | 64 => {
    const form = operands[position];
    if (!form) throw new Error(`no operand ${position}`);
    return (position === memory ? (form.memoryBits ?? form.bits) : form.bits) as 8 | 16 | 32 | 64;
  };
  const form: Form = {
    bits,
    count: operands.length,
    isMemory: (position) => position === memory,
    isImmediate: (position) => operands[position]?.kind === "immediate",
    i64: (position) => operand(position, "i64"),
    signed: (position) => operand(position, "i64", true),
    i32: (position) => operand(position, "i32"),
    f64: (position) => operand(position, "f64"),
    f32: (position) => operand(position, "f32"),
    v128: (position) => operand(position, "v128"),
    read: (position) => read(operand(position, "i64")),
    source: (position) =>
      operands[position]!.kind === "immediate" ? truncate(bits(), form.read(position)) : form.read(position),
    write(position, value) {
      const wide = value.type === "i64" ? (value as Expr<"i64">) : i64.extend_i32_u(value as Expr<"i32">);
      const narrow = position !== memory && bits(position) === 32 && value.type === "i64";
      return set(operand(position, "i64"), narrow ? i64.extend_i32_u(i32.wrap_i64(wide)) : wide);
    },
    address: (position) => addressOf(operand(position, "i64")),
    number: (position) => read(operand(position, "i64")),
    place: (position) => read(operand(position === 0 ? "place 0" : "place 1", "i64")),
    segmentBase: () => read(operand("base", "i64")),
    segmentMask: () => read(operand("mask", "i64")),
    segmentPair: () => read(operand("pair", "i64")),
  };
  return form;
}

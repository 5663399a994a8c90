/** All rows, and the instructions that the engine executes: one for each meaning, after the illegal one. */
import { i64, trap } from "../../meaning/build.ts";
import type { Instruction, OperandPlace } from "../isa.ts";
import { type Encoding, parseEncoding } from "./encoding.ts";
import { places, type Row, wholeWord, wordPlaces } from "./row.ts";
import { privileged } from "./rows/privileged.ts";
import { rv64a } from "./rows/rv64a.ts";
import { rv64c } from "./rows/rv64c.ts";
import { rv64fArithmetic } from "./rows/rv64f-arithmetic.ts";
import { rv64fMoves } from "./rows/rv64f-moves.ts";
import { rv64i } from "./rows/rv64i.ts";
import { rv64m } from "./rows/rv64m.ts";
import { zb } from "./rows/zb.ts";
import { zicsr } from "./rows/zicsr.ts";
import { cause } from "./state.ts";

export const rows: readonly Row[] = [
  ...rv64i,
  ...rv64m,
  ...rv64a,
  ...rv64fMoves,
  ...rv64fArithmetic,
  ...zb,
  ...zicsr,
  ...privileged,
];
export const compressedRows = rv64c;

/** "c.addi16sp sp, nzimm": its mnemonic and its operands. */
export function splitForm(form: string): { mnemonic: string; operands: readonly string[] } {
  const [mnemonic = "", ...operands] = form.split(/[ ,()]+/).filter((part) => part !== "");
  return { mnemonic, operands };
}
/** A field by its plain name: neither primed nor marked as nonzero. */
export const plainField = (field: string): string => field.replace(/^nz/, "").replace(/'$/, "");
/** Whether a field is a number that the decoder puts into `immediate`. */
export const isImmediate = (field: string): boolean =>
  /^(imm|offset|upper|uimm|shamt)$/.test(plainField(field));

export const illegalInstruction = 0;

/** A row with its encoding read, and the number of its first meaning among the instructions. */
export type Numbered = { readonly row: Row; readonly encoding: Encoding; readonly first: number };

const illegal: Instruction = {
  name: "illegal",
  operands: wordPlaces,
  meaning: [trap(cause.illegal, i64.and(wholeWord, 0xffffffffn))],
  flow: "jump",
  rare: true,
};

function operandsOf({ fields }: Encoding): Readonly<Record<string, OperandPlace>> {
  const names = [...fields.keys()];
  const operands = names.map((field) => places[plainField(field)]!);
  return Object.assign({}, ...operands, names.some(isImmediate) ? {} : wordPlaces);
}

const made: Instruction[] = [illegal];
export const numberedRows: readonly Numbered[] = rows.map((row) => {
  const encoding = parseEncoding(row.encoding);
  const first = made.length;
  for (const [index, meant] of row.meant.entries()) {
    const name = row.meant.length > 1 ? `${row.form} (${index})` : row.form;
    made.push({ name, operands: operandsOf(encoding), ...meant });
  }
  return { row, encoding, first };
});
export const instructions: readonly Instruction[] = made;

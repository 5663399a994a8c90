/**
 * Assembly text, derived from the rows' forms, without aliases: as LLVM's disassembler prints it with `-M no-aliases`.
 * From a word, exactly; from a decoded instruction, where a compressed one appears as what it stands for.
 */
import type { Decoded } from "../isa.ts";
import { csrByNumber } from "./csr.ts";
import { findEntry, isLong } from "./decode.ts";
import { extract, isSigned } from "./encoding.ts";
import { anything } from "./mode.ts";
import { illegalInstruction, isImmediate, numberedRows, plainField } from "./rows.ts";
import { fOffset, sinkOffset } from "./state.ts";

const counted = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const saved = counted("s", 12);
const temporary = counted("t", 7);
const integerNames = ["zero", "ra", "sp", "gp", "tp", ...temporary.slice(0, 3), ...saved.slice(0, 2)].concat(
  counted("a", 8),
  saved.slice(2),
  temporary.slice(3),
);
const floatNames = [...counted("ft", 8), "fs0", "fs1", ...counted("fa", 8)].concat(
  counted("fs", 12).slice(2),
  counted("ft", 12).slice(8),
);
const roundings = ["rne", "rtz", "rdn", "rup", "rmm", "?", "?", "dyn"];
const orders = ["", ".rl", ".aq", ".aqrl"];

/** Which of input, output, reads and writes a fence is about. */
const fenceSet = (bits: number) =>
  ["i", "o", "r", "w"].filter((_, index) => bits & (8 >> index)).join("") || "0";

/** A field's value as the assembler writes it. */
function text(field: string, value: number): string {
  const name = plainField(field);
  if (/^f[ds]/.test(name)) return floatNames[value]!;
  if (/^r[ds]/.test(name)) return integerNames[value]!;
  if (name === "upper") return String(value >>> 12);
  if (name === "csr") return csrByNumber.get(value)?.name ?? String(value);
  if (name === "rm") return roundings[value]!;
  if (name === "pred" || name === "succ") return fenceSet(value);
  return String(value);
}

/** The form with its operands filled in. */
function fill(form: string, fieldValue: (field: string) => number): string {
  const [mnemonic = "", ...rest] = form.split(" ");
  const name = mnemonic.replace("{aqrl}", () => orders[fieldValue("aqrl")]!);
  const operands = rest
    .join(" ")
    .replaceAll(/[a-z]+[0-9]*'?/g, (field) => (field === "sp" ? field : text(field, fieldValue(field))));
  return operands === "" ? name : `${name} ${operands}`;
}

/** An instruction as it is encoded; undefined: it is none. */
export function disassembleWord(word: number): string | undefined {
  const entry = findEntry(word);
  if (!entry || entry.row.choose?.(word, anything) === -1) return undefined;
  return fill(entry.form, (field) => {
    const value = extract(word, entry.encoding.fields.get(field)!, isSigned(field));
    return field.endsWith("'") ? value + 8 : value;
  });
}

const slotOf = { rd: "r0", rs1: "r1", rs2: "r2", fd: "r0", fs1: "r1", fs2: "r2", fs3: "r3" } as const;

/** Branch targets appear as addresses. */
export function disassemble(decoded: Decoded, pc: bigint): string {
  const { instruction, immediate } = decoded;
  if (instruction === illegalInstruction) {
    const digits = (immediate >>> 0).toString(16).padStart(isLong(immediate) ? 8 : 4, "0");
    return `${isLong(immediate) ? ".word" : ".half"} 0x${digits}`;
  }
  const { row, encoding } = numberedRows.findLast(({ first }) => first <= instruction)!;
  const filled = fill(row.form, (field) => {
    if (isImmediate(field)) return immediate;
    const slot = slotOf[field as keyof typeof slotOf];
    // Numbers that are not the immediate are in the word, which then is.
    if (!slot) return extract(immediate, encoding.fields.get(field)!, false);
    const offset = decoded[slot];
    if (offset === sinkOffset) return 0;
    return (field.startsWith("f") ? offset - fOffset(0) : offset) / 8;
  });
  if (!encoding.fields.has("offset")) return filled;
  const target = BigInt.asUintN(64, pc + BigInt(immediate));
  return filled.replace(/-?\d+$/, `0x${target.toString(16)}`);
}

/**
 * The decoder, derived from the rows: a table from those bits that tell instructions apart to the few rows that they
 * leave, the most particular first. Built when the first instruction is decoded.
 */
import type { Decoded } from "../isa.ts";
import { csrByNumber } from "./csr.ts";
import { type Encoding, extract, isSigned, type Piece, parseEncoding } from "./encoding.ts";
import { hasFloating } from "./mode.ts";
import type { Row } from "./row.ts";
import { compressedRows, illegalInstruction, isImmediate, numberedRows, splitForm } from "./rows.ts";
import { fOffset, sinkOffset, xOffset } from "./state.ts";

/** How a field's value becomes a field of `Decoded`. */
type Kind = "x" | "x-destination" | "f" | "csr" | "number";
type Slot = "r0" | "r1" | "r2" | "r3" | "immediate";
type Step = {
  readonly slot: Slot;
  readonly kind: Kind;
  readonly pieces: readonly Piece[];
  readonly signed: boolean;
  /** Added to the value: 8 for the primed registers, or all of it where there are no pieces. */
  readonly plus: number;
};

export type Entry = {
  /** As written in the row, compressed or not. */
  readonly form: string;
  readonly encoding: Encoding;
  readonly row: Row;
  readonly first: number;
  readonly guards: readonly (readonly Piece[])[];
  readonly steps: readonly Step[];
};

const slots: Readonly<Record<string, readonly [Slot, Kind]>> = {
  rd: ["r0", "x-destination"],
  rs1: ["r1", "x"],
  rs2: ["r2", "x"],
  fd: ["r0", "f"],
  fs1: ["r1", "f"],
  fs2: ["r2", "f"],
  fs3: ["r3", "f"],
  csr: ["r2", "csr"],
  zimm: ["r1", "number"],
};
const slotOf = (field: string) => (isImmediate(field) ? (["immediate", "number"] as const) : slots[field]);

/** `target` is the operand that `source` supplies: a field of `encoding`, a register's name or a number. */
function stepFor(target: string, source: string, encoding: Encoding): Step | undefined {
  const slot = slotOf(target);
  if (!slot) return undefined;
  const [place, kind] = slot;
  const pieces = encoding.fields.get(source);
  const fixedRegister = { zero: 0, ra: 1, sp: 2 }[source];
  const plus = pieces ? (source.endsWith("'") ? 8 : 0) : (fixedRegister ?? Number(source));
  return { slot: place, kind, pieces: pieces ?? [], signed: isSigned(source), plus };
}

function entryFor(
  form: string,
  encoding: Encoding,
  row: Row,
  first: number,
  targets: string[],
  sources: string[],
): Entry {
  const steps = targets.flatMap((target, index) => stepFor(target, sources[index]!, encoding) ?? []);
  return {
    form,
    encoding,
    row,
    first,
    guards: encoding.nonzero.map((field) => encoding.fields.get(field)!),
    steps,
  };
}

function allEntries(): Entry[] {
  const entries = numberedRows.map(({ row, encoding, first }) => {
    const fields = [...encoding.fields.keys()];
    return entryFor(row.form, encoding, row, first, fields, fields);
  });
  const byMnemonic = new Map(entries.map((entry) => [splitForm(entry.form).mnemonic, entry]));
  const short = compressedRows.map(({ form, encoding, expands }) => {
    const { mnemonic, operands } = splitForm(expands);
    const { row, first } = byMnemonic.get(mnemonic)!;
    return entryFor(
      form,
      parseEncoding(encoding),
      row,
      first,
      [...splitForm(row.form).operands],
      [...operands],
    );
  });
  return [...entries, ...short];
}

const bitCount = (mask: number) => (mask >>> 0).toString(2).replaceAll("0", "").length;

/** Opcode, funct3 and funct7 side by side: 15 bits. */
const longKey = (word: number) => ((word >>> 2) & 31) | (((word >>> 12) & 7) << 5) | ((word >>> 25) << 8);
/** Quadrant, funct3, and what lies beside the registers: 10 bits. */
const shortKey = (word: number) => (word & 3) | (((word >>> 5) & 3) << 2) | (((word >>> 10) & 63) << 4);

function buildTable(entries: readonly Entry[], keyBits: number, key: (word: number) => number): Entry[][] {
  const table: Entry[][] = new Array(1 << keyBits).fill([]);
  // The most particular first: fixed bits, then conditions.
  const ranked = entries.map((entry) => ({
    entry,
    rank: bitCount(entry.encoding.mask) * 4 + entry.guards.length,
  }));
  for (const { entry } of ranked.sort((a, b) => b.rank - a.rank)) {
    const free = ~key(entry.encoding.mask) & ((1 << keyBits) - 1);
    const match = key(entry.encoding.match) & ~free;
    // Words with the same candidates share one list.
    const longer = new Map<Entry[], Entry[]>();
    // Every subset of the free bits.
    for (let subset = free; ; subset = (subset - 1) & free) {
      const before = table[match | subset]!;
      const after = longer.get(before) ?? [...before, entry];
      longer.set(before, after);
      table[match | subset] = after;
      if (subset === 0) break;
    }
  }
  return table;
}

let tables: { long: Entry[][]; short: Entry[][] } | undefined;
function theTables() {
  if (tables) return tables;
  const entries = allEntries();
  tables = {
    long: buildTable(
      entries.filter(({ encoding }) => encoding.length === 4),
      15,
      longKey,
    ),
    short: buildTable(
      entries.filter(({ encoding }) => encoding.length === 2),
      10,
      shortKey,
    ),
  };
  return tables;
}

export const isLong = (half: number): boolean => (half & 3) === 3;

/** The row that a word is (16 bits of it if they are compressed); none: illegal everywhere. */
export function findEntry(word: number): Entry | undefined {
  const { long, short } = theTables();
  const candidates = isLong(word) ? long[longKey(word)]! : short[shortKey(word)]!;
  for (const entry of candidates) {
    if ((word & entry.encoding.mask) !== entry.encoding.match) continue;
    if (entry.guards.every((pieces) => extract(word, pieces, false) !== 0)) return entry;
  }
  return undefined;
}

function place({ slot, kind, pieces, signed, plus }: Step, word: number, decoded: Decoded): void {
  const value = extract(word, pieces, signed) + plus;
  if (kind === "number") decoded[slot] = value;
  else if (kind === "x") decoded[slot] = xOffset(value);
  else if (kind === "f") decoded[slot] = fOffset(value);
  else if (kind === "x-destination") decoded[slot] = value === 0 ? sinkOffset : xOffset(value);
  else decoded[slot] = csrByNumber.get(value)?.plain?.offset ?? 0;
}

/** As `Isa.decode` says. What is no instruction is the illegal one, with the word for stval. */
export function decode(bytes: DataView, at: number, end: number, mode: number, decoded: Decoded): boolean {
  if (end - at < 2) return false;
  const half = bytes.getUint16(at, true);
  const length = isLong(half) ? 4 : 2;
  if (end - at < length) return false;
  const word = length === 4 ? bytes.getInt32(at, true) : half;
  decodeWord(word, mode, decoded);
  return true;
}

export function decodeWord(word: number, mode: number, decoded: Decoded): void {
  const entry = findEntry(word);
  decoded.length = isLong(word) ? 4 : 2;
  decoded.r0 = 0;
  decoded.r1 = 0;
  decoded.r2 = 0;
  decoded.r3 = 0;
  decoded.immediate = word;
  decoded.instruction = illegalInstruction;
  if (!entry || (entry.row.floating && !hasFloating(mode))) return;
  const choice = entry.row.choose ? entry.row.choose(word, mode) : 0;
  if (choice < 0) return;
  decoded.instruction = entry.first + choice;
  for (const step of entry.steps) place(step, word, decoded);
}

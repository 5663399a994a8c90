/** Words out of rows: the encoding's fixed bits, chosen fields, and random bits elsewhere. */
import { type Encoding, type Piece, parseEncoding } from "../encoding.ts";
import { compressedRows, numberedRows, splitForm } from "../rows.ts";
import type { Random } from "./random.ts";

export function setField(word: number, pieces: readonly Piece[], value: number): number {
  let result = word;
  for (const { from, width, to } of pieces) {
    const mask = (1 << width) - 1;
    result = (result & ~(mask << from)) | (((value >> to) & mask) << from);
  }
  return result;
}

/** Fields left out are random. */
export function encode(encoding: Encoding, fields: Readonly<Record<string, number>>, random: Random): number {
  const free = ~encoding.mask & (encoding.length === 2 ? 0xffff : -1);
  let word = encoding.match | (random.word() & free);
  for (const [name, value] of Object.entries(fields)) {
    const pieces = encoding.fields.get(name);
    if (pieces) word = setField(word, pieces, value);
  }
  return word >>> 0;
}

/** Every encoding there is, compressed ones too, with the mnemonic without its suffix. */
export const encodings: readonly { mnemonic: string; encoding: Encoding }[] = [
  ...numberedRows.map(({ row, encoding }) => ({ form: row.form, encoding })),
  ...compressedRows.map(({ form, encoding }) => ({ form, encoding: parseEncoding(encoding) })),
].map(({ form, encoding }) => ({ mnemonic: splitForm(form).mnemonic.replace("{aqrl}", ""), encoding }));

const byMnemonic = new Map(encodings.map((each) => [each.mnemonic, each.encoding]));

/** For code that the fuzzer needs itself: all fields are given. */
export function assemble(mnemonic: string, fields: Readonly<Record<string, number>>): number {
  const encoding = byMnemonic.get(mnemonic)!;
  let word = encoding.match;
  for (const [name, value] of Object.entries(fields))
    word = setField(word, encoding.fields.get(name)!, value);
  return word >>> 0;
}

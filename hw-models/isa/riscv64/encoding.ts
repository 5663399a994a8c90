/**
 * Encodings in the manual's own notation, read into masks and fields: "imm[12|10:5] rs2 rs1 000 imm[4:1|11] 1100011"
 * is BEQ, left to right from the highest bit. A name that begins with "nz", or is followed by "!=0", must not be zero;
 * a register with a prime is one of x8 to x15.
 */

/** `width` bits of the instruction, from bit `from` on, are bits `to` and up of the field. */
export type Piece = { readonly from: number; readonly width: number; readonly to: number };

export type Encoding = {
  readonly length: 2 | 4;
  /** A word is this instruction if `(word & mask) === match` (as signed 32-bit numbers). */
  readonly mask: number;
  readonly match: number;
  readonly fields: ReadonlyMap<string, readonly Piece[]>;
  readonly nonzero: readonly string[];
};

const widths: Readonly<Record<string, number>> = {
  rd: 5,
  rs1: 5,
  rs2: 5,
  fd: 5,
  fs1: 5,
  fs2: 5,
  fs3: 5,
  "rd'": 3,
  "rs1'": 3,
  "rs2'": 3,
  "fd'": 3,
  "fs2'": 3,
  csr: 12,
  zimm: 5,
  rm: 3,
  aqrl: 2,
  fm: 4,
  pred: 4,
  succ: 4,
};

/** "12|10:5" as pieces of the field's bits, from the highest on: [12, 12], [10, 5]. */
function bitRanges(text: string): [number, number][] {
  return text.split("|").map((range) => {
    const [high = "", low = high] = range.split(":");
    return [Number(high), Number(low)];
  });
}

export function parseEncoding(notation: string): Encoding {
  const fields = new Map<string, Piece[]>();
  const nonzero = new Set<string>();
  let bits = "";
  const placed: { name: string; start: number; width: number; to: number }[] = [];
  for (const token of notation.split(" ")) {
    if (/^[01]+$/.test(token)) {
      bits += token;
      continue;
    }
    const [, name = "", ranges, unequal] = /^([a-z]+[0-9]*'?)(?:\[([0-9:|]+)\])?(!=0)?$/.exec(token) ?? [];
    if (unequal || name.startsWith("nz")) nonzero.add(name);
    const pieces =
      ranges === undefined ? [[(widths[name] ?? Number.NaN) - 1, 0] as const] : bitRanges(ranges);
    for (const [high, low] of pieces) {
      const width = high - low + 1;
      placed.push({ name, start: bits.length, width, to: low });
      bits += ".".repeat(width);
    }
  }
  if (bits.length !== 32 && bits.length !== 16) throw new Error(`"${notation}" has ${bits.length} bits`);
  for (const { name, start, width, to } of placed) {
    const from = bits.length - start - width;
    fields.set(name, [...(fields.get(name) ?? []), { from, width, to }]);
  }
  return {
    length: bits.length === 32 ? 4 : 2,
    mask: Number.parseInt(bits.replaceAll(/[01]/g, "1").replaceAll(".", "0"), 2) | 0,
    match: Number.parseInt(bits.replaceAll(".", "0"), 2) | 0,
    fields,
    nonzero: [...nonzero],
  };
}

/** Fields that are numbers with a sign; their highest bit is it. */
export const isSigned = (name: string) => /^(nz)?(imm|offset|upper)$/.test(name);

/** The value of a field in a word. */
export function extract(word: number, pieces: readonly Piece[], signed: boolean): number {
  let value = 0;
  let top = 0;
  for (const { from, width, to } of pieces) {
    value |= ((word >>> from) & ((1 << width) - 1)) << to;
    if (to + width > top) top = to + width;
  }
  return signed ? (value << (32 - top)) >> (32 - top) : value;
}

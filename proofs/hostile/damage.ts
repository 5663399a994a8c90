/** Damage by seeds: what is put in the place of bytes of an ELF file's headers and of a tar archive. */

/** xorshift32 (Marsaglia, "Xorshift RNGs", 2003). */
export function randomNumbers(seed: number): (below: number) => number {
  let x = Math.imul(seed, 0x9e3779b1) | 1;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}
export type Random = ReturnType<typeof randomNumbers>;

/** Bytes in the place of others. */
export type Patch = { at: number; bytes: Buffer };

/** From where to where, in a file. */
export type Range = { at: number; bytes: number };

/** Limits, sizes and addresses that headers are compared with, and their neighbours. */
const words: readonly bigint[] = [
  ...[0n, 1n, 2n, 3n, 56n, 64n, 0x1000n, 0xffffn, 0x1_0000n, 0x40_0000n, 0x40_4000n, 0x40_5000n],
  ...[20, 31, 32, 38, 40, 47, 48, 62, 63].map((bit) => 1n << BigInt(bit)),
  ...[(1n << 47n) - 0x1000n, (1n << 63n) - 1n, (1n << 64n) - 1n, (1n << 64n) - 0x1000n],
];

/** One to four words in these places; half of them where a header's word begins. */
export function damageWords(file: Buffer, places: readonly Range[], random: Random): Patch[] {
  return Array.from({ length: 1 + random(4) }, () => {
    const { at: start, bytes } = places[random(places.length)]!;
    const somewhere = random(bytes - 7);
    const at = start + (random(3) === 0 ? somewhere : somewhere - (somewhere % 8));
    const old = file.readBigUInt64LE(at);
    const kinds = [
      () => words[random(words.length)]!,
      () => old + BigInt(random(5) - 2),
      () => old ^ (1n << BigInt(random(64))),
      () => (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32)),
      () => (old & ~0xffn) | BigInt(random(256)),
      () => (old & ~0xffff_ffffn) | (words[random(words.length)]! % (1n << 32n)),
    ];
    const patch = Buffer.alloc(8);
    patch.writeBigUInt64LE(BigInt.asUintN(64, kinds[random(kinds.length)]!()));
    return { at, bytes: patch };
  });
}

const block = 512;
/** Of a header, where its reader looks: names, mode, owners, size, time, checksum, type, link, magic, prefix. */
const fields: readonly Range[] = [
  ...[
    [0, 100],
    [100, 8],
    [108, 8],
    [116, 8],
    [124, 12],
    [136, 12],
    [148, 8],
    [156, 1],
    [157, 100],
  ],
  ...[
    [257, 8],
    [345, 155],
  ],
].map(([at = 0, bytes = 0]) => ({ at, bytes }));
const types = "0123456789\0xgLKSMVDNX";
const letters = "01257/.. =\n\0\x80\xff9";
const sizes = [
  "00000000000",
  "00000000001",
  "00000001000",
  "00000000777",
  "77777777777",
  "            ",
  "9",
];
const names = [
  "",
  "/",
  ".",
  "..",
  "a/../b",
  "a/./b//",
  "proc",
  "proc/1/fd",
  "app",
  "tmp",
  "etc/passwd",
  "\xff\xfe",
];

export function mendChecksum(header: Buffer): void {
  header.fill(" ", 148, 156);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
}

/** A copy of the archive with some of its blocks changed, moved, doubled or cut away. */
export function damageTar(archive: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(archive);
  for (let n = 1 + random(3); n > 0; n--) {
    const from = random(bytes.length / block) * block;
    const to = random(bytes.length / block) * block;
    const piece = bytes.subarray(from, from + block);
    switch (random(10)) {
      case 0:
        bytes.copyWithin(to, from, from + block);
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + block)]);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, to), piece, bytes.subarray(to)]);
        break;
      default:
        damageBlock(piece, random);
        // Most of the damage is only looked at where the sum is right.
        if (random(5) > 0) mendChecksum(piece);
    }
    if (bytes.length < block) break;
  }
  return random(10) === 0 ? bytes.subarray(0, random(bytes.length + 1)) : bytes;
}

/** A header or contents: nobody asks. */
function damageBlock(piece: Buffer, random: Random): void {
  for (let n = 1 + random(3); n > 0; n--) {
    const field = fields[random(fields.length)]!;
    const one = field.at + random(field.bytes);
    switch (random(8)) {
      case 0:
        piece[one] = random(256);
        break;
      case 1:
        piece[one] = piece[one]! ^ (1 << random(8));
        break;
      case 2:
        piece[156] = types.charCodeAt(random(types.length));
        break;
      case 3:
        piece.write(sizes[random(sizes.length)]!.padEnd(12, "\0"), 124, "latin1");
        break;
      case 4:
        // GNU's large numbers.
        piece.fill(random(2) * 255, field.at, field.at + field.bytes);
        piece[field.at] = 0x80 | random(128);
        break;
      case 5:
        piece.write(`${names[random(names.length)]!}\0`, random(2) * 157, "latin1");
        break;
      case 6:
        // Also the words of pax records, in contents.
        piece.write(letters[random(letters.length)]!, random(block), "latin1");
        break;
      default:
        piece.write(letters[random(letters.length)]!, one, "latin1");
    }
  }
}

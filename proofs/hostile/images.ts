/**
 * Damaged programs and archives by the thousand: the loader of the host and that of the kernel, which is compiled for
 * this machine, must accept the same files, find the same size in them, and refuse the others with one sentence.
 */
import { execFileSync } from "node:child_process";
import { readElf } from "../../generator/elf/elf-file.ts";
import { hostProgram } from "../../shim-templates/host-program.ts";
import { elfFile, tinyParts } from "../harness/tiny-elf.ts";

/** xorshift32 (Marsaglia, "Xorshift RNGs", 2003). */
function randomNumbers(seed: number): (below: number) => number {
  let x = Math.imul(seed, 0x9e3779b1) | 1;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}
type Random = ReturnType<typeof randomNumbers>;

const headers = 64 + 4 * 56;
const sectionBytes = 64;
const block = 512;

/** Three segments, a table of sections, and behind the program perhaps an archive of two entries. */
function goodImage(withArchive: boolean): Buffer {
  const parts = tinyParts("amd64", 4);
  const [text] = parts.segments;
  parts.programHeaderCount = 3;
  parts.body = Buffer.concat([parts.body, Buffer.alloc(0x3000 - headers - parts.body.length)]);
  parts.segments = [
    { ...text!, fileSize: 0x1000n, memorySize: 0x1000n },
    { ...text!, flags: 4, offset: 0x1000n, address: 0x402000n, fileSize: 0x800n, memorySize: 0x800n },
    { ...text!, flags: 6, offset: 0x2000n, address: 0x404000n, fileSize: 0x400n, memorySize: 0x9000n },
  ];
  const elf = elfFile(parts, 4);
  const sections = Buffer.alloc(2 * sectionBytes);
  sections.writeUInt32LE(3, sectionBytes + 4);
  sections.writeBigUInt64LE(0x2400n, sectionBytes + 24);
  sections.writeBigUInt64LE(0x100n, sectionBytes + 32);
  elf.writeBigUInt64LE(BigInt(elf.length), 40);
  elf.writeUInt16LE(sectionBytes, 58);
  elf.writeUInt16LE(2, 60);
  const archive = withArchive ? [entry("a", 700), Buffer.alloc(2 * block), Buffer.alloc(2 * block)] : [];
  return Buffer.concat([elf, sections, ...archive]);
}

function entry(name: string, bytes: number): Buffer {
  const header = Buffer.alloc(block);
  header.write(name);
  header.write("0000644\0", 100);
  header.write(`${bytes.toString(8).padStart(11, "0")}\0`, 124);
  header.write("        0", 148);
  header.write("ustar\0", 257);
  mendChecksum(header);
  return header;
}

function mendChecksum(header: Buffer): void {
  header.fill(" ", 148, 156);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
}

const words: readonly bigint[] = [
  ...[
    0n,
    1n,
    2n,
    56n,
    64n,
    0x1000n,
    0xffffn,
    0x10000n,
    0x400000n,
    0x404000n,
    0x405000n,
    1n << 20n,
    1n << 31n,
  ],
  ...[1n << 32n, 1n << 40n, 1n << 47n, (1n << 47n) - 0x1000n, 1n << 48n, 1n << 62n, 1n << 63n],
  ...[(1n << 63n) - 1n, (1n << 64n) - 1n, (1n << 64n) - 0x1000n],
];

function damage(image: Buffer, random: Random): Buffer {
  const elfBytes = 0x3000 + 2 * sectionBytes;
  const bytes = Buffer.from(image);
  for (let n = 1 + random(4); n > 0; n--) {
    const isSection = random(6) === 0;
    const at = isSection ? 0x3000 + random(2 * sectionBytes - 8) : random(headers - 8);
    const place = random(3) === 0 ? at : at - (at % 8);
    const old = bytes.readBigUInt64LE(place);
    const kinds = [
      () => words[random(words.length)]!,
      () => old + BigInt(random(5) - 2),
      () => old ^ (1n << BigInt(random(64))),
      () => (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32)),
      () => (old & ~0xffn) | BigInt(random(256)),
    ];
    bytes.writeBigUInt64LE(BigInt.asUintN(64, kinds[random(kinds.length)]!()), place);
  }
  if (bytes.length > elfBytes && random(3) === 0) {
    const header = bytes.subarray(elfBytes, elfBytes + block);
    header[random(block)] = random(256);
    if (random(4) > 0) mendChecksum(header);
  }
  return random(8) === 0 ? bytes.subarray(0, random(bytes.length + 1)) : bytes;
}

/** What the two loaders say of one file; the host's `refusals` are sentences. */
type Verdicts = { host: { size: number } | { refusals: string[] }; kernel: string };

const sentence = /^\S.{10,500}[^\s]$/;

export type Judged = { accepted: number; refused: number; wrong: string[] };

/** Judges so many damaged images, by seed; `wrong`: the first that the two do not agree on, or get no sentence. */
export async function judgeImages(count: number, firstSeed: number): Promise<Judged> {
  const program = await hostProgram(["boot/judge.test.c", "boot/elf.c", "boot/tar-check.c", "lib/string.c"]);
  const good = [goodImage(false), goodImage(true)];
  const judged: Judged = { accepted: 0, refused: 0, wrong: [] };
  const batch = 2000;
  for (let done = 0; done < count; done += batch) {
    const seeds = Array.from(
      { length: Math.min(batch, count - done) },
      (_, index) => firstSeed + done + index,
    );
    const images = seeds.map((seed) => damage(good[seed % 2]!, randomNumbers(seed)));
    const input = images.flatMap((image) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(image.length);
      return [length, image];
    });
    const output = execFileSync(program, {
      input: Buffer.concat(input),
      maxBuffer: 2 ** 28,
      encoding: "latin1",
    });
    const lines = output.split("\n");
    for (const [index, image] of images.entries()) {
      const { value, problems = [] } = readElf(image, "program", "image");
      const host = value ? { size: value.size } : { refusals: problems.map(({ message }) => message) };
      const wrong = disagreement({ host, kernel: lines[index] ?? "" });
      if (value) judged.accepted++;
      else judged.refused++;
      if (wrong !== undefined && judged.wrong.length < 10)
        judged.wrong.push(`seed ${seeds[index]}: ${wrong}`);
    }
  }
  return judged;
}

function disagreement({ host, kernel }: Verdicts): string | undefined {
  const size = /^(\d+)/.exec(kernel)?.[1];
  if ("refusals" in host) {
    if (host.refusals.length !== 1 || !sentence.test(host.refusals[0]!))
      return `the host says ${JSON.stringify(host.refusals)}`;
    if (size !== undefined) return `the kernel accepts ${size} bytes, the host says ${host.refusals[0]}`;
    return sentence.test(kernel) ? undefined : `the kernel says ${JSON.stringify(kernel)}`;
  }
  // The archive behind an accepted program is the kernel's to judge.
  if (size === undefined)
    return /archive/.test(kernel) ? undefined : `the host accepts, the kernel says ${kernel}`;
  return Number(size) === host.size ? undefined : `the host finds ${host.size} bytes, the kernel ${size}`;
}

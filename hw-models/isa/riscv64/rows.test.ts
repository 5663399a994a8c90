/**
 * Every row against LLVM's disassembler: all 16-bit words there are, and for each 32-bit row many with random fields.
 * Both must know the same instructions and write them the same way; the few differences are listed with their reasons.
 */
import { spawnSync } from "node:child_process";
import test from "ava";
import { probe, toolNamed } from "../../../setup/tools.js";
import { csrByNumber } from "./csr.ts";
import { disassembleWord } from "./disassemble.ts";
import { numberedRows } from "./rows.ts";

const llvm = probe(toolNamed("llvm-mc"));
const features = "+m,+a,+f,+d,+c,+zba,+zbb,+zbs";

/** What LLVM writes for each word; undefined: no instruction. */
function witness(words: readonly number[]): (string | undefined)[] {
  const bytes = (word: number) =>
    ((word & 3) === 3 ? [0, 8, 16, 24] : [0, 8]).map((shift) => (word >>> shift) & 255);
  const input = words.map((word) => `${bytes(word).join(" ")}\n`).join("");
  const args = ["-disassemble", "-arch=riscv64", `-mattr=${features}`, "-M", "no-aliases"];
  const command = llvm.found ? llvm.path : "";
  const { stdout, stderr } = spawnSync(command, args, { input, encoding: "utf8", maxBuffer: 2 ** 28 });
  const refused = new Set(
    [...stderr.matchAll(/<stdin>:(\d+):\d+: warning/g)].map((match) => Number(match[1])),
  );
  const lines = stdout.split("\n").filter((line) => line.startsWith("\t") && !line.startsWith("\t."));
  let next = 0;
  return words.map((_, index) =>
    refused.has(index + 1) ? undefined : lines[next++]!.trim().replaceAll(/\s+/g, " "),
  );
}

/** A small generator of 32-bit words, so that every run tests the same. */
let seed = 1;
function random(): number {
  seed = (Math.imul(seed, 1103515245) + 12345) | 0;
  return (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) ^ seed) | 0;
}

const opcode = (word: number) => word & 0x7f;
const funct3 = (word: number) => (word >>> 12) & 7;

/** Where the two may differ, and why. */
function isExpected(word: number, ours: string | undefined, theirs: string | undefined): boolean {
  // LLVM prints the all-zero word, which is defined as illegal, and C.LUI with a zero immediate, which is reserved.
  if (theirs?.startsWith("c.unimp") || /^c\.lui \w+, 0$/.test(theirs ?? "")) return ours === undefined;
  // A HINT whose immediate LLVM writes with a sign there, and only there.
  if (theirs?.startsWith("c.lui zero, -")) return ours?.startsWith("c.lui zero, 1048") === true;
  // CSRs that LLVM knows and this machine does not have.
  if (opcode(word) === 0x73 && funct3(word) % 4 !== 0 && ours === undefined) {
    const number = word >>> 20;
    return !csrByNumber.has(number) || number >= 0xc00;
  }
  // Reserved fields that the manual says to ignore: of fences; and of exact conversions, the rounding mode.
  if (theirs === undefined && (ours?.startsWith("fence") || /^fcvt\.d\.(s|wu?) /.test(ours ?? "")))
    return true;
  // Svinval is newer than the oldest LLVM that is good enough.
  return theirs === undefined && /^(sinval|sfence\.w|sfence\.inval)/.test(ours ?? "");
}

function differences(words: readonly number[]): string[] {
  const theirs = witness(words);
  const lines = words.flatMap((word, index) => {
    const ours = disassembleWord(word);
    if (ours === theirs[index] || isExpected(word, ours, theirs[index])) return [];
    return [`${(word >>> 0).toString(16)} is "${ours}" here and "${theirs[index]}" there`];
  });
  return lines.slice(0, 20);
}

const compare = llvm.found ? test : test.skip;
const why = llvm.found ? "" : ` (skipped: llvm-mc is ${llvm.why})`;

compare(`every 16-bit word is the instruction that LLVM says it is${why}`, (t) => {
  const words = Array.from({ length: 65536 }, (_, word) => word).filter((word) => (word & 3) !== 3);
  t.deepEqual(differences(words), []);
});

compare(`each 32-bit row is written as LLVM writes it, with random operands${why}`, (t) => {
  const words = numberedRows.flatMap(({ encoding: { mask, match } }) =>
    Array.from({ length: 100 }, () => match | (random() & ~mask)),
  );
  t.deepEqual(differences(words), []);
});

compare(`random words of the opcodes in use are instructions here if they are for LLVM${why}`, (t) => {
  const opcodes = numberedRows.map(({ encoding }) => opcode(encoding.match));
  const words = Array.from(
    { length: 40000 },
    (_, index) => (random() & ~0x7f) | opcodes[index % opcodes.length]!,
  );
  t.deepEqual(differences(words), []);
});

test("no word is two rows with equal claims", (t) => {
  for (const [index, { row, encoding }] of numberedRows.entries()) {
    for (const other of numberedRows.slice(index + 1)) {
      const common = encoding.mask & other.encoding.mask;
      const overlap = ((encoding.match ^ other.encoding.match) & common) === 0;
      // One may be a special case of the other.
      const nested = common === encoding.mask || common === other.encoding.mask;
      t.false(overlap && !nested, `${row.form} and ${other.row.form}`);
    }
  }
});

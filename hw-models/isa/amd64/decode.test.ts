/** The decoder and the disassembler against iced-x86, which knows nothing of our rows. */
import test from "ava";
import {
  Code,
  Decoder,
  DecoderOptions,
  Formatter,
  FormatterSyntax,
  type Instruction,
  MemorySizeOptions,
  Mnemonic,
} from "iced-x86";
import type { Decoded } from "../isa.ts";
import { MODE_16, MODE_32, MODE_KERNEL } from "./decode.ts";
import { fit } from "./decode-tables.ts";
import { disassemble } from "./disassemble.ts";
import { encode, makeRandom } from "./encode.ts";
import { decode, instructions, patterns } from "./isa.ts";

const PC = 0x401000n;
const modes = [
  { mode: MODE_KERNEL, bits: 64 },
  { mode: MODE_32, bits: 32 },
  { mode: MODE_16, bits: 16 },
];
const formatter = new Formatter(FormatterSyntax.Intel);
formatter.memorySizeOptions = MemorySizeOptions.Never;
formatter.hexPrefix = "0x";
formatter.hexSuffix = "";
formatter.uppercaseHex = false;
formatter.leadingZeros = false;
formatter.branchLeadingZeros = false;
formatter.ripRelativeAddresses = false;
formatter.showBranchSize = false;
formatter.usePseudoOps = false;

const decoded = {} as Decoded;
const text = (bytes: readonly number[]) => bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

function ours(bytes: readonly number[], mode: number) {
  const view = new DataView(Uint8Array.from(bytes).buffer);
  const complete = decode(view, 0, bytes.length, mode, decoded);
  const instruction = instructions[decoded.instruction]!;
  return {
    complete,
    valid: complete && decoded.instruction > 1,
    line: disassemble(instruction, decoded, PC),
  };
}

/** String instructions with their width in the name and without their operands, which never vary. */
function stringLine(instruction: Instruction): string {
  const name = Mnemonic[instruction.mnemonic]!.toLowerCase();
  const compares = /^(cmps|scas)/.test(name);
  if (instruction.hasRepnePrefix) return `repne ${name}`;
  return instruction.hasRepPrefix ? `${compares ? "repe" : "rep"} ${name}` : name;
}

function theirs(bytes: readonly number[], bits: number) {
  const decoder = new Decoder(bits, Uint8Array.from(bytes), DecoderOptions.None);
  decoder.ip = PC;
  const instruction = decoder.decode();
  const result = {
    valid: instruction.code !== Code.INVALID,
    length: instruction.length,
    line:
      instruction.isStringInstruction || instruction.mnemonic === Mnemonic.Xlatb
        ? stringLine(instruction)
        : formatter.format(instruction),
  };
  instruction.free();
  decoder.free();
  return result;
}

/** Without what is a matter of taste: spaces, and prefixes that change nothing. */
const plain = (line: string, long: boolean) =>
  line
    .replace(long ? /\b[ec]s:(?=\[)/ : /^$/, "")
    .replace(/^((lock|xacquire|xrelease|bnd|notrack|hint-not-taken|hint-taken|(data|addr)(16|32|64)) )+/, "")
    .replace(/^(repe?|repne) (?!(movs|stos|cmps|scas|lods|ins|outs)[bwdq])/, "")
    .replace(/\b(ds|ss):(?=\[)/, "") // the default one, or none in 64-bit mode
    .replace(/\s*,\s*/g, ", ")
    .replace(/^ret far/, "retf")
    .replace(/^(jmp|call) far /, "$1 ")
    .replace(/^(maskmovdqu .*), [c-gs]s$/, "$1")
    .replace(/^xchg (r?ax), \1$/, "nop")
    .replace(/^(jr?|je)cxz/, "jcxz")
    .replace(/^(loop\w*) [er]?cx, /, "$1 ")
    .replace(/^imul (\w+), \1, (?=[-0-9])/, "imul $1, ");
const number = /-?\b(?:0x[0-9a-f]+|[0-9]+)\b/g;
const values = (line: string) =>
  (line.match(number) ?? []).map((text) => (text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text)));

/** The same line, and the same numbers in some width in which both can be written. */
function isSame(a: string, b: string, long: boolean): boolean {
  const [x, y] = [plain(a, long), plain(b, long)];
  if (x.replaceAll(number, "#").replaceAll("+#", "-#") !== y.replaceAll(number, "#").replaceAll("+#", "-#"))
    return false;
  const others = values(y);
  return values(x).every((value, index) =>
    [8, 16, 32, 64].some((width) => {
      const fits = (n: bigint) => BigInt.asIntN(width, n) === n || BigInt.asUintN(width, n) === n;
      const other = others[index]!;
      return fits(value) && fits(other) && BigInt.asUintN(width, value) === BigInt.asUintN(width, other);
    }),
  );
}

test("every row decodes to the length, mnemonic and operands that iced-x86 finds", (t) => {
  const random = makeRandom(1);
  for (const pattern of patterns) {
    for (const { mode, bits } of modes) {
      for (let round = 0; round < 6; round++) {
        const bytes = encode(pattern, random, { mode, prefixes: "any" });
        if (!bytes) continue;
        const a = ours(bytes, mode);
        const b = theirs(bytes, bits);
        const about = `${pattern.row.opcode} ${pattern.row.syntax}: ${text(bytes)} in ${bits} bits`;
        t.deepEqual({ valid: a.valid, length: decoded.length }, { valid: b.valid, length: b.length }, about);
        t.true(isSame(a.line, b.line, bits === 64), `${about}: "${a.line}", not "${b.line}"`);
        t.is(decoded.instruction, pattern.instruction, about);
      }
    }
  }
});

test("what is decoded of random bytes is what iced-x86 decodes", (t) => {
  const random = makeRandom(2);
  for (let round = 0; round < 20_000; round++) {
    const bytes = Array.from({ length: 15 }, () => random(256));
    if (round & 1) bytes[0] = 0x0f;
    const { mode, bits } = modes[round % 3]!;
    const a = ours(bytes, mode);
    if (!a.valid) continue;
    const b = theirs(bytes, bits);
    t.true(
      isSame(a.line, b.line, bits === 64),
      `${text(bytes)} in ${bits} bits: "${a.line}", not "${b.line}"`,
    );
    t.is(decoded.length, b.length);
  }
});

test("an instruction whose bytes end is asked for again with more of them", (t) => {
  const random = makeRandom(3);
  for (const pattern of patterns) {
    const bytes = encode(pattern, random, { mode: MODE_KERNEL, prefixes: "any" });
    if (!bytes) continue;
    const view = new DataView(Uint8Array.from(bytes).buffer);
    for (let end = 0; end < bytes.length; end++)
      t.false(decode(view, 0, end, MODE_KERNEL, decoded), text(bytes));
    t.true(decode(view, 0, bytes.length, MODE_KERNEL, decoded));
  }
});

/** ModRM bytes that any row can tell apart. */
const tellingBytes = patterns
  .flatMap(({ modrm }) => (typeof modrm === "object" && "byte" in modrm ? [modrm.byte] : []))
  .concat(Array.from({ length: 16 }, (_, reg) => ((reg & 7) << 3) | (reg & 8 ? 0xc2 : 2)));
const sizes = [0, 1, 2];
const prefixes = [0, 1, 2, 3];

test("no two rows fit the same bytes equally well", (t) => {
  const byOpcode = Map.groupBy(patterns, ({ map, opcode }) => (map << 8) | opcode);
  byOpcode.delete(0x90); // NOP, and only with REX.B an XCHG
  for (const list of byOpcode.values()) {
    const modrms = list.some(({ modrm }) => modrm !== undefined) ? [...new Set(tellingBytes)] : [0xc0];
    for (const long of [true, false]) {
      for (const size of sizes) {
        for (const mandatory of prefixes) {
          for (const modrm of modrms) {
            const scores = list.map((pattern) => fit(pattern, long, size, mandatory, modrm));
            const best = Math.max(...scores);
            const winners = list.filter((_, index) => best >= 0 && scores[index] === best);
            const names = new Set(winners.map(({ instruction }) => instruction));
            if (names.size > 1) t.fail(winners.map(({ row }) => `${row.opcode} ${row.syntax}`).join(" and "));
          }
        }
      }
    }
  }
  t.pass();
});

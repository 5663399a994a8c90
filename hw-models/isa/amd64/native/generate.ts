/** Random code with random registers and memory: one instruction, or several in a row. */
import type { Decoded, Isa } from "../../isa.ts";
import { MODE_32 } from "../decode.ts";
import { encode, type Random } from "../encode.ts";
import type { Pattern } from "../expand.ts";
import { registers, rip } from "../state.ts";
import { asksIntel, type Case, CODE, DATA, hasSha, newRegisters, PAGE, WINDOW } from "./cases.ts";
import { hardMxcsr, hardNumber, POOL_BYTES, poolOf } from "./values.ts";

const GENERAL = registers[0]!.offset;
const RCX = 1;
const RBX = 3;
const RSP = 4;
const RSI = 6;
const RDI = 7;
const flagBits: Record<string, number> = { CF: 1, PF: 4, AF: 16, ZF: 64, SF: 128, OF: 2048 };
const ALL = 0x8d5;

export type Generated = Case & {
  readonly patterns: readonly Pattern[];
  /** Flags that the manual leaves undefined at the end. */
  readonly undefinedFlags: number;
};

/** Whether a node of the meaning's tree is so. */
function has(tree: unknown, what: (node: Record<string, unknown>) => boolean): boolean {
  if (typeof tree !== "object" || tree === null || tree instanceof Uint8Array) return false;
  return what(tree as Record<string, unknown>) || Object.values(tree).some((branch) => has(branch, what));
}
type Facts = { readsFlags: boolean; setsFlags: boolean; custom: boolean };
const facts = new Map<number, Facts>();
function factsOf(isa: Isa, index: number): Facts {
  let known = facts.get(index);
  if (!known) {
    const instruction = isa.instructions[index]!;
    known = {
      readsFlags: has(instruction.meaning, (node) => node.is === "flag"),
      setsFlags: instruction.meaning.some((statement) => statement.do === "flags"),
      custom: has(instruction.meaning, (node) => node.do === "custom"),
    };
    facts.set(index, known);
  }
  return known;
}

/** Which flags an execution leaves undefined; `count` of a shift, if it is known. */
function undefinedBy(pattern: Pattern, count: number | undefined): number | "everything" {
  const width = pattern.row.operands[0]?.bits ?? 0;
  const masked = count === undefined ? undefined : count & (width === 64 ? 63 : 31);
  if (masked === 0 && /unless|beyond/.test(pattern.row.undefined ?? "")) return 0;
  let bits = 0;
  for (const word of (pattern.row.undefined ?? "").split(" ").filter(Boolean)) {
    if (word in flagBits) bits |= flagBits[word]!;
    else if (word === "OF-unless-1") bits |= masked === 1 ? 0 : flagBits.OF!;
    else if (word === "CF-beyond") bits |= masked !== undefined && masked <= width ? 0 : flagBits.CF!;
    else if (word === "all-beyond") {
      if (masked === undefined || masked > width) return "everything";
    } else throw new Error(`unknown word ${word}`);
  }
  return bits;
}

/** Rows whose execution here would leave the process, or means something else in it. */
const notHere =
  /^(repn?e? (ins|outs)|syscall|int|int3|int1|hlt|cpuid|rdtsc|rdtscp|rdpid|rcp.s|rsqrt.s|rd[fg]sbase|wr[fg]sbase|xgetbv|rdrand|rdseed|mov (r|m)\d+, sreg|push sreg|sldt|str |smsw|cli|emms|f(n?init|nclex|ldcw|nstcw|nstsw|wait|x)|clflush)/;
const sha = hasSha();
export const isTestable = (isa: Isa, pattern: Pattern, mode: number): boolean =>
  pattern.mode !== (mode === MODE_32 ? "long" : "legacy") &&
  !(mode === MODE_32 && pattern.map >= 4 && pattern.size === 2) &&
  !pattern.row.privileged &&
  (sha || !pattern.row.mnemonic.startsWith("sha")) &&
  !notHere.test(isa.instructions[pattern.instruction]!.name) &&
  (!factsOf(isa, pattern.instruction).custom || /^rep/.test(pattern.row.mnemonic));

const intel = asksIntel();
/** What only Intel's processors do as we do: see `asksIntel`. */
const isIntels = (isa: Isa, pattern: Pattern, bytes: readonly number[]): boolean =>
  /^(cmpxchg r32|bswap r16|bs[fr] |(rep\w* )?cmps)/.test(isa.instructions[pattern.instruction]!.name) ||
  (pattern.row.mnemonic.startsWith("rep") && bytes.includes(0x67));

/** Memory that may have to be aligned. */
const isWide = (pattern: Pattern) =>
  pattern.row.operands.some(
    ({ kind, bits, memoryBits }) => (memoryBits ?? (kind === "memory" ? bits : 0)) === 128,
  );
const isRelative = (pattern: Pattern) => pattern.row.operands[0]?.kind === "relative";
const endsSequence = (pattern: Pattern) => pattern.row.flow === "jump" && !isRelative(pattern);

export function generate(
  isa: Isa,
  random: Random,
  length: number,
  mode: number,
  choose: () => Pattern,
): Generated {
  const before = newRegisters();
  const long = mode !== MODE_32;
  for (let i = 0; i < 16; i++) before.general[i] = BigInt.asUintN(long ? 64 : 32, hardNumber(random));
  before.general[RSP] = BigInt(DATA + PAGE - WINDOW + 128 + random(128));
  before.flags = 0x202n | BigInt(random(4096) & ALL) | (random(4) === 0 ? 0x400n : 0n);
  const { vectors, bytes: anyBytes } = poolOf(random);
  const somewhere = (bytes: number) => random((POOL_BYTES - bytes) / 16) * 16;
  for (let i = 0; i < 16; i++) {
    const from = somewhere(16);
    before.xmm.set(vectors.subarray(from, from + 16), i * 16);
  }
  before.mxcsr = hardMxcsr(random);
  const from = somewhere(WINDOW);
  const window = (random(2) === 0 ? vectors : anyBytes).slice(from, from + WINDOW);
  const used = new Set([RSP]);
  const target = () =>
    random(20) === 0
      ? DATA + [0, PAGE - 3, PAGE - 1, PAGE + 8, 2 * PAGE - 2, 2 * PAGE + 5][random(6)]!
      : DATA + PAGE - WINDOW + 64 + random(WINDOW - 160);

  const code: number[] = [];
  const chosen: Pattern[] = [];
  const boundaries: { at: number; pattern: Pattern }[] = [];
  let undefinedFlags = 0;
  let branched = false;
  const decoded = {} as Decoded;
  for (let tries = 0; chosen.length < length && tries < 50; tries++) {
    const pattern = choose();
    const { readsFlags, setsFlags } = factsOf(isa, pattern.instruction);
    if (!isTestable(isa, pattern, mode) || (readsFlags && undefinedFlags)) continue;
    const last = chosen.length === length - 1;
    if (pattern.row.mnemonic === "maskmovdqu" && length > 1) continue;
    if (endsSequence(pattern) && (!last || length > 1)) continue;
    const bytes = encode(pattern, random, {
      mode,
      prefixes: "flat",
      memory: (rex, reg) => {
        const at = isWide(pattern) && random(8) > 0 ? target() & ~15 : target();
        return memory(rex, reg, random, before.general, used, at, long);
      },
    });
    if (!bytes || (!intel && isIntels(isa, pattern, bytes))) continue;
    const view = new DataView(Uint8Array.from(bytes).buffer);
    isa.decode(view, 0, bytes.length, mode, decoded);
    if (decoded.instruction !== pattern.instruction) continue;
    const alone = length === 1;
    prepare(pattern, before.general, used, target);
    const shiftsByCl = pattern.row.operands.at(-1)?.fixed === RCX && pattern.row.operands.length > 1;
    const shiftsByImmediate = pattern.row.operands.at(-1)?.kind === "immediate";
    const count = shiftsByImmediate
      ? decoded.immediate & 0xff
      : shiftsByCl && alone
        ? Number(before.general[RCX]! & 0xffn)
        : undefined;
    const leaves = undefinedBy(pattern, count);
    if (leaves === "everything") continue;
    branched ||= isRelative(pattern);
    undefinedFlags = setsFlags && !branched ? leaves : undefinedFlags | leaves;
    if (decoded.base === rip.offset) {
      const after = pattern.immediates.reduce((sum, each) => sum + each, 0);
      const at = bytes.length - after - 4;
      const to = isWide(pattern) && random(8) > 0 ? target() & ~15 : target();
      const displacement = to - (CODE + code.length + bytes.length);
      for (let i = 0; i < 4; i++) bytes[at + i] = (displacement >> (8 * i)) & 0xff;
    }
    for (const field of [decoded.r0, decoded.r1, decoded.r2, decoded.base, decoded.index]) {
      if (field >= GENERAL && field < GENERAL + 128) used.add((field - GENERAL) >> 3);
    }
    if (code.length + bytes.length > 110) break;
    code.push(...bytes);
    chosen.push(pattern);
    boundaries.push({ at: code.length, pattern });
  }
  // Relative branches go to a boundary further on; the others to the end.
  boundaries.forEach(({ at, pattern }, index) => {
    if (!isRelative(pattern)) return;
    const to = boundaries[index + random(boundaries.length - index)]!.at;
    const bytes = pattern.immediates[0]!;
    for (let i = 0; i < bytes; i++) code[at - bytes + i] = ((to - at) >> (8 * i)) & 0xff;
  });
  const only = chosen[0];
  // One whose target would be anything is no case: where the fault of a wild jump is seen, processors differ.
  if (length === 1 && only && endsSequence(only) && !aim(only, code, before.general, window, isa, mode))
    code.length = 0;
  return { mode, before, code, window, patterns: chosen, undefinedFlags };
}

/** A memory operand at `target`: by an address alone, or by registers that nobody has used yet. */
function memory(
  rex: number,
  reg: number,
  random: Random,
  general: BigUint64Array,
  used: Set<number>,
  target: number,
  long: boolean,
): { rex: number; bytes: number[] } {
  const word = (value: number) => [0, 8, 16, 24].map((shift) => (value >> shift) & 0xff);
  const kind = random(4);
  // In 64-bit mode relative; the distance is filled in later.
  if (kind === 0) return { rex: rex & ~3, bytes: [(reg << 3) | 5, ...word(long ? 0 : target)] };
  const base = random(long ? 16 : 8);
  if (kind === 1 || used.has(base)) {
    return { rex: rex & ~3, bytes: [(reg << 3) | 4, 0x25, ...word(target)] };
  }
  const displacement = random(2) ? random(256) - 128 : random(2 ** 31) - 2 ** 30;
  const small = displacement >= -128 && displacement < 128;
  const mod = (small ? 0x40 : 0x80) | (reg << 3);
  const tail = small ? [displacement & 0xff] : word(displacement);
  let address = BigInt(target - displacement);
  rex = (rex & ~3) | (base & 8 ? 0x41 : 0);
  const index = random(long ? 16 : 8);
  let bytes: number[];
  if (kind === 2 && index !== RSP && index !== base && !used.has(index)) {
    const scale = random(4);
    address -= general[index]! << BigInt(scale);
    bytes = [mod | 4, (scale << 6) | ((index & 7) << 3) | (base & 7), ...tail];
    if (index & 8) rex |= 0x42;
    used.add(index);
  } else bytes = (base & 7) === 4 ? [mod | 4, 0x24, ...tail] : [mod | (base & 7), ...tail];
  general[base] = BigInt.asUintN(long ? 64 : 32, address);
  used.add(base);
  return { rex, bytes };
}

/** Registers that an instruction uses as addresses without naming them. */
function prepare(pattern: Pattern, general: BigUint64Array, used: Set<number>, target: () => number): void {
  const set = (register: number) => {
    if (!used.has(register)) general[register] = BigInt(target());
    used.add(register);
  };
  const { mnemonic } = pattern.row;
  if (/(^| )(movs|cmps|lods)[bwdq]$/.test(mnemonic)) set(RSI);
  if (/(^| )(movs|cmps|stos|scas)[bwdq]$/.test(mnemonic)) set(RDI);
  if (mnemonic.startsWith("rep") && !used.has(RCX)) general[RCX] = general[RCX]! & 31n;
  // Which of its bytes a masked store says it could not write is the processor's choice.
  if (mnemonic === "maskmovdqu") general[RDI] = BigInt(DATA + PAGE - WINDOW + 64);
  if (mnemonic === "xlatb") set(RBX);
  if (mnemonic === "leave") set(5);
}

/** Makes an indirect jump, call or return go to the end of the code; false if its target is out of reach. */
function aim(
  pattern: Pattern,
  code: readonly number[],
  general: BigUint64Array,
  window: Uint8Array,
  isa: Isa,
  mode: number,
): boolean {
  const end = CODE + code.length;
  const decoded = {} as Decoded;
  isa.decode(new DataView(Uint8Array.from(code).buffer), 0, code.length, mode, decoded);
  const register = (offset: number) => (offset ? general[(offset - GENERAL) >> 3]! : 0n);
  const inMemory = (address: bigint) => {
    const at = Number(address) - (DATA + PAGE - WINDOW);
    if (at < 0 || at > WINDOW - 8) return false;
    new DataView(window.buffer).setBigUint64(at, BigInt(end), true);
    return true;
  };
  if (!/^(ret|call|jmp)$/.test(pattern.row.mnemonic)) return true;
  if (pattern.row.mnemonic === "ret") return inMemory(general[RSP]!);
  if (pattern.needsMemory) {
    const base = decoded.base === rip.offset ? BigInt(end) : register(decoded.base);
    const sum = base + (register(decoded.index) << BigInt(decoded.scale)) + BigInt(decoded.displacement);
    return inMemory(BigInt.asUintN(mode === MODE_32 ? 32 : 64, sum));
  }
  if (decoded.r0 === GENERAL + RSP * 8) return false;
  general[(decoded.r0 - GENERAL) >> 3] = BigInt(end);
  return true;
}

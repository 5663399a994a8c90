/** Tests' encoder: random bytes that a pattern decodes, made from the pattern alone. */
import { LONG_MODES, MODE_16 } from "./decode.ts";
import { isLockable } from "./decode-tables.ts";
import type { Pattern } from "./expand.ts";

export type Random = (below: number) => number;

/** Numbers that are the same on every run: xorshift32. */
export function makeRandom(seed: number): Random {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

export type EncodeOptions = {
  readonly mode: number;
  /** Segment, address-size and LOCK prefixes, now and then; "flat": only segments without a base. */
  readonly prefixes: "any" | "flat";
  /** ModRM (mod and rm), SIB and displacement for memory operands, if not random ones. */
  readonly memory?: (rex: number, reg: number) => { rex: number; bytes: number[] };
  readonly register?: () => number;
};

export function encode(pattern: Pattern, random: Random, options: EncodeOptions): number[] | undefined {
  const long = LONG_MODES.includes(options.mode);
  if (pattern.mode !== undefined && (pattern.mode === "long") !== long) return undefined;
  if (pattern.map >= 4 && !long) return undefined;
  const bytes: number[] = [];
  const register = options.register ?? (() => random(16));
  // CS is not writable outside of 64-bit mode; FS and GS have bases.
  const segments = [0x3e, 0x26, 0x36, 0x2e, 0x64, 0x65];
  if (random(8) === 0) bytes.push(segments[random(options.prefixes === "any" ? 6 : long ? 4 : 3)]!);
  if (random(8) === 0 && (options.prefixes === "any" || long)) bytes.push(0x67);
  if (random(4) === 0 && isLockable(pattern)) bytes.push(0xf0);
  let rex = 0;
  const size = pattern.size ?? (pattern.default64 ? 2 : undefined);
  const vex = pattern.map >= 4;
  const wide = pattern.size === 2;
  const by16 = options.mode === MODE_16;
  if (pattern.mandatory === 0 && by16 && size === 1) return undefined; // the size would need the prefix
  if (!vex && (size === 0) !== by16 && size !== undefined && !(size === 2)) bytes.push(0x66);
  if (pattern.mandatory && !vex && !(pattern.mandatory === 1 && bytes.at(-1) === 0x66)) {
    bytes.push([0, 0x66, 0xf3, 0xf2][pattern.mandatory]!);
  }
  const reg = specialRegister(pattern, random) ?? register();
  let rm = register();
  if (pattern.registerInOpcode && pattern.opcode === 0x90) rm = (rm & ~7) | (rm & 7 || 1); // 90 itself is NOP
  if (long) {
    if (wide) rex |= 0x48;
    if (reg & 8 && pattern.modrm === "r") rex |= 0x44;
    if (rm & 8 && (pattern.registerInOpcode || pattern.modrm !== undefined)) rex |= 0x41;
    if (random(4) === 0) rex |= 0x40;
  }
  const tail: number[] = [];
  if (pattern.modrm !== undefined) {
    const middle =
      typeof pattern.modrm === "object" && "digit" in pattern.modrm ? pattern.modrm.digit : reg & 7;
    if (typeof pattern.modrm === "object" && "byte" in pattern.modrm) {
      tail.push(pattern.modrm.byte);
      rex &= ~7;
    } else if (pattern.needsMemory) {
      const made = options.memory
        ? options.memory(rex, middle)
        : randomMemory(rex, middle, random, addressBits(options.mode, bytes), long);
      rex = made.rex;
      tail.push(...made.bytes);
    } else tail.push(0xc0 | (middle << 3) | (rm & 7));
  }
  for (const count of pattern.immediates) for (let i = 0; i < count; i++) tail.push(random(256));
  if (pattern.row.operands.some(({ kind }) => kind === "offset")) {
    const count = addressBits(options.mode, bytes) / 8;
    for (let i = 0; i < count; i++) tail.push(random(256));
  }
  const opcode = pattern.registerInOpcode ? pattern.opcode + (rm & 7) : pattern.opcode;
  if (vex) {
    const usesVvvv = pattern.plans.some(({ source }) => source === "vvvv");
    const vvvv = usesVvvv ? register() : 0;
    bytes.push(0xc4, ((~rex & 7) << 5) | (pattern.map - 4)); // R, X and B are REX's, inverted
    bytes.push((wide ? 0x80 : 0) | ((~vvvv & 15) << 3) | (pattern.mandatory ?? 0));
  } else {
    if (rex) bytes.push(rex | 0x40);
    if (pattern.map > 0) bytes.push(0x0f);
    if (pattern.map > 1) bytes.push(pattern.map === 2 ? 0x38 : 0x3a);
  }
  bytes.push(opcode, ...tail);
  return bytes.length > 15 ? undefined : bytes;
}

/** A segment, control or debug register that exists. */
function specialRegister({ special }: Pattern, random: Random): number | undefined {
  if (special === undefined) return undefined;
  let number = random(8);
  while (!((special >> number) & 1)) number = random(8);
  return number;
}

function addressBits(mode: number, prefixes: readonly number[]): number {
  const other = prefixes.includes(0x67);
  if (LONG_MODES.includes(mode)) return other ? 32 : 64;
  return (mode === MODE_16) !== other ? 16 : 32;
}

function randomMemory(rex: number, reg: number, random: Random, bits: number, long: boolean) {
  const mod = random(3);
  const rm = random(8);
  const bytes = [(mod << 6) | (reg << 3) | rm];
  let displacement = mod === 1 ? 1 : mod === 2 ? (bits === 16 ? 2 : 4) : 0;
  if (bits === 16) {
    if (mod === 0 && rm === 6) displacement = 2;
  } else if (rm === 4) {
    const sib = random(256);
    bytes.push(sib);
    if ((sib & 7) === 5 && mod === 0) displacement = 4;
    if (long && random(2)) rex |= 0x42;
  } else if (rm === 5 && mod === 0) displacement = 4;
  for (let i = 0; i < displacement; i++) bytes.push(random(256));
  return { rex, bytes };
}

/**
 * The decoder. Each opcode has a table over what else selects a row (mode, operand size, mandatory prefix, ModRM.mod
 * and .reg); the rows fill it at its first use, by the best match: an exact size or prefix wins over one that is
 * ignored, as the manual's columns mean it.
 *
 * Long because prefixes, ModRM, SIB and VEX belong together (Intel SDM volume 2, chapter 2).
 */
import type { Decoded } from "../isa.ts";
import type { Pattern } from "./expand.ts";
import { DS, FS, GS, plainPairs, registers, rip, SS, segmentPairs, xmm } from "./state.ts";

/** `Isa.decodeMode` of amd64. SMAP's AC flag has a mode because it has a TLB bank. */
export const MODE_KERNEL = 0;
export const MODE_USER = 1;
export const MODE_KERNEL_AC = 2;
export const MODE_32 = 3;
export const MODE_16 = 4;
export const MODES = 5;
export const LONG_MODES: readonly number[] = [MODE_KERNEL, MODE_USER, MODE_KERNEL_AC];

/** Instructions that stand for an exception: indices in the list of instructions. */
export type Faults = { readonly invalidOpcode: number; readonly generalProtection: number };

type Entry = {
  readonly patterns: readonly Pattern[];
  readonly modrm: boolean;
  /** ModRM.rm also selects: some row names a whole ModRM byte. */
  readonly exact: boolean;
  /** Index of a pattern, -1 for none, -2 for not asked yet. */
  readonly leaves: Int16Array;
};

const lockable = new Set(
  "add adc and btc btr bts cmpxchg cmpxchg8b cmpxchg16b dec inc neg not or sbb sub xor xadd xchg".split(" "),
);
const GENERAL = registers[0]!.offset;
const XMM = xmm[0]!.offset;
const general = (index: number) => GENERAL + index * 8;
const LONGEST = 15;

/** How well a pattern fits; negative: not at all. */
export function fit(
  pattern: Pattern,
  long: boolean,
  size: number,
  mandatory: number,
  modrm: number | undefined,
): number {
  let score = 0;
  if (pattern.mode !== undefined && (pattern.mode === "long") !== long) return -1;
  if (pattern.mandatory !== undefined) {
    if (pattern.mandatory !== mandatory) return -1;
    score += 16;
  }
  if (pattern.size !== undefined) {
    if (pattern.size === size) score += 8;
    else if (pattern.size !== 1) return -1; // a 32-bit row also takes an ignored 66 or REX.W
  } else if (pattern.default64 && size !== 0) score += 8;
  const memory = modrm !== undefined && modrm < 0xc0;
  if (pattern.needsMemory !== undefined && pattern.needsMemory !== memory) return -1;
  if (typeof pattern.modrm === "object") {
    if ("byte" in pattern.modrm ? pattern.modrm.byte !== modrm : pattern.modrm.digit !== ((modrm! >> 3) & 7))
      return -1;
    score += "byte" in pattern.modrm ? 4 : 2;
  }
  return score;
}

function makeEntries(patterns: readonly Pattern[]): (Entry | undefined)[] {
  const lists: Pattern[][] = [];
  const isNop = (key: number) => key === 0x90; // not XCHG EAX, EAX, which would clear the upper half
  for (const pattern of patterns) {
    for (let low = 0; low < (pattern.registerInOpcode ? 8 : 1); low++) {
      const key = (pattern.map << 8) | (pattern.opcode + low);
      if (isNop(key) && pattern.registerInOpcode) continue;
      const list = lists[key] ?? [];
      list.push(pattern);
      lists[key] = list;
    }
  }
  return lists.map((list) => {
    if (!list) return undefined;
    const exact = list.some(({ modrm }) => typeof modrm === "object" && "byte" in modrm);
    const leaves = new Int16Array(24 * (exact ? 128 : 16)).fill(-2);
    return { patterns: list, modrm: list.some(({ modrm }) => modrm !== undefined), exact, leaves };
  });
}

export function makeDecoder(patterns: readonly Pattern[], faults: Faults) {
  const entries = makeEntries(patterns);

  function choose(
    entry: Entry,
    long: boolean,
    size: number,
    mandatory: number,
    modrm: number,
  ): Pattern | undefined {
    const third = entry.exact
      ? modrm >= 0xc0
        ? 64 + (modrm & 63)
        : (modrm >> 3) & 7
      : ((modrm >> 3) & 7) + (modrm >= 0xc0 ? 8 : 0);
    const leaf = (((long ? 3 : 0) + size) * 4 + mandatory) * (entry.exact ? 128 : 16) + third;
    let index = entry.leaves[leaf]!;
    if (index === -2) {
      let best = -1;
      index = -1;
      entry.patterns.forEach((pattern, at) => {
        const score = fit(pattern, long, size, mandatory, entry.modrm ? modrm : undefined);
        if (score > best) {
          best = score;
          index = at;
        }
      });
      entry.leaves[leaf] = index;
    }
    return index < 0 ? undefined : entry.patterns[index];
  }

  return function decode(bytes: DataView, at: number, end: number, mode: number, out: Decoded): boolean {
    const long = mode <= MODE_KERNEL_AC;
    const limit = end - at > LONGEST ? at + LONGEST : end;
    /** The bytes ended: more are needed, or there are more than an instruction may have. */
    const ended = () => (limit < end || end - at === LONGEST ? fault(faults.generalProtection) : false);
    const fault = (instruction: number, length = Math.min(limit - at, LONGEST)) => {
      out.instruction = instruction;
      out.length = length;
      return true;
    };
    out.r0 = out.r1 = out.r2 = out.r3 = out.base = out.index = out.segment = 0;
    out.scale = out.displacement = out.immediate = out.immediateHigh = 0;

    let pos = at;
    let rex = 0;
    let sizePrefix = false;
    let addressPrefix = false;
    let lock = false;
    let repeat = 0;
    let segment = -1;
    let byte = 0;
    for (; ; pos++) {
      if (pos >= limit) return ended();
      byte = bytes.getUint8(pos);
      if ((byte & 0xf0) === 0x40 && long) {
        rex = byte;
        continue;
      }
      if (byte === 0x66) sizePrefix = true;
      else if (byte === 0x67) addressPrefix = true;
      else if (byte === 0xf0) lock = true;
      else if (byte === 0xf3) repeat = 2;
      else if (byte === 0xf2) repeat = 3;
      else if (byte === 0x64) segment = FS;
      else if (byte === 0x65) segment = GS;
      else if ((byte & 0xe7) === 0x26) segment = long ? (segment >= FS ? segment : -1) : (byte >> 3) & 3;
      else break;
      rex = 0; // a REX before another prefix is ignored
    }

    let map = 0;
    let vvvv = 0;
    let mandatory = repeat !== 0 ? repeat : sizePrefix ? 1 : 0;
    let size = rex & 8 ? 2 : (mode === MODE_16) !== sizePrefix ? 0 : 1;
    pos++;
    if ((byte === 0xc4 || byte === 0xc5) && (long || (pos < limit && bytes.getUint8(pos) >= 0xc0))) {
      const vexBytes = byte === 0xc4 ? 2 : 1;
      if (pos + vexBytes >= limit) return ended();
      if (rex !== 0 || mandatory !== 0 || lock) return fault(faults.invalidOpcode);
      const first = bytes.getUint8(pos);
      const last = bytes.getUint8(pos + vexBytes - 1);
      map = vexBytes === 2 ? 4 + (first & 31) : 5;
      rex = 0x40 | ((first >> 5) & 4 ? 0 : 4);
      if (vexBytes === 2) rex |= (first & 0x40 ? 0 : 2) | (first & 0x20 ? 0 : 1) | (last & 0x80 ? 8 : 0);
      if (!long) rex &= 0x48;
      vvvv = (~last >> 3) & (long ? 15 : 7);
      mandatory = [0, 1, 2, 3][last & 3]!;
      size = rex & 8 ? 2 : 1;
      if (map < 5 || map > 7 || last & 4) return fault(faults.invalidOpcode); // vectors of 256 bits: no
      pos += vexBytes;
      byte = bytes.getUint8(pos++);
    } else if (byte === 0x0f) {
      if (pos >= limit) return ended();
      byte = bytes.getUint8(pos++);
      map = byte === 0x38 ? 2 : byte === 0x3a ? 3 : 1;
      if (map > 1) {
        if (pos >= limit) return ended();
        byte = bytes.getUint8(pos++);
      }
    }
    if (byte === 0x90 && map === 0 && rex & 1) byte = 0x91; // XCHG r8, rAX; its register is taken from `opcodeLow`
    const opcodeLow = byte === 0x91 && bytes.getUint8(pos - 1) === 0x90 ? 0 : byte & 7;

    const entry = entries[(map << 8) | byte];
    if (entry === undefined) return fault(faults.invalidOpcode, pos - at);
    let modrm = 0xc0;
    if (entry.modrm) {
      if (pos >= limit) return ended();
      modrm = bytes.getUint8(pos++);
    }
    const pattern = choose(entry, long, size, mandatory, modrm);
    if (pattern === undefined) return fault(faults.invalidOpcode, pos - at);

    const addressSize = long ? (addressPrefix ? 1 : 2) : (mode === MODE_16) !== addressPrefix ? 0 : 1;
    if (pattern.needsMemory === true) {
      let defaultSegment = DS;
      const mod = modrm >> 6;
      let displacementBytes = mod === 1 ? 1 : mod === 2 ? (addressSize === 0 ? 2 : 4) : 0;
      let relative = false;
      const rm = modrm & 7;
      if (addressSize === 0) {
        // SDM volume 2, table 2-1: BX+SI, BX+DI, BP+SI, BP+DI, SI, DI, BP or disp16, BX
        if (mod === 0 && rm === 6) displacementBytes = 2;
        else {
          out.base = general([3, 3, 5, 5, 6, 7, 5, 3][rm]!);
          if (rm < 4) out.index = general(rm & 1 ? 7 : 6);
          if (out.base === general(5)) defaultSegment = SS;
        }
      } else if (rm === 4) {
        if (pos >= limit) return ended();
        const sib = bytes.getUint8(pos++);
        const index = ((sib >> 3) & 7) | (rex & 2 ? 8 : 0);
        if (index !== 4) {
          out.index = general(index);
          out.scale = sib >> 6;
        }
        if ((sib & 7) === 5 && mod === 0) displacementBytes = 4;
        else {
          out.base = general((sib & 7) | (rex & 1 ? 8 : 0));
          if ((sib & 6) === 4 && !(rex & 1)) defaultSegment = SS;
        }
      } else if (rm === 5 && mod === 0) {
        displacementBytes = 4;
        relative = long;
      } else {
        out.base = general(rm | (rex & 1 ? 8 : 0));
        if (rm === 5) defaultSegment = SS;
      }
      if (pos + displacementBytes > limit) return ended();
      if (displacementBytes === 1) out.displacement = bytes.getInt8(pos);
      else if (displacementBytes === 2) out.displacement = bytes.getInt16(pos, true);
      else if (displacementBytes === 4) out.displacement = bytes.getInt32(pos, true);
      pos += displacementBytes;
      if (relative) out.base = rip.offset;
      if (out.base === general(4)) out.displacement += pattern.pops;
      out.segment = pairFor(pattern.withoutSegment, long, segment, defaultSegment, addressSize);
    }

    for (let index = 0; index < pattern.immediates.length; index++) {
      const count = pattern.immediates[index]!;
      if (pos + count > limit) return ended();
      if (index === 1) out.r3 = bytes.getUint8(pos);
      else if (count === 1) out.immediate = bytes.getInt8(pos);
      else if (count === 2) out.immediate = bytes.getInt16(pos, true);
      else out.immediate = bytes.getInt32(pos, true);
      if (count === 6) out.immediateHigh = bytes.getUint16(pos + 4, true);
      if (count === 8) out.immediateHigh = bytes.getInt32(pos + 4, true);
      pos += count;
    }
    if (pattern.fixedImmediate !== undefined) out.immediate = pattern.fixedImmediate;
    if (pattern.row.implicitSegment) {
      const address = pattern.row.mnemonic === "mov" ? offsetBytes(bytes, pos, limit, addressSize, out) : 0;
      if (address < 0) return ended();
      pos += address;
      out.r2 = pairFor(false, long, segment, DS, addressSize);
      out.r3 = out.r2 + 8;
    }

    const { plans } = pattern;
    if (pattern.special !== undefined) {
      const number = ((modrm >> 3) & 7) | (rex & 4 ? 8 : 0);
      if (!((pattern.special >> number) & 1)) return fault(faults.invalidOpcode, pos - at);
    }
    for (let position = 0; position < plans.length; position++) {
      const { source, bits, fixed } = plans[position]!;
      if (source === "none") continue;
      const number =
        source === "reg"
          ? ((modrm >> 3) & 7) | (rex & 4 ? 8 : 0)
          : source === "rm"
            ? (modrm & 7) | (rex & 1 ? 8 : 0)
            : source === "opcode"
              ? opcodeLow | (rex & 1 ? 8 : 0)
              : source === "vvvv"
                ? vvvv
                : fixed;
      const value =
        bits === 128
          ? XMM + number * 16
          : bits === 0
            ? number
            : bits === 8 && rex === 0 && source !== "fixed" && number >= 4
              ? general(number & 3) + 1
              : general(number);
      if (position === 0) out.r0 = value;
      else if (position === 1) out.r1 = value;
      else if (position === 2) out.r2 = value;
      else out.r3 = value;
    }

    if (map >= 5 && vvvv !== 0 && plans.every(({ source }) => source !== "vvvv")) {
      return fault(faults.invalidOpcode, pos - at);
    }
    if (
      lock &&
      !(pattern.needsMemory === true && plans[0]?.source === "none" && lockable.has(pattern.row.mnemonic))
    ) {
      return fault(faults.invalidOpcode, pos - at);
    }
    if (pattern.row.privileged && mode === MODE_USER) return fault(faults.generalProtection, pos - at);
    out.instruction = pattern.instruction;
    out.length = pos - at;
    return true;
  };
}

/** The pair {base, mask}. In 64-bit mode ES, CS, SS and DS have no base. */
function pairFor(
  plain: boolean,
  long: boolean,
  override: number,
  byDefault: number,
  addressSize: number,
): number {
  if (plain) return plainPairs[addressSize]!;
  if (!long) return segmentPairs[addressSize]![override < 0 ? byDefault : override]!;
  return override < FS ? plainPairs[addressSize]! : segmentPairs[addressSize]![override]!;
}

/** The address of "MOV AL, moffs8", as long as an address is: into the 64-bit immediate. -1: the bytes end before. */
function offsetBytes(bytes: DataView, at: number, limit: number, addressSize: number, out: Decoded): number {
  const count = 2 << addressSize;
  if (at + count > limit) return -1;
  out.immediate = count === 2 ? bytes.getUint16(at, true) : bytes.getInt32(at, true);
  out.immediateHigh = count === 8 ? bytes.getInt32(at + 4, true) : 0;
  return count;
}

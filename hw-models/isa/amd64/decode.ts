/**
 * The decoder: prefixes, opcode, ModRM, SIB, displacement, immediates, into an object that the engine reuses. What the
 * opcodes are, the tables know (`decode-tables.ts`).
 *
 * Long because prefixes, ModRM, SIB and VEX belong together (Intel SDM volume 2, chapter 2).
 */
import type { Decoded } from "../isa.ts";
import { FIXED, general, KIND, makeEntries, vector } from "./decode-tables.ts";
import type { Pattern } from "./expand.ts";
import { DS, FS, GS, plainPairs, rip, SS, segmentPairs } from "./state.ts";

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

const LONGEST = 15;
const RSP = general(4);
/** Base and index of 16-bit addresses (SDM volume 2, table 2-1): BX+SI, BX+DI, BP+SI, BP+DI, SI, DI, BP, BX. */
const bases16 = [3, 3, 5, 5, 6, 7, 5, 3].map(general);
const indexes16 = [general(6), general(7), general(6), general(7), 0, 0, 0, 0];

function becomes(out: Decoded, instruction: number, length: number): true {
  out.instruction = instruction;
  out.length = length;
  return true;
}

export function makeDecoder(patterns: readonly Pattern[], faults: Faults) {
  const entries = makeEntries(patterns);

  return function decode(bytes: DataView, at: number, end: number, mode: number, out: Decoded): boolean {
    const long = mode <= MODE_KERNEL_AC;
    const longest = end - at >= LONGEST;
    const limit = longest ? at + LONGEST : end;
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
    // Wherever the bytes end: more are needed, or there are more than an instruction may have.
    for (; ; pos++) {
      if (pos >= limit) return longest && becomes(out, faults.generalProtection, LONGEST);
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
      if (pos + vexBytes >= limit) return longest && becomes(out, faults.generalProtection, LONGEST);
      if (rex !== 0 || mandatory !== 0 || lock) return becomes(out, faults.invalidOpcode, pos - at);
      const first = bytes.getUint8(pos);
      const last = bytes.getUint8(pos + vexBytes - 1);
      map = vexBytes === 2 ? 4 + (first & 31) : 5;
      rex = 0x40 | (first & 0x80 ? 0 : 4);
      if (vexBytes === 2) rex |= (first & 0x40 ? 0 : 2) | (first & 0x20 ? 0 : 1) | (last & 0x80 ? 8 : 0);
      if (!long) rex &= 0x48;
      vvvv = (~last >> 3) & (long ? 15 : 7);
      mandatory = last & 3;
      size = rex & 8 ? 2 : 1;
      pos += vexBytes;
      // 256-bit vectors and other maps: no
      if (map < 5 || map > 7 || last & 4) return becomes(out, faults.invalidOpcode, pos - at);
      byte = bytes.getUint8(pos++);
    } else if (byte === 0x0f) {
      if (pos >= limit) return longest && becomes(out, faults.generalProtection, LONGEST);
      byte = bytes.getUint8(pos++);
      map = byte === 0x38 ? 2 : byte === 0x3a ? 3 : 1;
      if (map > 1) {
        if (pos >= limit) return longest && becomes(out, faults.generalProtection, LONGEST);
        byte = bytes.getUint8(pos++);
      }
    }
    const opcodeLow = byte & 7;
    if (byte === 0x90 && map === 0 && rex & 1) byte = 0x91; // XCHG r8, rAX instead of NOP

    const entry = entries[(map << 8) | byte];
    if (entry === undefined) return becomes(out, faults.invalidOpcode, pos - at);
    let modrm = 0xc0;
    if (entry.modrm) {
      if (pos >= limit) return longest && becomes(out, faults.generalProtection, LONGEST);
      modrm = bytes.getUint8(pos++);
    }
    const leaf = entry.find(long, size, mandatory, modrm);
    if (leaf === null) return becomes(out, faults.invalidOpcode, pos - at);

    const addressSize = long ? (addressPrefix ? 1 : 2) : (mode === MODE_16) !== addressPrefix ? 0 : 1;
    if (leaf.memory) {
      let defaultSegment = DS;
      const mod = modrm >> 6;
      let displacementBytes = mod === 1 ? 1 : mod === 2 ? (addressSize === 0 ? 2 : 4) : 0;
      const rm = modrm & 7;
      if (addressSize === 0) {
        if (mod === 0 && rm === 6) displacementBytes = 2;
        else {
          out.base = bases16[rm]!;
          out.index = indexes16[rm]!;
          if (out.base === general(5)) defaultSegment = SS;
        }
      } else if (rm === 4) {
        if (pos >= limit) return longest && becomes(out, faults.generalProtection, LONGEST);
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
        if (long) out.base = rip.offset;
      } else {
        out.base = general(rm | (rex & 1 ? 8 : 0));
        if (rm === 5) defaultSegment = SS;
      }
      if (pos + displacementBytes > limit) return longest && becomes(out, faults.generalProtection, LONGEST);
      if (displacementBytes === 1) out.displacement = bytes.getInt8(pos);
      else if (displacementBytes === 4) out.displacement = bytes.getInt32(pos, true);
      else if (displacementBytes === 2) out.displacement = bytes.getInt16(pos, true);
      pos += displacementBytes;
      if (out.base === RSP) out.displacement += leaf.pops;
      if (leaf.withoutSegment) out.segment = plainPairs[addressSize]!;
      else if (segment >= 0 || addressSize !== 2)
        out.segment = pairFor(long, segment, defaultSegment, addressSize);
    }

    const count = leaf.immediateBytes;
    if (count !== 0) {
      if (pos + count > limit) return longest && becomes(out, faults.generalProtection, LONGEST);
      if (count === 1) out.immediate = bytes.getInt8(pos);
      else if (count === 2) out.immediate = bytes.getInt16(pos, true);
      else out.immediate = bytes.getInt32(pos, true);
      if (count === 6) out.immediateHigh = bytes.getUint16(pos + 4, true);
      if (count === 8) out.immediateHigh = bytes.getInt32(pos + 4, true);
      pos += count;
      if (leaf.secondImmediate) {
        if (pos >= limit) return longest && becomes(out, faults.generalProtection, LONGEST);
        out.r3 = bytes.getUint8(pos++);
      }
    }
    if (leaf.fixedImmediate !== undefined) out.immediate = leaf.fixedImmediate;
    if (leaf.implicit !== 0) {
      if (leaf.implicit === 2) {
        // "MOV AL, moffs8": an address as long as addresses are, into the 64-bit immediate
        const addressBytes = 2 << addressSize;
        if (pos + addressBytes > limit) return longest && becomes(out, faults.generalProtection, LONGEST);
        out.immediate = addressSize === 0 ? bytes.getUint16(pos, true) : bytes.getInt32(pos, true);
        if (addressSize === 2) out.immediateHigh = bytes.getInt32(pos + 4, true);
        pos += addressBytes;
      }
      out.r2 = leaf.memory ? out.segment : pairFor(long, segment, DS, addressSize);
      out.r3 = out.r2 + 8;
    }

    const { plans, special } = leaf;
    if (plans[0] >= 0) out.r0 = operand(plans[0], modrm, rex, opcodeLow, vvvv);
    if (plans[1] >= 0) out.r1 = operand(plans[1], modrm, rex, opcodeLow, vvvv);
    if (plans[2] >= 0) out.r2 = operand(plans[2], modrm, rex, opcodeLow, vvvv);
    if (plans[3] >= 0) out.r3 = operand(plans[3], modrm, rex, opcodeLow, vvvv);

    const length = pos - at;
    if (special !== undefined && !((special >> (((modrm >> 3) & 7) | (rex & 4 ? 8 : 0))) & 1)) {
      return becomes(out, faults.invalidOpcode, length);
    }
    if (map >= 5 && vvvv !== 0 && !leaf.usesVvvv) return becomes(out, faults.invalidOpcode, length);
    if (lock && !leaf.lockable) return becomes(out, faults.invalidOpcode, length);
    if (leaf.privileged && mode === MODE_USER) return becomes(out, faults.generalProtection, length);
    return becomes(out, leaf.instruction, length);
  };
}

/** The value of a register field: an offset into the state, or a number. */
function operand(plan: number, modrm: number, rex: number, opcodeLow: number, vvvv: number): number {
  if (plan >= FIXED) return plan - FIXED;
  const source = plan >> 2;
  let number = vvvv;
  if (source === 0) number = ((modrm >> 3) & 7) | (rex & 4 ? 8 : 0);
  else if (source === 1) number = (modrm & 7) | (rex & 1 ? 8 : 0);
  else if (source === 2) number = opcodeLow | (rex & 1 ? 8 : 0);
  const kind = plan & 3;
  if (kind === KIND.general) return general(number);
  if (kind === KIND.vector) return vector(number);
  if (kind === KIND.number) return number;
  // AH, CH, DH, BH; with any REX prefix SPL, BPL, SIL, DIL instead
  return rex === 0 && number >= 4 ? general(number & 3) + 1 : general(number);
}

/** The pair {base, mask}. In 64-bit mode ES, CS, SS and DS have no base. */
function pairFor(long: boolean, override: number, byDefault: number, addressSize: number): number {
  if (!long) return segmentPairs[addressSize]![override < 0 ? byDefault : override]!;
  return override < FS ? plainPairs[addressSize]! : segmentPairs[addressSize]![override]!;
}

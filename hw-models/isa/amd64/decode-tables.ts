/**
 * The decoder's tables. Each opcode has one over what else selects a row: mode, operand size, mandatory prefix, ModRM.
 * The rows fill it at its first use, by the best match: an exact size or prefix wins over one that is ignored, as the
 * manual's columns mean it. What decoding needs of a row is there as numbers.
 */
import type { Pattern } from "./expand.ts";
import { registers, xmm } from "./state.ts";

const GENERAL = registers[0]!.offset;
const XMM = xmm[0]!.offset;
/** The offset of a general register. */
export const general = (index: number) => GENERAL + index * 8;
export const vector = (index: number) => XMM + index * 16;

/** Where an operand's register number is: `source` | `kind`; from `FIXED` on it is the operand itself. */
export const SOURCE = { reg: 0, rm: 4, opcode: 8, vvvv: 12 } as const;
export const KIND = { number: 0, general: 1, byte: 2, vector: 3 } as const;
export const NO_OPERAND = -1;
export const FIXED = 16;

/** A pattern, as the decoder wants it. */
export type Leaf = {
  readonly instruction: number;
  readonly memory: boolean;
  readonly plans: readonly [number, number, number, number];
  /** Bytes of the first immediate; a second one has one byte. */
  readonly immediateBytes: number;
  readonly secondImmediate: boolean;
  readonly fixedImmediate: number | undefined;
  /** 0: no implicit segment, 1: one, 2: and an address behind the opcode. */
  readonly implicit: 0 | 1 | 2;
  readonly pops: number;
  readonly withoutSegment: boolean;
  readonly special: number | undefined;
  readonly lockable: boolean;
  readonly privileged: boolean;
  readonly usesVvvv: boolean;
};

const lockable = new Set(
  "add adc and btc btr bts cmpxchg cmpxchg8b cmpxchg16b dec inc neg not or sbb sub xor xadd xchg".split(" "),
);

export const isLockable = ({ needsMemory, plans, row }: Pattern): boolean =>
  needsMemory === true && plans[0]?.source === "none" && lockable.has(row.mnemonic);

function leafOf(pattern: Pattern): Leaf {
  const code = (position: number): number => {
    const plan = pattern.plans[position];
    if (plan === undefined || plan.source === "none") return NO_OPERAND;
    const { source, bits, fixed } = plan;
    if (source === "fixed") {
      return FIXED + (bits === 0 ? fixed : bits === 128 ? vector(fixed) : general(fixed));
    }
    const kind =
      bits === 0 ? KIND.number : bits === 128 ? KIND.vector : bits === 8 ? KIND.byte : KIND.general;
    return SOURCE[source] | kind;
  };
  const { mnemonic, implicitSegment, privileged } = pattern.row;
  return {
    instruction: pattern.instruction,
    memory: pattern.needsMemory === true,
    plans: [code(0), code(1), code(2), code(3)],
    immediateBytes: pattern.immediates[0] ?? 0,
    secondImmediate: pattern.immediates.length > 1,
    fixedImmediate: pattern.fixedImmediate,
    implicit: implicitSegment ? (mnemonic === "mov" ? 2 : 1) : 0,
    pops: pattern.pops,
    withoutSegment: pattern.withoutSegment,
    special: pattern.special,
    lockable: isLockable(pattern),
    privileged: privileged === true,
    usesVvvv: pattern.plans.some(({ source }) => source === "vvvv"),
  };
}

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

/** One opcode. */
export class Entry {
  readonly modrm: boolean;
  readonly #patterns: readonly Pattern[];
  /** What of ModRM selects: mod, and also reg ("/digit"), and also rm (a whole byte). */
  readonly #digits: boolean;
  readonly #bytes: boolean;
  readonly #width: number;
  readonly #leaves: (Leaf | null | undefined)[];

  constructor(patterns: readonly Pattern[]) {
    this.#patterns = patterns;
    this.modrm = patterns.some(({ modrm }) => modrm !== undefined);
    this.#digits = patterns.some(({ modrm }) => typeof modrm === "object");
    this.#bytes = patterns.some(({ modrm }) => typeof modrm === "object" && "byte" in modrm);
    this.#width = this.#bytes ? 72 : this.#digits ? 16 : 2;
    this.#leaves = new Array(24 * this.#width).fill(undefined);
  }

  /** Null: no instruction. */
  find(long: boolean, size: number, mandatory: number, modrm: number): Leaf | null {
    const register = modrm >= 0xc0;
    let column = register ? 1 : 0;
    if (this.#bytes && register) column = 8 + (modrm & 63);
    else if (this.#digits) column = ((modrm >> 3) & 7) + (register ? 8 : 0);
    const index = (((long ? 3 : 0) + size) * 4 + mandatory) * this.#width + column;
    const known = this.#leaves[index];
    if (known !== undefined) return known;
    const found = this.#best(long, size, mandatory, modrm);
    this.#leaves[index] = found;
    return found;
  }

  #best(long: boolean, size: number, mandatory: number, modrm: number): Leaf | null {
    let best = -1;
    let winner: Pattern | undefined;
    for (const pattern of this.#patterns) {
      const score = fit(pattern, long, size, mandatory, this.modrm ? modrm : undefined);
      if (score <= best) continue;
      best = score;
      winner = pattern;
    }
    return winner === undefined ? null : leafOf(winner);
  }
}

/** By map << 8 | opcode. */
export function makeEntries(patterns: readonly Pattern[]): (Entry | undefined)[] {
  const lists: (Pattern[] | undefined)[] = new Array(8 << 8).fill(undefined);
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
  return lists.map((list) => list && new Entry(list));
}

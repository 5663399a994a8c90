/**
 * A page of guest code as the translator sees it: the predecoded slots that can be reached from given places, cut into
 * blocks. A block begins where a jump may go and ends at a jump, at the next block or where decoding ends; every block
 * is an entry.
 */
import { type Decoded, emptyDecoded, type Instruction, type Isa } from "../../isa/isa.ts";
import type { Expr } from "../../meaning/expression.ts";
import type { Crossings } from "../crossings.ts";
import type { Interpreter } from "../interpreter.ts";
import { handler, type Layout, pageBytes, slot } from "../layout.ts";
import type { Slots } from "../slots.ts";
import type { SlowCounts } from "../statistics.ts";
import { flowOf } from "./flow.ts";

/** An instruction in its place. */
export type Placed = {
  readonly offset: number;
  readonly instruction: Instruction;
  readonly decoded: Decoded;
  /** It ends in the next page, if that is still this one. */
  readonly crosses?: { readonly slots: number; readonly guestPage: number };
};
export type Block = {
  readonly offset: number;
  readonly placed: readonly Placed[];
  /** Offset behind the last instruction; `pageBytes` and more: the next page. */
  readonly end: number;
  /** Number of the only block that leads here, whose knowledge this one has; it is no entry. See `trees.ts`. */
  readonly after?: number;
};

const mostInstructions = 1500;

export type PageSource = {
  readonly isa: Isa;
  readonly interpreter: Interpreter;
  readonly layout: Layout;
  readonly slots: Slots;
  readonly crossings: Crossings;
  readonly view: DataView;
  readonly slow: SlowCounts;
};

/** How often the interpreter came by a jump to a place in the page with these slots. */
export function heatOf({ layout, view, isa }: PageSource, base: number, offset: number): number {
  const heat = layout.heat + ((base - layout.slots) >>> layout.heatShift);
  return view.getUint16(heat + (offset / isa.alignment) * 2, true);
}

/** An offset from the page's start if an expression is one, through pc, next pc and constants. */
export function foldOffset(value: Expr, at: Placed): number | undefined {
  if (value.is === "pc") return at.offset;
  if (value.is === "next-pc") return at.offset + at.decoded.length;
  if (value.is !== "operator" || value.name !== "i64.add") return undefined;
  const [left, right] = value.args as [Expr, Expr];
  const base = foldOffset(left, at);
  if (base !== undefined) {
    const more = foldConstant(right, at);
    return more === undefined ? undefined : base + more;
  }
  const other = foldOffset(right, at);
  const more = other === undefined ? undefined : foldConstant(left, at);
  return other === undefined || more === undefined ? undefined : other + more;
}

export function foldConstant(value: Expr, at: Placed): number | undefined {
  if (value.is === "const") return Number(value.value);
  if (value.is === "operand") {
    const place = at.instruction.operands[value.operand.operand];
    if (place?.in !== "immediate" || place.field === "immediate64") return undefined;
    return at.decoded[place.field ?? "immediate"];
  }
  if (value.is !== "operator" || value.name !== "i64.shl") return undefined;
  const left = foldConstant(value.args[0]!, at);
  const right = foldConstant(value.args[1]!, at);
  return left === undefined || right === undefined || right > 20 ? undefined : left * 2 ** right;
}

export class PageReader {
  readonly #source: PageSource;
  readonly #base: number;
  readonly #placed = new Map<number, Placed | undefined>();
  readonly #leaders = new Set<number>();
  readonly #leastHeat: number;

  /**
   * `base` is the address of the page's slots. Jump targets with less than `leastHeat` are left out, as is what was never
   * decoded: most of a page is not worth the time of V8's optimizer. 0: everything.
   */
  constructor(source: PageSource, base: number, leastHeat = 0) {
    this.#source = source;
    this.#base = base;
    this.#leastHeat = leastHeat;
  }

  /** The blocks that can be reached, in order of address. */
  blocks(entries: readonly number[]): Block[] {
    const waiting = [...entries].reverse();
    while (waiting.length > 0 && this.#placed.size < mostInstructions) {
      const leader = waiting.pop()!;
      if (this.#leaders.has(leader)) continue;
      this.#leaders.add(leader);
      this.#scan(leader, waiting);
    }
    const leaders = [...this.#leaders].filter((at) => this.#placed.get(at) !== undefined);
    return leaders.sort((a, b) => a - b).map((leader) => this.#block(leader));
  }

  #scan(leader: number, waiting: number[]): void {
    let at = leader;
    while (at < pageBytes && !this.#placed.has(at)) {
      const placed = this.#read(at);
      this.#placed.set(at, placed);
      if (placed === undefined) return;
      const flow = flowOf(placed.instruction);
      const next = at + placed.decoded.length;
      for (const target of flow.targets) {
        const offset = foldOffset(target, placed);
        if (offset === undefined || offset < 0 || offset >= pageBytes) continue;
        if (heatOf(this.#source, this.#base, offset) >= this.#leastHeat) waiting.push(offset);
      }
      if (placed.instruction.flow !== undefined || !flow.falls) {
        if (flow.falls && next < pageBytes) waiting.push(next);
        return;
      }
      at = next;
    }
  }

  #block(leader: number): Block {
    const placed: Placed[] = [];
    let at = leader;
    for (;;) {
      const next = this.#placed.get(at);
      if (next === undefined) break;
      placed.push(next);
      at += next.decoded.length;
      if (next.instruction.flow !== undefined || !flowOf(next.instruction).falls) break;
      if (at >= pageBytes || this.#leaders.has(at)) break;
    }
    return { offset: leader, placed, end: at };
  }

  /** undefined: left to the interpreter, as a crossing instruction that is not yet known. */
  #read(offset: number): Placed | undefined {
    const { layout, slots, view, crossings } = this.#source;
    const at = this.#base + (offset << layout.slotShift);
    let number = view.getUint16(at, true);
    if (number === handler.undecoded && this.#leastHeat === 0) {
      slots.decode(at);
      number = view.getUint16(at, true);
    }
    if (number === handler.crossing) {
      const known = crossings.known(at);
      if (known === undefined) return undefined;
      const { second, secondPage } = known;
      return { offset, ...this.#decoded(known.record), crosses: { slots: second, guestPage: secondPage } };
    }
    return number < handler.first ? undefined : { offset, ...this.#decoded(at) };
  }

  /** A slot, or a record of an instruction that crosses. */
  #decoded(at: number): Pick<Placed, "instruction" | "decoded"> {
    const { layout, view, interpreter, isa } = this.#source;
    const number = view.getUint16(at, true);
    const decoded = emptyDecoded();
    decoded.instruction = interpreter.instructionOf(number);
    decoded.length = view.getUint8(at + slot.length);
    decoded.scale = view.getUint8(at + slot.scale);
    decoded.r0 = view.getUint16(at + slot.r0, true);
    decoded.r1 = view.getUint16(at + slot.r1, true);
    decoded.r2 = view.getUint16(at + slot.r2, true);
    decoded.r3 = view.getUint16(at + slot.r3, true);
    decoded.immediate = view.getInt32(at + slot.immediate, true);
    if (isa.slotBytes === 32) {
      decoded.immediateHigh = view.getInt32(at + slot.immediateHigh, true);
      decoded.displacement = view.getInt32(at + slot.displacement, true);
      decoded.base = view.getUint16(at + slot.base, true);
      decoded.index = view.getUint16(at + slot.index, true);
      decoded.segment = view.getUint16(at + slot.segment, true);
      if (decoded.base === layout.cpu.delta) {
        // As the decoder said it; see `Slots`.
        decoded.base = isa.pc.offset;
        decoded.displacement -= decoded.length + (at >>> layout.slotShift);
      }
    }
    return { instruction: isa.instructions[decoded.instruction]!, decoded };
  }
}

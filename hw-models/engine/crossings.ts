/**
 * Instructions whose bytes lie in two pages. What they are depends on both pages' translations, so each is decoded
 * into a record of its own, valid while the fetch TLB says that the second page is still the one it was decoded from.
 */
import { type Decoded, emptyDecoded, type Isa } from "../isa/isa.ts";
import { type Layout, pageBytes, crossings as recordCount } from "./layout.ts";
import type { Slots } from "./slots.ts";

const recordBytes = 32;
const longest = 16;

export type Crossing = {
  /** Where it is decoded, laid out like a slot. */
  readonly record: number;
  /** The page of slots of the second page, and that page. */
  readonly second: number;
  readonly secondPage: number;
  readonly length: number;
  /** How often it was interpreted. */
  count: number;
};

export class Crossings {
  readonly #isa: Isa;
  readonly #layout: Layout;
  readonly #slots: Slots;
  readonly #bytes: Uint8Array;
  readonly #window = new DataView(new ArrayBuffer(2 * longest));
  readonly #decoded: Decoded = emptyDecoded();
  readonly #records = new Map<number, Crossing>();
  #next = 0;

  constructor(isa: Isa, layout: Layout, slots: Slots, memory: Uint8Array) {
    this.#isa = isa;
    this.#layout = layout;
    this.#slots = slots;
    this.#bytes = memory;
  }

  /** What the instruction was when it was executed last. */
  known(slotAddress: number): Crossing | undefined {
    return this.#records.get(slotAddress);
  }

  /** The record for a slot if its second page is the one with the slots `second`. */
  find(slotAddress: number, second: number): Crossing | undefined {
    const known = this.#records.get(slotAddress);
    return known !== undefined && known.second === second ? known : undefined;
  }

  /** Decodes the instruction that begins in `slotAddress` and ends in the guest page `secondPage`. */
  make(slotAddress: number, second: number, secondPage: number): Crossing | undefined {
    const place = this.#slots.locate(slotAddress);
    if (place === undefined) return undefined;
    const head = pageBytes - place.offset;
    const window = new Uint8Array(this.#window.buffer);
    const firstAt = this.#slots.hostPage(place.guestPage) + place.offset;
    const secondAt = this.#slots.hostPage(secondPage);
    window.set(this.#bytes.subarray(firstAt, firstAt + head));
    window.set(this.#bytes.subarray(secondAt, secondAt + longest), head);
    this.#isa.decode(this.#window, 0, head + longest, place.mode, this.#decoded);
    const { length } = this.#decoded;
    this.#slots.mark(secondPage, 0, Math.max(1, length - head));
    // A slot keeps its record: else one that is in use would be overwritten when the numbers come round.
    const before = this.#records.get(slotAddress);
    let record = before?.record;
    if (record === undefined) {
      if (this.#records.size >= recordCount) this.forget();
      record = this.#layout.crossings + (this.#next++ % recordCount) * recordBytes;
    }
    this.#slots.write(record, this.#decoded, true);
    const count = before?.second === second ? before.count : 0;
    const made = { record, second, secondPage, length, count };
    this.#records.set(slotAddress, made);
    return made;
  }

  forget(): void {
    this.#records.clear();
  }
}

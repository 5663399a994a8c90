/**
 * Instructions whose bytes lie in two pages. What they are depends on both pages' translations, so each is decoded
 * into a record of its own, valid while the fetch TLB says that the second page is still the one it was decoded from.
 */
import type { Decoded, Isa } from "../isa/isa.ts";
import { type Layout, pageBytes, crossings as recordCount } from "./layout.ts";
import { emptyDecoded, type Slots } from "./slots.ts";

const recordBytes = 32;
const longest = 16;

export class Crossings {
  readonly #isa: Isa;
  readonly #layout: Layout;
  readonly #slots: Slots;
  readonly #bytes: Uint8Array;
  readonly #window = new DataView(new ArrayBuffer(2 * longest));
  readonly #decoded: Decoded = emptyDecoded();
  /** By slot: the record, and the page of slots of the second page. */
  readonly #records = new Map<number, { record: number; second: number; length: number }>();
  #next = 0;

  constructor(isa: Isa, layout: Layout, slots: Slots, memory: Uint8Array) {
    this.#isa = isa;
    this.#layout = layout;
    this.#slots = slots;
    this.#bytes = memory;
  }

  /** The record for a slot if its second page is the one with the slots `second`. */
  find(slotAddress: number, second: number): { record: number; length: number } | undefined {
    const known = this.#records.get(slotAddress);
    return known !== undefined && known.second === second ? known : undefined;
  }

  /** Decodes the instruction that begins in `slotAddress` and ends in the guest page `secondPage`. */
  make(
    slotAddress: number,
    second: number,
    secondPage: number,
  ): { record: number; length: number } | undefined {
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
    let record = this.#records.get(slotAddress)?.record;
    if (record === undefined) {
      if (this.#records.size >= recordCount) this.forget();
      record = this.#layout.crossings + (this.#next++ % recordCount) * recordBytes;
    }
    this.#slots.write(record, this.#decoded, true);
    const made = { record, second, length };
    this.#records.set(slotAddress, made);
    return made;
  }

  forget(): void {
    this.#records.clear();
  }
}

/**
 * The slow paths of fetching: pages of slots for the fetch TLB, slots that are not decoded yet, instructions that end in the
 * next page, and places to which jumps came often.
 *
 * A page with decoded instructions has no TLB entry for writing (`slots.ts`): where a page becomes code, all go.
 */
import type { EngineCpu, Shared } from "./cpu.ts";
import { tlb } from "./layout.ts";

export class Fetching {
  readonly #cpu: EngineCpu;
  readonly #shared: Shared;

  constructor(cpu: EngineCpu, shared: Shared) {
    this.#cpu = cpu;
    this.#shared = shared;
  }

  /** Puts the page of slots at the pc cell into the fetch TLB, or enters the fetch's fault, which costs one fuel. */
  fetch(): number {
    this.#shared.slow.fetches++;
    this.#cpu.inside = false;
    const low = this.#cpu.state.getInt32(this.#shared.isa.pc.offset, true);
    const high = this.#cpu.state.getInt32(this.#shared.isa.pc.offset + 4, true);
    this.#cpu.notePc();
    if (this.#fetchPage(high, low & ~0xfff, low) === undefined) {
      // Entering the trap may have ended the run, whose fuel then waits in `cut`.
      if (this.#cpu.fuel > 0) this.#cpu.fuel -= 1;
      else this.#cpu.cut -= 1;
    }
    return this.#cpu.fuel;
  }

  /** The page of slots for a virtual page; undefined after a fault at `low`. */
  #fetchPage(high: number, page: number, low: number): { slots: number; guestPage: number } | undefined {
    const { physical, slots, isa } = this.#shared;
    const found = this.#cpu.translatePage(high, low, "fetch");
    if (found === undefined) return undefined;
    let guestPage = physical.guestPage(found.page);
    if (guestPage < 0) {
      const cause = isa.busFaults?.fetch;
      if (cause !== undefined) {
        this.#cpu.fault(cause, 0, high, low);
        return undefined;
      }
      guestPage = slots.onesPage;
    }
    const address = slots.page(guestPage, this.#cpu.mode);
    const unit = this.#shared.translator?.unitOf(guestPage, this.#cpu.mode);
    this.#cpu.tlb.fill(this.#cpu.mode, tlb.fetch, high, page, address, unit);
    return { slots: address, guestPage };
  }

  /** Jumps came to a place. */
  translate(slotAddress: number): void {
    const { slots, translator } = this.#shared;
    this.#cpu.inside = false;
    const place = slots.locate(slotAddress);
    if (place === undefined) return;
    // A unit may be written before anything of the page was executed: it becomes code now.
    this.#becomesCode(place.guestPage);
    translator?.arrived(slotAddress);
  }

  /** An empty slot is reached: its page is about to be code. */
  decode(slotAddress: number): void {
    this.#shared.slow.decodes++;
    const { slots } = this.#shared;
    this.#cpu.inside = false;
    const place = slots.locate(slotAddress);
    if (place === undefined) return;
    this.#becomesCode(place.guestPage);
    slots.decode(slotAddress);
  }

  /** An instruction that ends in the next page: its record, or 0 after a fault. The pc cell then names the next one. */
  cross(slotAddress: number): number {
    this.#shared.slow.crossings++;
    const { crossings } = this.#shared;
    const { state } = this.#cpu;
    const pc = this.#cpu.address + this.#shared.physical.layout.cpu.instructionPc;
    const pcLow = this.#shared.physical.view.getInt32(pc, true);
    const pcHigh = this.#shared.physical.view.getInt32(pc + 4, true);
    const low = ((pcLow | 0xfff) + 1) | 0;
    const high = low === 0 ? (pcHigh + 1) | 0 : pcHigh;
    this.#cpu.inside = true;
    let second = this.#cpu.tlb.find(this.#cpu.mode, tlb.fetch, high, low);
    let found = second === undefined ? undefined : crossings.find(slotAddress, second);
    if (found === undefined) {
      this.#cpu.inside = false;
      state.setInt32(this.#shared.isa.pc.offset, pcLow, true);
      state.setInt32(this.#shared.isa.pc.offset + 4, pcHigh, true);
      const page = this.#fetchPage(high, low, low);
      if (page === undefined) return 0;
      this.#becomesCode(page.guestPage);
      second = page.slots;
      found = crossings.make(slotAddress, second, page.guestPage);
      if (found === undefined) {
        // Making room for the second page has forgotten the first: fetch again.
        this.#cpu.fuel += 1;
        return 0;
      }
    }
    this.#shared.translator?.crossed(slotAddress, ++found.count);
    const end = (pcLow + found.length) | 0;
    state.setInt32(this.#shared.isa.pc.offset, end, true);
    // A carry: the end is behind 4 GiB, the beginning before.
    state.setInt32(this.#shared.isa.pc.offset + 4, pcLow < 0 && end >= 0 ? (pcHigh + 1) | 0 : pcHigh, true);
    return found.record;
  }

  #becomesCode(guestPage: number): void {
    if (this.#shared.writeMapped[guestPage] === 1) this.#shared.flushWrites();
  }
}

/**
 * Predecoded instructions. A page of slots belongs to a guest-physical page as one mode decodes it and has a slot for
 * every place where an instruction may begin; it is made when the page is first executed, filled as execution gets
 * there. An instruction that needs bytes of the next page is not kept in its slot (the next page may be another one
 * through another mapping): see `crossings.ts`.
 *
 * Writing to a page with code: no write-TLB entry leads to it, so every store comes to `wrote`, which forgets the
 * slots of the 64-byte pieces that were written. A page that is mostly written is forgotten whole.
 */
import { type Decoded, emptyDecoded, type Isa } from "../isa/isa.ts";
import type { Interpreter } from "./interpreter.ts";
import { handler, type Layout, pageBytes, pageShift, slot } from "./layout.ts";
import type { SlowCounts } from "./statistics.ts";

const pieceShift = 6;
/** Rounded to a place where an instruction may begin. */
const reach = 16;
/** Stores into a page with code that did not hit code, before its code is forgotten; twice as many the next time. */
const patience = 64;
const mostPatience = 20;
/** Instructions decoded in one go. */
const ahead = 32;

export class Slots {
  readonly #isa: Isa;
  readonly #interpreter: Interpreter;
  readonly #layout: Layout;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #decoded = emptyDecoded();
  /** Key: mode * (number of guest pages + 1) + guest page. */
  readonly #pages = new Map<number, number>();
  readonly #guestPages: number;
  /** By page of slots: the key, or -1. */
  readonly #keys: Int32Array;
  readonly #free: number[] = [];
  /** Forgotten, but the running instruction may be in it. */
  readonly #dying: number[] = [];
  /** By guest page: which 64-byte pieces hold decoded instructions (two words), and stores beside code. */
  readonly #pieces: Uint32Array;
  readonly #besides: Uint32Array;
  readonly #givenUp: Uint8Array;
  #fresh = 0;
  readonly #slow: SlowCounts;
  /** Told which guest page's slots are forgotten, or undefined: all. The fetch TLBs are then wrong. */
  readonly #forgotten: (guestPage?: number) => void;

  constructor(
    isa: Isa,
    interpreter: Interpreter,
    layout: Layout,
    view: DataView,
    slow: SlowCounts,
    forgotten: (guestPage?: number) => void,
  ) {
    this.#isa = isa;
    this.#interpreter = interpreter;
    this.#layout = layout;
    this.#view = view;
    this.#slow = slow;
    this.#bytes = new Uint8Array(view.buffer);
    this.#guestPages = layout.ramBytes >>> pageShift;
    this.#keys = new Int32Array(layout.slotPages).fill(-1);
    this.#pieces = new Uint32Array((this.#guestPages + 1) * 2);
    this.#besides = new Uint32Array(this.#guestPages + 1);
    this.#givenUp = new Uint8Array(this.#guestPages + 1);
    this.#forgotten = forgotten;
  }

  /** Number of the guest page in which addresses execute where there is no memory. */
  get onesPage(): number {
    return this.#guestPages;
  }

  hasCode(guestPage: number): boolean {
    return (this.#pieces[guestPage * 2]! | this.#pieces[guestPage * 2 + 1]!) !== 0;
  }

  hostPage(guestPage: number): number {
    return guestPage === this.#guestPages ? this.#layout.ones : this.#layout.ram + guestPage * pageBytes;
  }

  /** Address of the slots of a guest page; made if need be. Not to be called while a slot is executing. */
  page(guestPage: number, mode: number): number {
    const key = mode * (this.#guestPages + 1) + guestPage;
    const known = this.#pages.get(key);
    if (known !== undefined) return known;
    while (this.#dying.length > 0) this.#free.push(this.#dying.pop()!);
    const freed = this.#free.pop();
    if (freed === undefined && this.#fresh === this.#layout.slotPages) {
      this.forgetAll();
      return this.page(guestPage, mode);
    }
    this.#slow.slotPages++;
    const index = freed ?? this.#fresh++;
    const { slots, slotPageBytes } = this.#layout;
    const address = slots + index * slotPageBytes;
    // What was never used is zero, and most of it is never touched.
    if (freed !== undefined) {
      this.#bytes.fill(0, address, address + slotPageBytes);
      const heat = this.#layout.heat + ((address - slots) >>> this.#layout.heatShift);
      this.#bytes.fill(0, heat, heat + this.#layout.entryMapBytes);
    }
    this.#keys[index] = key;
    this.#pages.set(key, address);
    return address;
  }

  /** Which guest page, mode and offset a slot stands for; undefined if its page was forgotten. */
  locate(address: number): { guestPage: number; mode: number; offset: number } | undefined {
    const { slots, slotPageBytes, slotShift } = this.#layout;
    const key = this.#keys[Math.floor((address - slots) / slotPageBytes)]!;
    if (key < 0) return undefined;
    const pages = this.#guestPages + 1;
    const offset = ((address - slots) % slotPageBytes) >>> slotShift;
    return { guestPage: key % pages, mode: Math.floor(key / pages), offset };
  }

  /** Fills a slot and those that follow, up to a jump. False if its page was forgotten: the fetch must be repeated. */
  decode(address: number): boolean {
    const place = this.locate(address);
    if (place === undefined) return false;
    const { guestPage, mode } = place;
    const host = this.hostPage(guestPage);
    const first = address - (place.offset << this.#layout.slotShift);
    let offset = place.offset;
    for (let count = 0; count < ahead && offset < pageBytes; count++) {
      const at = first + (offset << this.#layout.slotShift);
      if (this.#view.getUint16(at, true) !== handler.undecoded) break;
      const complete = this.#isa.decode(this.#view, host + offset, host + pageBytes, mode, this.#decoded);
      const { length, instruction } = this.#decoded;
      this.mark(guestPage, offset, complete ? length : pageBytes - offset);
      if (!complete) {
        this.#view.setUint16(at + slot.handler, handler.crossing, true);
        this.#view.setUint8(at + slot.length, 0);
        break;
      }
      this.write(at, this.#decoded, offset + length >= pageBytes);
      offset += length;
      if (this.#isa.instructions[instruction]!.flow !== undefined) break;
    }
    return true;
  }

  /** Says that bytes of a guest page are decoded somewhere. */
  mark(guestPage: number, offset: number, length: number): void {
    const last = Math.min(offset + length, pageBytes) - 1;
    for (let piece = offset >>> pieceShift; piece <= last >>> pieceShift; piece++) {
      this.#pieces[guestPage * 2 + (piece >>> 5)]! |= 1 << (piece & 31);
    }
  }

  /** Writes a decoded instruction into a slot. */
  write(at: number, decoded: Decoded, outOfLine: boolean): void {
    const view = this.#view;
    const inline = this.#interpreter.inline[decoded.instruction]!;
    const wide = this.#isa.slotBytes === 32;
    if (wide && !outOfLine && decoded.base === this.#isa.pc.offset) this.#fromDelta(at, decoded);
    const away =
      outOfLine || inline === 0 || (wide && (decoded.segment !== 0 || decoded.base === this.#isa.pc.offset));
    view.setUint8(at + slot.length, decoded.length);
    view.setUint8(at + slot.scale, decoded.scale);
    view.setUint16(at + slot.r0, decoded.r0, true);
    view.setUint16(at + slot.r1, decoded.r1, true);
    view.setUint16(at + slot.r2, decoded.r2, true);
    view.setUint16(at + slot.r3, decoded.r3, true);
    view.setInt32(at + slot.immediate, decoded.immediate, true);
    if (wide) {
      view.setInt32(at + slot.immediateHigh, decoded.immediateHigh, true);
      view.setInt32(at + slot.displacement, decoded.displacement, true);
      view.setUint16(at + slot.base, decoded.base, true);
      view.setUint16(at + slot.index, decoded.index, true);
      view.setUint16(at + slot.segment, decoded.segment, true);
    }
    const number = away ? this.#interpreter.outOfLine + decoded.instruction : inline;
    view.setUint16(at + slot.handler, number, true);
  }

  /**
   * The address of the next instruction is delta + (address of the slot >> shift) + length. Delta is in a cell, the rest
   * goes into the displacement if it fits: so the central loop needs no case of its own for such operands.
   */
  #fromDelta(at: number, decoded: Decoded): void {
    const displacement = decoded.displacement + decoded.length + (at >>> this.#layout.slotShift);
    if (displacement !== (displacement | 0)) return;
    decoded.base = this.#layout.cpu.delta;
    decoded.displacement = displacement;
  }

  /**
   * Bytes of one guest page were written (and it has code). True if instructions were forgotten: those that cross into
   * this page are then to be forgotten, too.
   */
  wrote(guestPage: number, offset: number, length: number): boolean {
    const from = offset >>> pieceShift;
    const to = (offset + length - 1) >>> pieceShift;
    let hit = false;
    for (let piece = from; piece <= to; piece++) {
      const word = guestPage * 2 + (piece >>> 5);
      const bit = 1 << (piece & 31);
      if ((this.#pieces[word]! & bit) === 0) continue;
      this.#pieces[word]! &= ~bit;
      this.#clear(guestPage, piece);
      hit = true;
    }
    if (hit) this.#forgotten(guestPage);
    if (!hit && ++this.#besides[guestPage]! > patience << this.#givenUp[guestPage]!) {
      if (this.#givenUp[guestPage]! < mostPatience) this.#givenUp[guestPage]!++;
      this.#pieces[guestPage * 2] = 0;
      this.#pieces[guestPage * 2 + 1] = 0;
    }
    if (this.hasCode(guestPage)) return hit;
    this.#forgetPage(guestPage);
    return true;
  }

  /** Forgets the slots of one piece in all modes, and of instructions that reach into it. */
  #clear(guestPage: number, piece: number): void {
    const { slotShift } = this.#layout;
    const from = Math.max(0, (piece << pieceShift) - reach);
    const to = (piece + 1) << pieceShift;
    for (let mode = 0; mode < this.#isa.modes; mode++) {
      const address = this.#pages.get(mode * (this.#guestPages + 1) + guestPage);
      if (address === undefined) continue;
      this.#empty(address + (from << slotShift), address + (to << slotShift));
    }
  }

  /** The instruction that writes over itself still needs its slot's fields: only the handlers go. */
  #empty(from: number, to: number): void {
    for (let at = from; at < to; at += this.#isa.slotBytes) this.#view.setUint16(at, handler.undecoded, true);
  }

  #forgetPage(guestPage: number): void {
    this.#besides[guestPage] = 0;
    for (let mode = 0; mode < this.#isa.modes; mode++)
      this.#forget(mode * (this.#guestPages + 1) + guestPage);
    this.#forgotten();
  }

  #forget(key: number): void {
    const address = this.#pages.get(key);
    if (address === undefined) return;
    const { slots, slotPageBytes } = this.#layout;
    const index = (address - slots) / slotPageBytes;
    this.#empty(address, address + slotPageBytes);
    this.#keys[index] = -1;
    this.#pages.delete(key);
    this.#dying.push(index);
  }

  forgetAll(): void {
    for (const key of [...this.#pages.keys()]) this.#forget(key);
    this.#pieces.fill(0);
    this.#besides.fill(0);
    this.#forgotten();
  }
}

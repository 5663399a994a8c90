/**
 * Tier 2: which pages have units. A unit belongs to a page of slots (a guest page in a mode); it is written when a jump
 * target in the page is hot, again when another one becomes hot that it has no entry for, and dropped with its slots.
 * Nothing of this can be observed from inside: a unit and the interpreter do the same.
 */
import type { Isa } from "../../isa/isa.ts";
import { ModuleWriter } from "../../wasm/module.ts";
import { Instance, type Memory, Module, type Table } from "../../wasm/webassembly.ts";
import { units } from "../layout.ts";
import { type Block, PageReader, type PageSource } from "./page.ts";
import { UnitLowering, unitParameters } from "./unit.ts";
import { flagHelpers, importUses } from "./uses.ts";

/** A place with so many arrivals is an entry. */
const entryHeat = 8;
/** A page whose code is written over so often is left to the interpreter. */
const mostDrops = 16;

/** The module of one unit, exported as "unit". `map`: address of its map of entries. */
export function writeUnit(
  isa: Isa,
  blocks: readonly Block[],
  mode: number,
  map: number,
  helpers: ReadonlySet<string>,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  module.importMemory("engine", "memory");
  const instructions = blocks.flatMap(({ placed }) => placed.map(({ instruction }) => instruction));
  const imported = importUses(module, isa, new Set(instructions), helpers);
  const { index, code } = module.function(unitParameters, ["i32"], 1 << 15);
  module.exportFunction("unit", index);
  new UnitLowering(isa, code, mode, map, imported).unit(blocks);
  return module.toBytes();
}

type Unit = { readonly number: number; readonly key: string };

export class Translator {
  readonly #source: PageSource;
  readonly #memory: Memory;
  readonly #exports: Readonly<Record<string, unknown>>;
  readonly #table: Table;
  readonly #threshold: number;
  readonly #entryHeat: number;
  readonly #units = new Map<string, Unit>();
  readonly #drops = new Map<number, number>();
  /** By page: units of other pages with an instruction that ends in it. */
  readonly #crossing = new Map<number, Set<string>>();
  readonly #free: number[] = [];
  #fresh = 0;
  readonly #flushFetches: () => void;
  readonly #flagHelpers: ReadonlySet<string>;

  constructor(
    source: PageSource,
    memory: Memory,
    exports: Readonly<Record<string, unknown>>,
    threshold: number,
    flushFetches: () => void,
  ) {
    this.#source = source;
    this.#memory = memory;
    this.#exports = exports;
    this.#table = exports.table as Table;
    this.#threshold = threshold;
    this.#entryHeat = Math.min(entryHeat, threshold);
    this.#flushFetches = flushFetches;
    this.#flagHelpers = flagHelpers(source.isa);
  }

  /** What the fetch TLB says of a page: 1 + number of its unit, or 0. */
  unitOf(guestPage: number, mode: number): number {
    const unit = this.#units.get(`${guestPage} ${mode}`);
    return unit === undefined ? 0 : unit.number + 1;
  }

  /** A jump target has become hot. */
  translate(slotAddress: number): void {
    const { slots, layout } = this.#source;
    this.#source.slow.translations++;
    const place = slots.locate(slotAddress);
    if (place === undefined) return;
    const { guestPage, mode, offset } = place;
    if ((this.#drops.get(guestPage) ?? 0) > mostDrops) return;
    const base = slotAddress - (offset << layout.slotShift);
    const key = `${guestPage} ${mode}`;
    const entries = [...this.#hot(base), ...this.#present(key)];
    const blocks = new PageReader(this.#source, base).blocks(entries);
    if (blocks.length === 0) return;
    this.#drop(key);
    const number = this.#free.pop() ?? (this.#fresh < units ? this.#fresh++ : this.#evict());
    this.#table.set(this.#source.interpreter.unitTable + number, this.#compile(blocks, mode, number));
    this.#units.set(key, { number, key });
    this.#noteCrossing(blocks, key);
    this.#writeMap(number, blocks);
    this.#flushFetches();
  }

  /** An instruction that crosses was interpreted so often: its page's unit was written before it was known. */
  crossed(slotAddress: number, count: number): void {
    if (count === this.#threshold) this.translate(slotAddress);
  }

  /** Entries of the unit that there is; those of a page are not counted any more. */
  #present(key: string): number[] {
    const unit = this.#units.get(key);
    if (unit === undefined) return [];
    const { layout, view, isa } = this.#source;
    const map = layout.entryMaps + unit.number * layout.entryMapBytes;
    const entries: number[] = [];
    for (let at = 0; at < layout.entryMapBytes; at += 2) {
      if (view.getUint16(map + at, true) !== 0) entries.push((at >>> 1) * isa.alignment);
    }
    return entries;
  }

  #hot(base: number): number[] {
    const { layout, view, isa } = this.#source;
    const heat = layout.heat + ((base - layout.slots) >>> layout.heatShift);
    const entries: number[] = [];
    for (let at = 0; at < layout.entryMapBytes; at += 2) {
      if (view.getUint16(heat + at, true) >= this.#entryHeat) entries.push((at >>> 1) * isa.alignment);
    }
    return entries;
  }

  #compile(blocks: readonly Block[], mode: number, number: number): unknown {
    const { isa, layout } = this.#source;
    const map = layout.entryMaps + number * layout.entryMapBytes;
    const bytes = writeUnit(isa, blocks, mode, map, this.#flagHelpers);
    const { slow } = this.#source;
    slow.units++;
    slow.unitBytes += bytes.length;
    for (const { placed } of blocks) slow.unitInstructions += placed.length;
    const imports = {
      engine: { memory: this.#memory },
      interpreter: this.#exports as Record<string, unknown>,
    };
    return new Instance(new Module(bytes), imports).exports.unit;
  }

  #writeMap(number: number, blocks: readonly Block[]): void {
    const { layout, view, isa } = this.#source;
    const map = layout.entryMaps + number * layout.entryMapBytes;
    blocks.forEach(({ offset }, index) => {
      view.setUint16(map + (offset / isa.alignment) * 2, index + 1, true);
    });
  }

  #noteCrossing(blocks: readonly Block[], key: string): void {
    for (const { placed } of blocks) {
      const page = placed.at(-1)?.crosses?.guestPage;
      if (page === undefined) continue;
      const keys = this.#crossing.get(page) ?? new Set();
      this.#crossing.set(page, keys.add(key));
    }
  }

  /** Code of a page was written over. */
  forget(guestPage: number): void {
    let had = false;
    for (let mode = 0; mode < this.#source.isa.modes; mode++) had = this.#drop(`${guestPage} ${mode}`) || had;
    if (had) this.#drops.set(guestPage, (this.#drops.get(guestPage) ?? 0) + 1);
    for (const key of this.#crossing.get(guestPage) ?? []) had = this.#drop(key) || had;
    this.#crossing.delete(guestPage);
    if (had) this.#flushFetches();
  }

  forgetAll(): void {
    for (const key of [...this.#units.keys()]) this.#drop(key);
    this.#drops.clear();
    this.#crossing.clear();
    this.#flushFetches();
  }

  #drop(key: string): boolean {
    const unit = this.#units.get(key);
    if (unit === undefined) return false;
    const { layout, view } = this.#source;
    const map = layout.entryMaps + unit.number * layout.entryMapBytes;
    new Uint8Array(view.buffer, map, layout.entryMapBytes).fill(0);
    this.#table.set(this.#source.interpreter.unitTable + unit.number, null);
    this.#units.delete(key);
    this.#source.slow.dropped++;
    this.#free.push(unit.number);
    return true;
  }

  /** Makes room: the unit that was written first goes. */
  #evict(): number {
    this.#source.slow.evicted++;
    const [key] = this.#units.keys();
    this.#drop(key!);
    return this.#free.pop()!;
  }
}

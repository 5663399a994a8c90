/**
 * Tier 2: which pages have units. A unit belongs to a page of slots (a guest page in a mode); it is written when jumps
 * came to the page often enough, again when as many came to places that it has no entry for, then twice as many and so
 * on, and dropped with its slots. Nothing of this can be observed from inside: a unit and the interpreter do the same.
 */
import type { Isa } from "../../isa/isa.ts";
import { ModuleWriter } from "../../wasm/module.ts";
import { Instance, type Memory, Module, type Table } from "../../wasm/webassembly.ts";
import { pageBytes, units } from "../layout.ts";
import { hasTailCalls } from "./next-unit.ts";
import { type Block, heatOf, PageReader, type PageSource } from "./page.ts";
import { unitParameters } from "./signature.ts";
import { entryNumbers, inTrees } from "./trees.ts";
import { UnitLowering } from "./unit.ts";
import { flagHelpers, importUses } from "./uses.ts";

/** A place with so many arrivals is an entry, and code behind rarer jumps stays out of units. */
const entryHeat = 8;
/** A page whose code is written over so often is left to the interpreter. */
const mostDrops = 16;

/** When to translate. */
export type Policy = {
  /** Arrivals at one place that are reported together. */
  readonly quantum: number;
  /** Arrivals on a page that are reported before it is translated, when so many instructions have been executed. */
  pageHeat(executed: number): number;
  /** Everything that a page's entries can reach is translated, executed or not. */
  readonly whole: boolean;
};

/** The module of one unit, exported as "unit". `map`: address of its map of entries; `table`: if it goes on in others. */
export function writeUnit(
  isa: Isa,
  blocks: readonly Block[],
  mode: number,
  map: number,
  helpers: ReadonlySet<string>,
  table?: number,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  module.importMemory("engine", "memory");
  if (table !== undefined) module.importTable("interpreter", "table");
  const instructions = blocks.flatMap(({ placed }) => placed.map(({ instruction }) => instruction));
  const imported = importUses(module, isa, new Set(instructions), helpers);
  const { index, code } = module.function(unitParameters, ["i32"], 1 << 15);
  module.exportFunction("unit", index);
  const next = table === undefined ? undefined : { type: module.type(unitParameters, ["i32"]), table };
  new UnitLowering(isa, code, mode, map, imported, next).unit(blocks);
  return module.toBytes();
}

type Unit = { readonly number: number; readonly slots: number };
/** What is known of a page in a mode. */
type Page = {
  /** Arrivals since it was last translated, and how often it was. */
  arrivals: number;
  translated: number;
  unit: Unit | undefined;
  /** Its unit's blocks that are no entries, and how often jumps had come there when it was written. */
  inner: ReadonlyMap<number, number>;
};

export class Translator {
  readonly #source: PageSource;
  readonly #memory: Memory;
  readonly #exports: Readonly<Record<string, unknown>>;
  readonly #table: Table;
  readonly #policy: Policy;
  readonly #executed: () => number;
  readonly #pages = new Map<number, Page>();
  /** Keys of the pages that have units, oldest first. */
  readonly #units = new Set<number>();
  readonly #drops = new Map<number, number>();
  /** By page: units of other pages with an instruction that ends in it. */
  readonly #crossing = new Map<number, Set<number>>();
  readonly #free: number[] = [];
  #fresh = 0;
  readonly #flushFetches: () => void;
  /** Puts a unit's number, plus one, into the fetch TLBs that know its page of slots. */
  readonly #setUnit: (slots: number, unit: number) => void;
  readonly #flagHelpers: ReadonlySet<string>;

  constructor(
    source: PageSource,
    memory: Memory,
    exports: Readonly<Record<string, unknown>>,
    policy: Policy,
    executed: () => number,
    flushFetches: () => void,
    setUnit: (slots: number, unit: number) => void,
  ) {
    this.#source = source;
    this.#memory = memory;
    this.#exports = exports;
    this.#table = exports.table as Table;
    this.#policy = policy;
    this.#executed = executed;
    this.#flushFetches = flushFetches;
    this.#setUnit = setUnit;
    this.#flagHelpers = flagHelpers(source.isa);
  }

  #key(guestPage: number, mode: number): number {
    return guestPage * this.#source.isa.modes + mode;
  }

  /** What the fetch TLB says of a page: 1 + number of its unit, or 0. */
  unitOf(guestPage: number, mode: number): number {
    const unit = this.#pages.get(this.#key(guestPage, mode))?.unit;
    return unit === undefined ? 0 : unit.number + 1;
  }

  /** `quantum` arrivals at a place without an entry. */
  arrived(slotAddress: number): void {
    const place = this.#source.slots.locate(slotAddress);
    if (place === undefined) return;
    const { guestPage, mode, offset } = place;
    const key = this.#key(guestPage, mode);
    let page = this.#pages.get(key);
    if (page === undefined) {
      page = { arrivals: 0, translated: 0, unit: undefined, inner: new Map() };
      this.#pages.set(key, page);
    }
    const { quantum, whole } = this.#policy;
    page.arrivals += quantum;
    const wanted = this.#policy.pageHeat(this.#executed());
    if (page.arrivals < wanted * 2 ** (whole ? 0 : page.translated)) return;
    if ((this.#drops.get(guestPage) ?? 0) > mostDrops) return;
    page.arrivals = 0;
    page.translated++;
    this.#translate(key, page, mode, slotAddress - (offset << this.#source.layout.slotShift));
  }

  /** `base`: the page's slots. */
  #translate(key: number, page: Page, mode: number, base: number): void {
    const { slow, interpreter } = this.#source;
    const { whole } = this.#policy;
    slow.translations++;
    const present = this.#present(page);
    const read = new PageReader(this.#source, base, whole ? 0 : entryHeat).blocks([
      ...this.#hot(base),
      ...present,
    ]);
    const blocks = inTrees(read, new Set([...present, ...this.#missed(page, base)]));
    page.inner = new Map(
      blocks.flatMap(({ offset, after }) =>
        after === undefined ? [] : [[offset, heatOf(this.#source, base, offset)] as const],
      ),
    );
    if (blocks.length === 0) return;
    this.#drop(key);
    const number = this.#free.pop() ?? (this.#fresh < units ? this.#fresh++ : this.#evict());
    this.#table.set(interpreter.unitTable + number, this.#compile(blocks, mode, number));
    page.unit = { number, slots: base };
    this.#units.add(key);
    this.#noteCrossing(blocks, key);
    this.#writeMap(number, blocks);
    this.#setUnit(base, number + 1);
  }

  /** An instruction that crosses was interpreted so often: its page's unit was written before it was known. */
  crossed(slotAddress: number, count: number): void {
    const { whole, quantum } = this.#policy;
    if (whole ? count === 1 : count % quantum === 0) this.arrived(slotAddress);
  }

  /** Entries of the unit that there is; arrivals at those are not counted any more. */
  #present({ unit }: Page): number[] {
    if (unit === undefined) return [];
    const { layout, view, isa } = this.#source;
    const map = layout.entryMaps + unit.number * layout.entryMapBytes;
    const entries: number[] = [];
    for (let at = 0; at < layout.entryMapBytes; at += 2) {
      if (view.getUint16(map + at, true) !== 0) entries.push((at >>> 1) * isa.alignment);
    }
    return entries;
  }

  /** Inner blocks to which jumps came from outside. */
  #missed({ inner }: Page, base: number): number[] {
    const least = this.#policy.quantum;
    const since = (offset: number, then: number) => (heatOf(this.#source, base, offset) - then) & 0xffff;
    return [...inner].filter(([offset, then]) => since(offset, then) >= least).map(([offset]) => offset);
  }

  #hot(base: number): number[] {
    const { isa } = this.#source;
    const least = Math.min(entryHeat, this.#policy.quantum);
    const entries: number[] = [];
    for (let offset = 0; offset < pageBytes; offset += isa.alignment) {
      if (heatOf(this.#source, base, offset) >= least) entries.push(offset);
    }
    return entries;
  }

  #compile(blocks: readonly Block[], mode: number, number: number): unknown {
    const { isa, layout, interpreter } = this.#source;
    const map = layout.entryMaps + number * layout.entryMapBytes;
    const table = hasTailCalls ? interpreter.unitTable : undefined;
    const bytes = writeUnit(isa, blocks, mode, map, this.#flagHelpers, table);
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
    for (const [offset, number] of entryNumbers(blocks))
      view.setUint16(map + (offset / isa.alignment) * 2, number + 1, true);
  }

  #noteCrossing(blocks: readonly Block[], key: number): void {
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
    for (let mode = 0; mode < this.#source.isa.modes; mode++) {
      const key = this.#key(guestPage, mode);
      had = this.#drop(key) || had;
      this.#pages.delete(key);
    }
    if (had) this.#drops.set(guestPage, (this.#drops.get(guestPage) ?? 0) + 1);
    for (const key of this.#crossing.get(guestPage) ?? []) had = this.#drop(key) || had;
    this.#crossing.delete(guestPage);
    if (had) this.#flushFetches();
  }

  forgetAll(): void {
    for (const key of [...this.#units]) this.#drop(key);
    this.#pages.clear();
    this.#drops.clear();
    this.#crossing.clear();
    this.#flushFetches();
  }

  #drop(key: number): boolean {
    const page = this.#pages.get(key);
    const unit = page?.unit;
    if (page === undefined || unit === undefined) return false;
    const { layout, view, interpreter, slow } = this.#source;
    const map = layout.entryMaps + unit.number * layout.entryMapBytes;
    new Uint8Array(view.buffer, map, layout.entryMapBytes).fill(0);
    this.#table.set(interpreter.unitTable + unit.number, null);
    page.unit = undefined;
    this.#units.delete(key);
    this.#free.push(unit.number);
    this.#setUnit(unit.slots, 0);
    slow.dropped++;
    return true;
  }

  /** Makes room: the unit that was written first goes. */
  #evict(): number {
    this.#source.slow.evicted++;
    const [key] = this.#units;
    this.#drop(key!);
    return this.#free.pop()!;
  }
}

/**
 * Writes one unit: the blocks of a page as a function (cpu, entry, address of the page, fuel) -> 0 or 1. It leaves with
 * the pc cell and the fuel cell exact. 0: a jump to somewhere else; 1: the interpreter must execute the instruction at
 * the pc - an access that misses the TLB, a trap, a custom, a block for which the fuel is too short.
 *
 * Shape: `loop { br_table }` with every block an entry but the inner ones (`trees.ts`); forward jumps are direct, backward
 * jumps go through the table, computed ones (returns) through the map of entries if they stay in the page.
 * A tree of blocks begins with a look at the fuel: there must be enough for its longest way. It is taken before a block
 * that leads out of the tree branches, and where a unit is left. Accesses whose addresses
 * differ by constants share one check of the TLB (`addresses.ts`).
 *
 * Long because it is one class: every method writes the code of one thing that a meaning can ask for.
 */
import type { FlagCells, FlagKind, Isa } from "../../isa/isa.ts";
import type { Cell, Expr, Size, Type } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";
import type { Code, Label } from "../../wasm/code.ts";
import { memory, op } from "../../wasm/opcodes.ts";
import { emitLoad, emitStore } from "../access.ts";
import { parameter, resolveFlag } from "../interpreter-context.ts";
import { type CpuLayout, cpuLayout, pageBytes, pageShift, tlb } from "../layout.ts";
import { Locals, type Used } from "../locals.ts";
import { type Host, type ImmediatePlace, Lowering, type MemoryPlace, type RegisterPlace } from "../lower.ts";
import { typeBytes } from "../pure.ts";
import { type Accesses, Addresses, type Known, knowNothing } from "./addresses.ts";
import { deadFlags } from "./dead-flags.ts";
import { setsFlags } from "./flow.ts";
import { registersOf } from "./loops.ts";
import { emitHop, type NextUnit } from "./next-unit.ts";
import { type Block, foldOffset, type Placed } from "./page.ts";
import { Registers, type RegistersKnown } from "./registers.ts";
import { entryNumbers, goesBack, longestWays } from "./trees.ts";

const i32 = {
  eqz: 0x45,
  ne: 0x47,
  ltS: 0x48,
  add: 0x6a,
  sub: 0x6b,
  and: 0x71,
  or: 0x72,
  shl: 0x74,
  shrS: 0x75,
  shrU: 0x76,
} as const;
const i64 = {
  eqz: 0x50,
  ne: 0x52,
  geU: 0x5a,
  add: 0x7c,
  sub: 0x7d,
  and: 0x83,
  or: 0x84,
  xor: 0x85,
  shl: 0x86,
  shrU: 0x88,
  extendU: 0xad,
} as const;
const wrap = 0xa7;

export const unitParameters = ["i32", "i32", "i64", "i32"] as const;
const parameters = { cpu: 0, entry: 1, page: 2, fuel: 3 } as const;
/** A place to leave from: offset, and above it the fuel to be taken. */
const offsetBits = 13;

/** Functions of the interpreter's module that units call. */
export type Imported = { helper(name: string): number; flag(name: string): number };

/** The values of the last flag-setting statement, in locals; `stored`: in memory as well. */
type Pending = { readonly kind: number; readonly values: readonly number[]; readonly stored: boolean };

/** What a block hands on to its inner blocks. */
type Handed = {
  readonly registers: RegistersKnown;
  readonly addresses: Known;
  readonly hosts: Used | undefined;
  readonly pending: Pending | undefined;
  readonly owed: number;
};
/** Locals are few, or V8 takes long: from so many on a block begins anew. */
const mostLocals = 40;

const nothingHanded = {
  registers: { entries: [], used: undefined },
  addresses: knowNothing,
  hosts: undefined,
};
const resolved = new WeakMap<FlagKind, Map<string, Expr<"i32">>>();

export class UnitLowering extends Lowering {
  readonly #imported: Imported;
  readonly #next: NextUnit | undefined;
  readonly #cpu: CpuLayout;
  readonly #bank: number;
  readonly #map: number;
  readonly #registers: Registers;
  readonly #addresses: Addresses;
  readonly #hostLocals: Locals;
  /** The flags that are not in memory yet: kind and values. The same locals everywhere. */
  readonly #flagKind: number;
  readonly #flagValues: readonly number[];
  readonly #kinds: readonly FlagKind[];
  #blocks: readonly Block[] = [];
  #numbers = new Map<number, number>();
  #entryNumbers = new Map<number, number>();
  /** By number, where there are inner blocks. */
  #handed: (Handed | undefined)[] = [];
  #accesses: readonly Accesses[] = [];
  #at = 0;
  #labels: Label[] = [];
  /** Where the present tree begins, if it is a loop: what its first block finds in locals. */
  #tip: { readonly root: number; readonly registers: RegistersKnown; readonly label: Label } | undefined;
  #loop: Label = 0;
  #miss: Label = 0;
  /** By the number of values of the flags to be stored before. */
  #missWithFlags: Label[] = [];
  #leave: Label = 0;
  #dynamic: Label = 0;
  #current = 0;
  #placed!: Placed;
  /** Fuel not yet taken at the block's start: for so many instructions. */
  #owed = 0;
  /** Instructions of the longest way through a tree from a block on. */
  #longest: number[] = [];
  #pending: Pending | undefined;
  #flagsAreDead = false;

  /** `map`: address of the unit's map of entries. `next`: it goes on in other units by itself. */
  constructor(isa: Isa, code: Code, mode: number, map: number, imported: Imported, next?: NextUnit) {
    super(isa, code);
    this.#next = next;
    this.#imported = imported;
    this.#map = map;
    this.#cpu = cpuLayout(isa);
    this.#bank = this.#cpu.banks + mode * tlb.bankBytes;
    this.#registers = new Registers(code);
    this.#addresses = new Addresses(isa);
    this.#hostLocals = new Locals(code);
    this.#flagKind = code.local("i32");
    this.#flagValues = (isa.flagCells?.values ?? []).map(() => code.local("i64"));
    this.#kinds = Object.values(isa.flagKinds ?? {});
  }

  unit(blocks: readonly Block[]): void {
    const { code } = this;
    this.#blocks = blocks;
    this.#numbers = new Map(blocks.map(({ offset }, index) => [offset, index]));
    this.#entryNumbers = entryNumbers(blocks);
    this.#longest = longestWays(blocks);
    this.#loop = code.loop();
    this.#dynamic = code.block("i64");
    this.#leave = code.block("i64");
    this.#miss = code.block("i32");
    this.#missWithFlags = this.#flagValues.map(() => code.block("i32"));
    const roots = blocks.flatMap(({ after }, number) => (after === undefined ? [number] : []));
    this.#labels = [];
    for (const number of [...roots].reverse()) this.#labels[number] = code.block();
    code.get(parameters.entry);
    const entries = roots.map((number) => this.#labels[number]!);
    code.brTable(entries, entries[0]!);
    roots.forEach((root, index) => {
      code.end();
      this.#tree(root, roots[index + 1] ?? blocks.length);
    });
    code.byte(op.unreachable);
    for (let values = this.#flagValues.length; values > 0; values--) {
      code.end();
      this.#writeMissWithFlags(values - 1);
    }
    code.end();
    this.#writeMiss();
    code.end();
    this.#writeLeave();
    code.end();
    this.#writeDynamic();
    code.end();
    code.byte(op.unreachable);
  }

  /** The packed place is on the stack, and stays there. What is stored for more values is what is stored for fewer, and more. */
  #writeMissWithFlags(value: number): void {
    const { code } = this;
    const { kind, values } = this.isa.flagCells!;
    code.set(parameters.entry);
    code.get(parameters.cpu);
    code.get(this.#flagValues[value]!);
    code.storeI64(values[value]!.offset);
    if (value === 0) {
      code.get(parameters.cpu);
      code.get(this.#flagKind);
      code.storeI32(kind.offset);
    }
    code.get(parameters.entry);
  }

  /** The packed place is on the stack. */
  #writeMiss(): void {
    const { code } = this;
    code.set(parameters.entry);
    code.get(parameters.fuel);
    code.get(parameters.entry);
    code.i32(offsetBits);
    code.byte(i32.shrS);
    code.byte(i32.sub);
    code.set(parameters.fuel);
    this.#storeFuel();
    code.get(parameters.cpu);
    code.get(parameters.page);
    code.get(parameters.entry);
    code.i32((1 << offsetBits) - 1);
    code.byte(i32.and);
    code.byte(i64.extendU);
    code.byte(i64.add);
    code.storeI64(this.isa.pc.offset);
    code.i32(1);
    code.byte(op.return);
  }

  /** The pc is on the stack. */
  #writeLeave(): void {
    const { code } = this;
    const pc = this.locals.take("i64");
    code.set(pc);
    this.#leaveFor(pc);
  }

  #leaveFor(pc: number): void {
    const { code } = this;
    if (this.#next !== undefined) {
      const locals = { ...parameters, pc, entry: this.locals.take("i32"), unit: this.locals.take("i32") };
      emitHop(code, this.isa, this.#next, this.#bank + tlb.fetch, locals);
    }
    code.get(parameters.cpu);
    code.get(pc);
    code.storeI64(this.isa.pc.offset);
    this.#storeFuel();
    code.i32(0);
    code.byte(op.return);
  }

  /** A computed target is on the stack: perhaps an entry of this unit. */
  #writeDynamic(): void {
    const { code } = this;
    const pc = this.locals.take("i64");
    code.tee(pc);
    code.get(parameters.page);
    code.byte(i64.xor);
    code.i64Small(pageShift);
    code.byte(i64.shrU);
    code.byte(i64.eqz);
    code.if();
    code.get(pc);
    code.byte(wrap);
    code.i32(pageBytes - this.isa.alignment);
    code.byte(i32.and);
    if (this.isa.alignment === 1) {
      code.i32(1);
      code.byte(i32.shl);
    }
    code.access(memory.i32Load16U, this.#map);
    code.tee(parameters.entry);
    code.if();
    code.get(parameters.entry);
    code.i32(1);
    code.byte(i32.sub);
    code.set(parameters.entry);
    code.br(this.#loop);
    code.end();
    code.end();
    this.#leaveFor(pc);
  }

  #storeFuel(): void {
    this.code.get(parameters.cpu);
    this.code.get(parameters.fuel);
    this.code.storeI32(this.#cpu.fuel);
  }

  /** A root, and its inner blocks up to `end`; a loop if one of them goes back to the root. */
  #tree(root: number, end: number): void {
    const { code } = this;
    const tree = this.#blocks.slice(root, end);
    this.#registers.reset();
    const loops = goesBack(tree);
    if (loops) this.#registers.preload(registersOf(this.isa, tree));
    const registers = this.#registers.known();
    this.#tip = loops ? { root, registers, label: code.loop() } : undefined;
    for (let number = end - 1; number > root; number--) this.#labels[number] = code.block();
    tree.forEach((block, index) => {
      if (index > 0) code.end();
      this.#block(block, root + index, registers);
    });
    if (loops) code.end();
  }

  #block(block: Block, index: number, first: RegistersKnown): void {
    const { code } = this;
    const count = block.placed.length;
    this.#current = index;
    const handed = block.after === undefined ? undefined : this.#handed[block.after];
    this.#pending = handed?.pending;
    this.#registers.reset(handed === undefined ? first : handed.registers);
    this.#hostLocals.reset(handed?.hosts);
    this.#accesses = this.#addresses.block(block.placed, handed?.addresses ?? knowNothing);
    this.#owed = handed?.owed ?? 0;
    if (handed === undefined) {
      code.i32(block.offset);
      code.get(parameters.fuel);
      code.i32(this.#longest[index]!);
      code.byte(i32.ltS);
      code.brIf(this.#miss);
      code.byte(op.drop);
    }
    let falls = true;
    const dead = deadFlags(this.isa, block.placed);
    for (let at = 0; at < count && falls; at++) {
      const placed = block.placed[at]!;
      this.#placed = placed;
      this.#at = at;
      this.#flagsAreDead = dead[at]!;
      if (placed.crosses !== undefined) this.#checkNext(placed.crosses.slots);
      if (placed.instruction.flow === "fence") {
        this.#interpret();
        falls = false;
      } else falls = this.meaning(placed.instruction);
    }
    if (falls) this.#goTo(block.end);
    this.#handOn();
  }

  /** Inner blocks will want to know. What is written at a block's end changes nothing of it. */
  #handOn(): void {
    const registers = this.#registers.known();
    const used = Object.values(registers.used ?? {}).reduce((sum, count) => sum + count, 0);
    const owed = this.#owed + this.#at + 1;
    this.#handed[this.#current] =
      used > mostLocals
        ? { ...nothingHanded, pending: this.#pending, owed }
        : {
            registers,
            addresses: this.#addresses.known(),
            hosts: this.#hostLocals.used(),
            pending: this.#pending,
            owed,
          };
  }
  /** Takes the fuel of all instructions up to the present one, which is finished with this. Gives how many these were. */
  #takeFuel(): number {
    const { code } = this;
    const owed = this.#owed + this.#at + 1;
    if (owed === 0) return 0;
    code.get(parameters.fuel);
    code.i32(owed);
    code.byte(i32.sub);
    code.set(parameters.fuel);
    return owed;
  }
  /** It is an inner block of the present one. */
  #isInner(number: number): boolean {
    return this.#blocks[number]!.after === this.#current;
  }

  /** Where to leave to the interpreter with the packed place, so that the flags come into memory on the way. */
  #missLabel(): Label {
    return this.#isDirty() ? this.#missWithFlags[this.#pending!.values.length - 1]! : this.#miss;
  }
  #isDirty(): boolean {
    return this.#pending !== undefined && !this.#pending.stored;
  }

  /** The fetch TLB must say that the next page is the one from which the present instruction was decoded. */
  #checkNext(slots: number): void {
    const { code } = this;
    const address = this.locals.take("i64");
    const bank = this.#bank + tlb.fetch;
    this.#pageAddress(pageBytes);
    code.set(address);
    const entry = this.#entry(address, tlb.fetchEntries);
    code.i32(this.#packed());
    code.get(entry);
    code.loadI64(bank);
    code.get(address);
    code.i64Small(pageBytes - 1);
    code.byte(i64.or);
    code.byte(i64.ne);
    code.get(entry);
    code.loadI32(bank + 8);
    code.i32(slots);
    code.byte(i32.ne);
    code.byte(i32.or);
    code.brIf(this.#missLabel());
    code.byte(op.drop);
  }

  /** Leaves to the interpreter at the present instruction. */
  #interpret(): void {
    this.code.i32(this.#packed());
    this.code.br(this.#missLabel());
  }
  #packed(): number {
    return this.#placed.offset | ((this.#owed + this.#at) << offsetBits);
  }

  /** Goes on at an offset from the page. Nothing follows; what is known of the flags stays for other ways. */
  #goTo(offset: number): void {
    const { code } = this;
    const number = this.#numbers.get(offset);
    if (number !== undefined && this.#isInner(number)) {
      code.br(this.#labels[number]!);
      return;
    }
    this.#takeFuel();
    if (this.#isDirty()) this.#writeFlags(this.#pending!);
    if (number !== undefined && number === this.#tip?.root) {
      this.#registers.restore(this.#tip.registers);
      code.br(this.#tip.label);
    } else if (number === undefined) {
      this.#pageAddress(offset);
      code.br(this.#leave);
    } else if (number > this.#current) {
      code.br(this.#labels[number]!);
    } else {
      code.i32(this.#entryNumbers.get(offset)!);
      code.set(parameters.entry);
      code.br(this.#loop);
    }
  }

  #pageAddress(offset: number): void {
    const { code } = this;
    code.get(parameters.page);
    if (offset === 0) return;
    code.i64Small(offset);
    code.byte(i64.add);
  }

  protected override jump(target: Expr<"i64">): void {
    const offset = foldOffset(target, this.#placed);
    if (offset !== undefined) {
      this.#goTo(offset);
      return;
    }
    const to = this.locals.take("i64");
    this.expression(target);
    this.code.set(to);
    this.#takeFuel();
    if (this.#isDirty()) this.#writeFlags(this.#pending!);
    this.code.get(to);
    this.code.br(this.#dynamic);
  }

  /** A conditional jump to a later block of the page is one branch. */
  protected override branch(statement: Statement & { do: "if" }): boolean {
    const [first] = statement.then;
    if (statement.then.length !== 1 || statement.else.length > 0 || first?.do !== "jump") return false;
    const offset = foldOffset(first.target, this.#placed);
    if (offset === undefined) return false;
    const { code } = this;
    const number = this.#numbers.get(offset);
    this.expression(statement.condition);
    const isInner = number !== undefined && this.#isInner(number);
    if (!isInner) this.#owed -= this.#takeFuel();
    if (!isInner && this.#isDirty() && !this.#goesOnInside()) this.#storeFlags();
    if (isInner || (number !== undefined && number > this.#current && !this.#isDirty())) {
      code.brIf(this.#labels[number]!);
    } else {
      code.if();
      this.#goTo(offset);
      code.end();
    }
    return true;
  }
  /** The block that follows has what this one knows. */
  #goesOnInside(): boolean {
    const { placed, end } = this.#blocks[this.#current]!;
    const number = this.#numbers.get(end);
    return placed.at(-1) === this.#placed && number !== undefined && this.#isInner(number);
  }

  protected override trap(): void {
    this.#interpret();
  }
  protected override custom(): void {
    this.#interpret();
  }

  // Operands.

  protected override readRegister(place: RegisterPlace): void {
    this.#registers.read(this.#placed.decoded[place.field], place.type, place.width, place.signed === true);
  }
  protected override writeRegister(place: RegisterPlace, value: () => void): void {
    const offset = this.#placed.decoded[place.field];
    this.#registers.write(offset, place.type, place.writes ?? place.width, value);
  }
  protected override immediate(place: ImmediatePlace): void {
    const { decoded } = this.#placed;
    const field = place.field ?? "immediate";
    const low = field === "immediate64" ? decoded.immediate : decoded[field];
    if (place.type === "i32") this.code.i32(low);
    else this.code.i64(field === "immediate64" ? decoded.immediateHigh : low >> 31, low);
  }
  protected override immediateValue({ field = "immediate" }: ImmediatePlace): number | undefined {
    return field === "immediate64" ? undefined : this.#placed.decoded[field];
  }
  protected override readCell(cell: Cell): void {
    if (this.#isFlagCell(cell)) {
      this.#storeFlags();
      this.code.get(parameters.cpu);
      emitLoad(this.code, cell.type, typeBytes[cell.type], false, cell.offset);
      return;
    }
    this.#registers.read(cell.offset, cell.type, typeBytes[cell.type], false);
  }
  protected override writeCell(cell: Cell, value: () => void): void {
    if (this.#isFlagCell(cell)) this.#forgetFlags();
    this.#registers.write(cell.offset, cell.type, typeBytes[cell.type], value);
  }
  protected override pc(): void {
    this.#pageAddress(this.#placed.offset);
  }
  protected override nextPc(): void {
    this.#pageAddress(this.#placed.offset + this.#placed.decoded.length);
  }

  protected override address(_place: MemoryPlace): void {
    const { code } = this;
    const { base, index, scale, displacement, segment } = this.#placed.decoded;
    if (base === this.isa.pc.offset) {
      this.nextPc();
    } else {
      this.#registers.read(base, "i64", 8, false);
    }
    if (index !== 0) {
      this.#registers.read(index, "i64", 8, false);
      if (scale > 0) {
        code.i64Small(scale);
        code.byte(i64.shl);
      }
      code.byte(i64.add);
    }
    if (displacement !== 0) {
      code.i64Small(displacement);
      code.byte(i64.add);
    }
    if (segment === 0) return;
    this.#registers.read(segment + 8, "i64", 8, false);
    code.byte(i64.and);
    this.#registers.read(segment, "i64", 8, false);
    code.byte(i64.add);
  }

  // Memory.

  protected override translate(address: number, size: Size, write: boolean): void {
    const { code } = this;
    const bank = this.#bank + (write ? tlb.write : tlb.read);
    const entry = this.#entry(address);
    code.i32(this.#packed());
    code.get(entry);
    code.loadI64(bank);
    code.get(address);
    if (size > 1) {
      code.i64Small(size - 1);
      code.byte(i64.add);
    }
    code.i64Small(pageBytes - 1);
    code.byte(i64.or);
    code.byte(i64.ne);
    code.brIf(this.#missLabel());
    code.byte(op.drop);
    code.get(entry);
    code.loadI32(bank + 8);
    code.get(address);
    code.byte(wrap);
    code.byte(i32.add);
  }

  /** A local with the address of the TLB entry of the address in a local, without the bank's offset. */
  #entry(address: number, entries: number = tlb.entries): number {
    const { code } = this;
    const entry = this.locals.take("i32");
    code.get(address);
    code.i64Small(tlb.shift);
    code.byte(i64.shrU);
    if (entries === tlb.fetchEntries) {
      code.get(address);
      code.i64Small(tlb.foldShift);
      code.byte(i64.shrU);
      code.byte(i64.xor);
    }
    code.byte(wrap);
    code.i32((entries - 1) * tlb.entryBytes);
    code.byte(i32.and);
    code.get(parameters.cpu);
    code.byte(i32.add);
    code.set(entry);
    return entry;
  }

  /**
   * The first access of a group checks the bytes of all, of which there are n: from the page's beginning to behind the
   * last one it must not be farther than the entry reaches. With a tag of page | 0xfff that is
   * address + n + 0xffe - tag < reach. Neighbouring pages have entries of their own.
   */
  protected override known(access: object | string, address: () => void): Host | undefined {
    const found = this.#accesses[this.#at]?.get(access);
    if (found === undefined) return undefined;
    const { group, plus } = found;
    if (group.host === undefined) {
      if (this.#forked > 0) return undefined;
      group.host = this.#hostLocals.take("i32");
      this.#check(address, group.from - plus, group.to - group.from, group.write, group.host);
    }
    return { local: group.host, offset: plus - group.from };
  }

  #check(address: () => void, before: number, bytes: number, write: boolean, host: number): void {
    const { code } = this;
    const bank = this.#bank + (write ? tlb.write : tlb.read);
    const first = this.locals.take("i64");
    address();
    if (before !== 0) {
      code.i64Small(before);
      code.byte(i64.add);
    }
    code.set(first);
    const entry = this.#entry(first);
    code.i32(this.#packed());
    code.get(first);
    code.i64Small(bytes + pageBytes - 2);
    code.byte(i64.add);
    code.get(entry);
    code.loadI64(bank);
    code.byte(i64.sub);
    code.get(entry);
    code.access(memory.i64Load32U, bank + 12);
    code.byte(i64.geU);
    code.brIf(this.#missLabel());
    code.byte(op.drop);
    code.get(entry);
    code.loadI32(bank + 8);
    code.get(first);
    code.byte(wrap);
    code.byte(i32.add);
    code.set(host);
  }

  protected override store(address: number, size: Size, type: Type, value: () => void): void {
    this.translate(address, size, true);
    value();
    emitStore(this.code, type, size, 0);
  }
  /** A hit is RAM: the store has been done. */
  protected override stored(): void {}

  // Flags.

  #isFlagCell({ offset }: Cell): boolean {
    const { flagCells } = this.isa;
    if (flagCells === undefined) return false;
    return offset === flagCells.kind.offset || flagCells.values.some((cell) => cell.offset === offset);
  }

  protected override flags(cells: FlagCells, kind: number, values: readonly Expr<"i64">[]): void {
    if (this.#flagsAreDead) return;
    const { code } = this;
    for (const value of values) this.expression(value);
    if (this.#direct) {
      // On one side of a condition: straight into memory, and nothing is known afterwards.
      const locals = values.map(() => this.locals.take("i64"));
      for (const local of [...locals].reverse()) code.set(local);
      this.#writeFlags({ kind, values: locals, stored: false }, cells);
      this.#pending = undefined;
      return;
    }
    const locals = this.#flagValues.slice(0, values.length);
    for (const local of [...locals].reverse()) code.set(local);
    code.i32(kind);
    code.set(this.#flagKind);
    this.#pending = { kind, values: locals, stored: false };
    if (values.length === 0) this.#storeFlags();
  }

  #writeFlags(pending: Pending, cells = this.isa.flagCells!): void {
    const { code } = this;
    code.get(parameters.cpu);
    code.i32(pending.kind);
    code.storeI32(cells.kind.offset);
    pending.values.forEach((local, index) => {
      code.get(parameters.cpu);
      code.get(local);
      code.storeI64(cells.values[index]!.offset);
    });
  }
  /** Brings the flags into memory. */
  #storeFlags(): void {
    if (!this.#isDirty()) return;
    this.#writeFlags(this.#pending!);
    if (this.#forked === 0) this.#pending = { ...this.#pending!, stored: true };
  }
  #forgetFlags(): void {
    this.#storeFlags();
    this.#pending = undefined;
  }

  protected override flag(name: string): void {
    const pending = this.#pending;
    if (pending === undefined) {
      this.code.get(parameters.cpu);
      this.code.call(this.#imported.flag(name));
      return;
    }
    const kind = this.#kinds[pending.kind]!;
    for (const [index, local] of pending.values.entries())
      this.bindTemp({ temp: -1 - index, type: "i64" }, local);
    this.expression(this.#resolve(kind, name));
  }

  #resolve(kind: FlagKind, name: string): Expr<"i32"> {
    const byName = resolved.get(kind) ?? new Map<string, Expr<"i32">>();
    resolved.set(kind, byName);
    const known = byName.get(name);
    if (known !== undefined) return known;
    const values = Array.from({ length: kind.values }, (_, index) => parameter(index, "i64"));
    const value = resolveFlag(this.isa, kind, name, values);
    byName.set(name, value);
    return value;
  }

  // Conditions.

  #forked = 0;
  #direct = false;

  protected override beforeFork(statement: Statement & { do: "if" }): void {
    if (!setsFlags([statement]) || this.#direct) return;
    this.#storeFlags();
    this.#direct = true;
  }
  protected override fork(): void {
    this.#registers.fork();
    this.#forked++;
  }
  protected override alternate(): void {
    this.#registers.alternate();
  }
  protected override join(): void {
    this.#registers.join();
    this.#forked--;
    if (this.#forked === 0 && this.#direct) {
      this.#direct = false;
      this.#pending = undefined;
    }
  }

  protected override callHelper(name: string, args: () => void): void {
    this.code.get(parameters.cpu);
    args();
    this.code.call(this.#imported.helper(name));
  }
}

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
 */
import type { Expr } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";
import type { Label } from "../../wasm/code.ts";
import { i32, op } from "../../wasm/opcodes.ts";
import { pageBytes } from "../layout.ts";
import type { Used } from "../locals.ts";
import { type Known, knowNothing } from "./addresses.ts";
import { deadFlags } from "./dead-flags.ts";
import type { Pending } from "./flags.ts";
import { registersOf } from "./loops.ts";
import { UnitOperands } from "./operands.ts";
import { type Block, foldOffset } from "./page.ts";
import type { RegistersKnown } from "./registers.ts";
import { parameters } from "./signature.ts";
import { entryNumbers, goesBack, longestWays } from "./trees.ts";

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

export class UnitLowering extends UnitOperands {
  #blocks: readonly Block[] = [];
  #numbers = new Map<number, number>();
  #entryNumbers = new Map<number, number>();
  /** By number, where there are inner blocks. */
  #handed: (Handed | undefined)[] = [];
  #labels: Label[] = [];
  /** Where the present tree begins, if it is a loop: what its first block finds in locals. */
  #tip: { readonly root: number; readonly registers: RegistersKnown; readonly label: Label } | undefined;
  #current = 0;
  /** Instructions of the longest way through a tree from a block on. */
  #longest: number[] = [];

  unit(blocks: readonly Block[]): void {
    const { code } = this;
    this.#blocks = blocks;
    this.#numbers = new Map(blocks.map(({ offset }, index) => [offset, index]));
    this.#entryNumbers = entryNumbers(blocks);
    this.#longest = longestWays(blocks);
    this.exits.open();
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
    this.exits.close();
  }

  /** A root, and its inner blocks up to `end`; a loop if one of them goes back to the root. */
  #tree(root: number, end: number): void {
    const { code } = this;
    const tree = this.#blocks.slice(root, end);
    this.registers.reset();
    const loops = goesBack(tree);
    if (loops) this.registers.preload(registersOf(this.isa, tree));
    const registers = this.registers.known();
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
    this.unitFlags.pending = handed?.pending;
    this.registers.reset(handed === undefined ? first : handed.registers);
    this.hostLocals.reset(handed?.hosts);
    this.accesses = this.addresses.block(block.placed, handed?.addresses ?? knowNothing);
    this.owed = handed?.owed ?? 0;
    if (handed === undefined) {
      code.i32(block.offset);
      code.get(parameters.fuel);
      code.i32(this.#longest[index]!);
      code.byte(i32.ltS);
      code.brIf(this.exits.miss);
      code.byte(op.drop);
    }
    let falls = true;
    const dead = deadFlags(this.isa, block.placed);
    for (let at = 0; at < count && falls; at++) {
      const placed = block.placed[at]!;
      this.placed = placed;
      this.at = at;
      this.flagsAreDead = dead[at]!;
      if (placed.crosses !== undefined) {
        this.pageAddress(pageBytes);
        this.checks.code(this.packed(), placed.crosses.slots);
      }
      if (placed.instruction.flow === "fence") {
        this.interpret();
        falls = false;
      } else falls = this.meaning(placed.instruction);
    }
    if (falls) this.#goTo(block.end);
    this.#handOn();
  }

  /** Inner blocks will want to know. What is written at a block's end changes nothing of it. */
  #handOn(): void {
    const registers = this.registers.known();
    const used = Object.values(registers.used ?? {}).reduce((sum, count) => sum + count, 0);
    const owed = this.owed + this.at + 1;
    this.#handed[this.#current] =
      used > mostLocals
        ? { ...nothingHanded, pending: this.unitFlags.pending, owed }
        : {
            registers,
            addresses: this.addresses.known(),
            hosts: this.hostLocals.used(),
            pending: this.unitFlags.pending,
            owed,
          };
  }
  /** Takes the fuel of all instructions up to the present one, which is finished with this. Gives how many these were. */
  #takeFuel(): number {
    const { code } = this;
    const owed = this.owed + this.at + 1;
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

  /** Goes on at an offset from the page. Nothing follows; what is known of the flags stays for other ways. */
  #goTo(offset: number): void {
    const { code } = this;
    const number = this.#numbers.get(offset);
    if (number !== undefined && this.#isInner(number)) {
      code.br(this.#labels[number]!);
      return;
    }
    this.#takeFuel();
    this.unitFlags.writeDirty();
    if (number !== undefined && number === this.#tip?.root) {
      this.registers.restore(this.#tip.registers);
      code.br(this.#tip.label);
    } else if (number === undefined) {
      this.pageAddress(offset);
      code.br(this.exits.leave);
    } else if (number > this.#current) {
      code.br(this.#labels[number]!);
    } else {
      code.i32(this.#entryNumbers.get(offset)!);
      code.set(parameters.entry);
      code.br(this.exits.loop);
    }
  }

  protected override jump(target: Expr<"i64">): void {
    const offset = foldOffset(target, this.placed);
    if (offset !== undefined) {
      this.#goTo(offset);
      return;
    }
    const to = this.locals.take("i64");
    this.expression(target);
    this.code.set(to);
    this.#takeFuel();
    this.unitFlags.writeDirty();
    this.code.get(to);
    this.code.br(this.exits.dynamic);
  }

  /** A conditional jump to a later block of the page is one branch. */
  protected override branch(statement: Statement & { do: "if" }): boolean {
    const [first] = statement.then;
    if (statement.then.length !== 1 || statement.else.length > 0 || first?.do !== "jump") return false;
    const offset = foldOffset(first.target, this.placed);
    if (offset === undefined) return false;
    const { code } = this;
    const number = this.#numbers.get(offset);
    this.expression(statement.condition);
    const isInner = number !== undefined && this.#isInner(number);
    if (!isInner) this.owed -= this.#takeFuel();
    if (!isInner && this.unitFlags.areDirty && !this.#goesOnInside()) this.storeFlags();
    if (isInner || (number !== undefined && number > this.#current && !this.unitFlags.areDirty)) {
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
    return placed.at(-1) === this.placed && number !== undefined && this.#isInner(number);
  }
}

/**
 * What the instructions of a unit find: registers and cells in locals (`registers.ts`), memory by way of the software TLB,
 * flags (`flags.ts`). Accesses whose addresses differ by constants share one check (`addresses.ts`). Whatever is not
 * fast leaves to the interpreter at the present instruction.
 */
import type { FlagCells, Isa } from "../../isa/isa.ts";
import type { Cell, Expr, Size, Type } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";
import type { Code } from "../../wasm/code.ts";
import { i64 } from "../../wasm/opcodes.ts";
import { emitLoad, emitStore } from "../access.ts";
import type { Host, ImmediatePlace, MemoryPlace, RegisterPlace } from "../expressions.ts";
import { cpuLayout, tlb } from "../layout.ts";
import { Locals } from "../locals.ts";
import { Lowering } from "../lower.ts";
import { typeBytes } from "../pure.ts";
import { type Accesses, Addresses } from "./addresses.ts";
import { Checks } from "./checks.ts";
import { Exits, packPlace } from "./exits.ts";
import { UnitFlags } from "./flags.ts";
import { setsFlags } from "./flow.ts";
import type { NextUnit } from "./next-unit.ts";
import type { Placed } from "./page.ts";
import { Registers } from "./registers.ts";
import { parameters } from "./signature.ts";

/** Functions of the interpreter's module that units call. */
export type Imported = { helper(name: string): number; flag(name: string): number };

export abstract class UnitOperands extends Lowering {
  protected readonly registers: Registers;
  protected readonly addresses: Addresses;
  protected readonly hostLocals: Locals;
  protected readonly unitFlags: UnitFlags;
  protected readonly exits: Exits;
  protected readonly checks: Checks;
  /** The present instruction, and its number in its block. */
  protected placed!: Placed;
  protected at = 0;
  /** Fuel not yet taken at the block's start: for so many instructions. */
  protected owed = 0;
  protected accesses: readonly Accesses[] = [];
  protected flagsAreDead = false;
  readonly #imported: Imported;

  constructor(isa: Isa, code: Code, mode: number, map: number, imported: Imported, next?: NextUnit) {
    super(isa, code);
    this.#imported = imported;
    this.registers = new Registers(code);
    this.addresses = new Addresses(isa);
    this.hostLocals = new Locals(code);
    this.unitFlags = new UnitFlags(isa, code);
    const bank = cpuLayout(isa).banks + mode * tlb.bankBytes;
    this.exits = new Exits(isa, code, this.locals, this.unitFlags, { bank, map, next });
    this.checks = new Checks(code, this.locals, this.exits, bank);
  }

  // Leaving.

  /** Leaves to the interpreter at the present instruction. */
  protected interpret(): void {
    this.code.i32(this.packed());
    this.code.br(this.exits.miss);
  }
  protected packed(): number {
    return packPlace(this.placed.offset, this.owed + this.at);
  }

  protected pageAddress(offset: number): void {
    this.code.get(parameters.page);
    this.#plus(offset);
  }

  protected override trap(): void {
    this.interpret();
  }
  protected override custom(): void {
    this.interpret();
  }

  // Operands.

  protected override readRegister(place: RegisterPlace): void {
    this.registers.read(this.placed.decoded[place.field], place.type, place.width, place.signed === true);
  }
  protected override writeRegister(place: RegisterPlace, value: () => void): void {
    const offset = this.placed.decoded[place.field];
    this.registers.write(offset, place.type, place.writes ?? place.width, value);
  }
  protected override immediate(place: ImmediatePlace): void {
    const { decoded } = this.placed;
    const field = place.field ?? "immediate";
    const low = field === "immediate64" ? decoded.immediate : decoded[field];
    if (place.type === "i32") this.code.i32(low);
    else this.code.i64(field === "immediate64" ? decoded.immediateHigh : low >> 31, low);
  }
  protected override immediateValue({ field = "immediate" }: ImmediatePlace): number | undefined {
    return field === "immediate64" ? undefined : this.placed.decoded[field];
  }
  protected override readCell(cell: Cell): void {
    if (this.unitFlags.isCell(cell)) {
      this.storeFlags();
      this.code.get(parameters.cpu);
      emitLoad(this.code, cell.type, typeBytes[cell.type], false, cell.offset);
      return;
    }
    this.registers.read(cell.offset, cell.type, typeBytes[cell.type], false);
  }
  protected override writeCell(cell: Cell, value: () => void): void {
    if (this.unitFlags.isCell(cell)) {
      this.storeFlags();
      this.unitFlags.pending = undefined;
    }
    this.registers.write(cell.offset, cell.type, typeBytes[cell.type], value);
  }
  protected override pc(): void {
    this.pageAddress(this.placed.offset);
  }
  protected override nextPc(): void {
    this.pageAddress(this.placed.offset + this.placed.decoded.length);
  }

  protected override address(_place: MemoryPlace): void {
    const { code } = this;
    const { base, index, scale, displacement, segment } = this.placed.decoded;
    if (base === this.isa.pc.offset) {
      this.nextPc();
    } else {
      this.registers.read(base, "i64", 8, false);
    }
    if (index !== 0) {
      this.registers.read(index, "i64", 8, false);
      if (scale > 0) {
        code.i64Small(scale);
        code.byte(i64.shl);
      }
      code.byte(i64.add);
    }
    this.#plus(displacement);
    if (segment === 0) return;
    this.registers.read(segment + 8, "i64", 8, false);
    code.byte(i64.and);
    this.registers.read(segment, "i64", 8, false);
    code.byte(i64.add);
  }

  // Memory.

  protected override translate(address: number, size: Size, write: boolean): void {
    this.checks.access(this.packed(), address, size, write);
  }

  /** The first access of a group checks the bytes of all. */
  protected override known(access: object | string, address: () => void): Host | undefined {
    const found = this.accesses[this.at]?.get(access);
    if (found === undefined) return undefined;
    const { group, plus } = found;
    if (group.host === undefined) {
      if (this.#forked > 0) return undefined;
      group.host = this.hostLocals.take("i32");
      const first = (): void => {
        address();
        this.#plus(group.from - plus);
      };
      this.checks.group(this.packed(), first, group.to - group.from, group.write, group.host);
    }
    return { local: group.host, offset: plus - group.from };
  }
  /** Adds to the address on the stack. */
  #plus(offset: number): void {
    if (offset === 0) return;
    this.code.i64Small(offset);
    this.code.byte(i64.add);
  }

  protected override store(address: number, size: Size, type: Type, value: () => void): void {
    this.translate(address, size, true);
    value();
    emitStore(this.code, type, size, 0);
  }
  /** A hit is RAM: the store has been done. */
  protected override stored(): void {}

  // Flags.

  protected override flags(cells: FlagCells, kind: number, values: readonly Expr<"i64">[]): void {
    if (this.flagsAreDead) return;
    const { code } = this;
    for (const value of values) this.expression(value);
    if (this.#direct) {
      // On one side of a condition: straight into memory, and nothing is known afterwards.
      const locals = values.map(() => this.locals.take("i64"));
      for (const local of [...locals].reverse()) code.set(local);
      this.unitFlags.write({ kind, values: locals, stored: false }, cells);
      this.unitFlags.pending = undefined;
      return;
    }
    this.unitFlags.keep(kind, values.length);
    if (values.length === 0) this.storeFlags();
  }

  protected storeFlags(): void {
    this.unitFlags.store(this.#forked === 0);
  }

  protected override flag(name: string): void {
    const pending = this.unitFlags.pending;
    if (pending === undefined) {
      this.code.get(parameters.cpu);
      this.code.call(this.#imported.flag(name));
      return;
    }
    for (const [index, local] of pending.values.entries())
      this.bindTemp({ temp: -1 - index, type: "i64" }, local);
    this.expression(this.unitFlags.resolve(pending, name));
  }

  // Conditions.

  #forked = 0;
  #direct = false;

  protected override beforeFork(statement: Statement & { do: "if" }): void {
    if (!setsFlags([statement]) || this.#direct) return;
    this.storeFlags();
    this.#direct = true;
  }
  protected override fork(): void {
    this.registers.fork();
    this.#forked++;
  }
  protected override alternate(): void {
    this.registers.alternate();
  }
  protected override join(): void {
    this.registers.join();
    this.#forked--;
    if (this.#forked === 0 && this.#direct) {
      this.#direct = false;
      this.unitFlags.pending = undefined;
    }
  }

  protected override callHelper(name: string, args: () => void): void {
    this.code.get(parameters.cpu);
    args();
    this.code.call(this.#imported.helper(name));
  }
}

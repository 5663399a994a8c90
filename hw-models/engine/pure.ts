/** Lowers what is an expression over parameters and cells only: bodies of helpers, flags. */
import type { FlagCells } from "../isa/isa.ts";
import type { Cell, Expr } from "../meaning/expression.ts";
import type { Code } from "../wasm/code.ts";
import { emitLoad, emitStore } from "./access.ts";
import type { Functions } from "./interpreter-context.ts";
import { Lowering } from "./lower.ts";

export const typeBytes = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16 } as const;

/** Cells, flags and helpers with the CPU's address in local 0: the same for all functions of the interpreter. */
export abstract class StateLowering extends Lowering {
  readonly context: Functions;

  constructor(context: Functions, code: Code) {
    super(context.isa, code);
    this.context = context;
  }

  protected override readCell(cell: Cell): void {
    this.code.get(0);
    emitLoad(this.code, cell.type, typeBytes[cell.type], false, cell.offset);
  }
  protected override writeCell(cell: Cell, value: () => void): void {
    this.code.get(0);
    value();
    emitStore(this.code, cell.type, typeBytes[cell.type], cell.offset);
  }
  protected override flag(name: string): void {
    const index = this.context.flag(name);
    this.code.get(0);
    this.code.call(index);
  }
  /** All values before the first store: a kind may keep an old flag. */
  protected override flags(cells: FlagCells, kind: number, values: readonly Expr<"i64">[]): void {
    for (const value of values) {
      this.code.get(0);
      this.expression(value);
    }
    for (let index = values.length - 1; index >= 0; index--) this.code.storeI64(cells.values[index]!.offset);
    this.code.get(0);
    this.code.i32(kind);
    this.code.storeI32(cells.kind.offset);
  }
  protected override callHelper(name: string, args: () => void): void {
    const index = this.context.helper(name);
    this.code.get(0);
    args();
    this.code.call(index);
  }
}

function never(): never {
  throw new Error("helpers and flags have no operands, memory or effects");
}

export class PureLowering extends StateLowering {
  protected override readRegister = never;
  protected override writeRegister = never;
  protected override immediate = never;
  protected override address = never;
  protected override pc = never;
  protected override nextPc = never;
  protected override translate = never;
  protected override store = never;
  protected override stored = never;
  protected override jump = never;
  protected override trap = never;
  protected override custom = never;
}

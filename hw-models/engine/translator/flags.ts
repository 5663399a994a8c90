/**
 * The values of the last flag-setting statement, kept in locals until something must have them in memory: an instruction
 * that reads the cells, the interpreter, another unit. The locals are the same everywhere in a unit.
 */
import type { FlagCells, FlagKind, Isa } from "../../isa/isa.ts";
import type { Cell, Expr } from "../../meaning/expression.ts";
import type { Code } from "../../wasm/code.ts";
import { parameter, resolveFlag } from "../interpreter-context.ts";
import { parameters } from "./signature.ts";

/** Kind and values, in locals; `stored`: in memory as well. */
export type Pending = {
  readonly kind: number;
  readonly values: readonly number[];
  readonly stored: boolean;
};

const resolved = new WeakMap<FlagKind, Map<string, Expr<"i32">>>();

export class UnitFlags {
  pending: Pending | undefined;
  readonly #isa: Isa;
  readonly #code: Code;
  readonly #kind: number;
  readonly #values: readonly number[];
  readonly #kinds: readonly FlagKind[];

  constructor(isa: Isa, code: Code) {
    this.#isa = isa;
    this.#code = code;
    this.#kind = code.local("i32");
    this.#values = (isa.flagCells?.values ?? []).map(() => code.local("i64"));
    this.#kinds = Object.values(isa.flagKinds ?? {});
  }

  /** How many values flags have at most. */
  get most(): number {
    return this.#values.length;
  }
  /** They are not in memory yet. */
  get areDirty(): boolean {
    return this.pending !== undefined && !this.pending.stored;
  }
  isCell({ offset }: Cell): boolean {
    const { flagCells } = this.#isa;
    if (flagCells === undefined) return false;
    return offset === flagCells.kind.offset || flagCells.values.some((cell) => cell.offset === offset);
  }

  /** Takes so many values from the stack. */
  keep(kind: number, count: number): void {
    const code = this.#code;
    const values = this.#values.slice(0, count);
    for (const local of [...values].reverse()) code.set(local);
    code.i32(kind);
    code.set(this.#kind);
    this.pending = { kind, values, stored: false };
  }

  /** Writes values in locals, whether kept or not, into memory. */
  write(pending: Pending, cells: FlagCells = this.#isa.flagCells!): void {
    const code = this.#code;
    code.get(parameters.cpu);
    code.i32(pending.kind);
    code.storeI32(cells.kind.offset);
    pending.values.forEach((local, index) => {
      code.get(parameters.cpu);
      code.get(local);
      code.storeI64(cells.values[index]!.offset);
    });
  }
  /** Writes one of the values that are kept, and with the first their kind. */
  writeValue(value: number): void {
    const code = this.#code;
    const { kind, values } = this.#isa.flagCells!;
    code.get(parameters.cpu);
    code.get(this.#values[value]!);
    code.storeI64(values[value]!.offset);
    if (value !== 0) return;
    code.get(parameters.cpu);
    code.get(this.#kind);
    code.storeI32(kind.offset);
  }
  /** Writes them on the way that is taken here, as other ways may not know. */
  writeDirty(): void {
    if (this.areDirty) this.write(this.pending!);
  }
  /** Brings them into memory; `forGood`: on all ways that go on from here. */
  store(forGood: boolean): void {
    if (!this.areDirty) return;
    this.write(this.pending!);
    if (forGood) this.pending = { ...this.pending!, stored: true };
  }

  /** What a flag's value is by the kind of the values that are kept: an expression over their temporaries. */
  resolve(pending: Pending, name: string): Expr<"i32"> {
    const kind = this.#kinds[pending.kind]!;
    const byName = resolved.get(kind) ?? new Map<string, Expr<"i32">>();
    resolved.set(kind, byName);
    const known = byName.get(name);
    if (known !== undefined) return known;
    const values = Array.from({ length: kind.values }, (_, index) => parameter(index, "i64"));
    const value = resolveFlag(this.#isa, kind, name, values);
    byName.set(name, value);
    return value;
  }
}

/**
 * What all functions of the interpreter's module share: its imports, the functions made of `Isa.helpers` and of the
 * lazy flags. Both are written on first use; the translator's modules import them from here.
 */
import type { FlagKind, Isa } from "../isa/isa.ts";
import { type Expr, type Helper, isComputation, type Temp, type Type } from "../meaning/expression.ts";
import type { Code } from "../wasm/code.ts";
import { ModuleWriter } from "../wasm/module.ts";
import { memory, vectorMemory } from "../wasm/opcodes.ts";
import { type CpuLayout, cpuLayout } from "./layout.ts";
import { PureLowering } from "./pure.ts";

/** Slow paths in TypeScript: name to parameters and results. See `imports.ts` for what they do. */
export const slowPaths = {
  access: [["i32", "i32", "i32"], ["i32"]],
  store: [["i32", "i32", "i32"], ["i32"]],
  commit: [[], []],
  trap: [["i32", "i32", "i32"], []],
  custom: [["i32"], []],
  fetch: [[], ["i32"]],
  decode: [["i32"], []],
  cross: [["i32"], ["i32"]],
  translate: [["i32"], []],
  supply: [["i32"], []],
} as const satisfies Record<string, readonly [readonly Type[], readonly Type[]]>;

export type SlowPath = keyof typeof slowPaths;

/** What `access` is told: the size, and with this whether it is for writing. */
export const accessForWrite = 32;

const reinterpret = { f32: 0xbc, f64: 0xbd, fromF32: 0xbe, fromF64: 0xbf } as const;
/** How a type travels to TypeScript: floats as their bits; vectors through memory. */
const bits = { i32: "i32", i64: "i64", f32: "i32", f64: "i64", v128: undefined } as const;

/** Temporaries of helpers' parameters and flags' values, apart from those of rows, which count up from 0. */
export const parameter = <T extends Type>(index: number, type: T): Expr<T> => {
  const temp: Temp<T> = { temp: -1 - index, type };
  return { type, is: "temp", temp };
};

/** The value of a flag or condition by a kind, over given values; undefined flags are 0. */
export function resolveFlag(
  isa: Isa,
  kind: FlagKind,
  name: string,
  values: readonly Expr<"i64">[],
): Expr<"i32"> {
  const direct = kind.flags[name];
  if (direct !== undefined) return direct(...values);
  const condition = isa.conditions?.[name];
  if (condition !== undefined) return condition((inner) => resolveFlag(isa, kind, inner, values));
  return { type: "i32", is: "const", value: 0 };
}

/** What code that executes instructions calls, by its number in the module being written. */
export type Functions = {
  readonly isa: Isa;
  readonly cpu: CpuLayout;
  readonly slow: Readonly<Record<SlowPath, number>>;
  helper(name: string): number;
  flag(name: string): number;
};

export function importSlowPaths(module: ModuleWriter): Record<SlowPath, number> {
  const numbers: Record<string, number> = {};
  for (const [name, [takes, gives]] of Object.entries(slowPaths)) {
    numbers[name] = module.importFunction("engine", name, takes, gives);
  }
  return numbers as Record<SlowPath, number>;
}

export class InterpreterContext implements Functions {
  readonly isa: Isa;
  readonly cpu: CpuLayout;
  readonly module = new ModuleWriter();
  /** The central loop counts what it does. */
  readonly counts: boolean;
  readonly slow: Readonly<Record<SlowPath, number>>;
  readonly #hosts = new Map<string, number>();
  readonly #helpers = new Map<string, number>();
  readonly #flags = new Map<string, number>();

  constructor(isa: Isa, counts = false) {
    this.isa = isa;
    this.counts = counts;
    this.cpu = cpuLayout(isa);
    this.module.importMemory("engine", "memory");
    this.slow = importSlowPaths(this.module);
    for (const [name, helper] of Object.entries(isa.helpers)) {
      if (helper.host === undefined) continue;
      const takes = helper.takes.flatMap((type) => bits[type] ?? []);
      const gives = bits[helper.gives];
      this.#hosts.set(
        name,
        this.module.importFunction("host", name, takes, gives === undefined ? [] : [gives]),
      );
    }
  }

  /** The function of a helper: takes the CPU's address, then the helper's arguments. */
  helper(name: string): number {
    const known = this.#helpers.get(name);
    if (known !== undefined) return known;
    const helper = this.isa.helpers[name];
    if (helper === undefined) throw new Error(`no helper ${name}`);
    const { index, code } = this.module.function(["i32", ...helper.takes], [helper.gives]);
    this.#helpers.set(name, index);
    if (helper.body !== undefined) {
      const lowering = new PureLowering(this, code);
      const parameters = helper.takes.map((type, at) => {
        const value = parameter(at, type);
        lowering.bindTemp({ temp: -1 - at, type }, at + 1);
        return value;
      });
      const body = helper.body(...parameters);
      if (isComputation(body)) lowering.statements(body.is);
      lowering.expression(isComputation(body) ? body.value : body);
    } else {
      this.#callHost(code, name, helper);
    }
    return index;
  }

  #callHost(code: Code, name: string, helper: Helper): void {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new Error(`helper ${name} has neither a body nor a host function`);
    helper.takes.forEach((type, at) => {
      if (type !== "v128") return;
      code.get(0);
      code.get(at + 1);
      code.vectorAccess(vectorMemory.v128Store, this.cpu.vectors + 16 * at);
    });
    helper.takes.forEach((type, at) => {
      if (type === "v128") return;
      code.get(at + 1);
      if (type === "f32" || type === "f64") code.byte(reinterpret[type]);
    });
    code.call(host);
    if (helper.gives === "f32") code.byte(reinterpret.fromF32);
    if (helper.gives === "f64") code.byte(reinterpret.fromF64);
    if (helper.gives !== "v128") return;
    code.get(0);
    code.vectorAccess(vectorMemory.v128Load, this.cpu.vectors + 64);
  }

  /** The function of a flag or condition of the present state: takes the CPU's address, gives 0 or 1. */
  flag(name: string): number {
    const known = this.#flags.get(name);
    if (known !== undefined) return known;
    const { flagCells, flagKinds = {} } = this.isa;
    if (flagCells === undefined) throw new Error(`flag ${name}, but no flag cells`);
    const { index, code } = this.module.function(["i32"], ["i32"]);
    this.#flags.set(name, index);
    const values = flagCells.values.map((cell): Expr<"i64"> => ({ type: "i64", is: "cell", cell }));
    const kinds = Object.values(flagKinds);
    const blocks = kinds.map(() => code.block()).reverse();
    code.get(0);
    code.access(memory.i32Load, flagCells.kind.offset);
    code.brTable(blocks, blocks[0]!);
    const lowering = new PureLowering(this, code);
    for (const kind of kinds) {
      code.end();
      lowering.expression(resolveFlag(this.isa, kind, name, values.slice(0, kind.values)));
      code.byte(0x0f);
    }
    code.byte(0x00);
    return index;
  }
}

/** Locals that are used again: V8 clears every declared local at each call, so that there should be few. */
import type { Type } from "../meaning/operators.ts";
import type { Code } from "../wasm/code.ts";

/** How many of each type are taken. */
export type Used = Readonly<Record<Type, number>>;
const none: Used = { i32: 0, i64: 0, f32: 0, f64: 0, v128: 0 };

export class Locals {
  readonly #code: Code;
  readonly #made: Record<Type, number[]> = { i32: [], i64: [], f32: [], f64: [], v128: [] };
  readonly #used: Record<Type, number> = { i32: 0, i64: 0, f32: 0, f64: 0, v128: 0 };

  constructor(code: Code) {
    this.#code = code;
  }

  take(type: Type): number {
    const made = this.#made[type];
    if (this.#used[type] === made.length) made.push(this.#code.local(type));
    return made[this.#used[type]++]!;
  }

  /** All are free again, or all that were free then. */
  reset(to: Used = none): void {
    Object.assign(this.#used, to);
  }
  used(): Used {
    return { ...this.#used };
  }
}

/** Names of helpers and flags in meanings: what a unit's module must import. */
import type { Instruction, Isa } from "../../isa/isa.ts";
import type { ModuleWriter } from "../../wasm/module.ts";
import { parameter, resolveFlag } from "../interpreter-context.ts";

export type Uses = { readonly helpers: ReadonlySet<string>; readonly flags: ReadonlySet<string> };

const byRow = new WeakMap<Instruction, Uses>();

function visit(node: unknown, helpers: Set<string>, flags: Set<string>): void {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, helpers, flags);
    return;
  }
  if (typeof node !== "object" || node === null || node instanceof Uint8Array) return;
  const { is, helper, name } = node as { is?: string; helper?: string; name?: string };
  if (is === "call") helpers.add(helper!);
  if (is === "flag") flags.add(name!);
  for (const child of Object.values(node)) visit(child, helpers, flags);
}

export function usesOf(instruction: Instruction): Uses {
  const known = byRow.get(instruction);
  if (known !== undefined) return known;
  const uses = { helpers: new Set<string>(), flags: new Set<string>() };
  visit(instruction.meaning, uses.helpers, uses.flags);
  byRow.set(instruction, uses);
  return uses;
}

/** Imports what instructions use from the interpreter's exports; the functions give the numbers. */
export function importUses(
  module: ModuleWriter,
  isa: Isa,
  instructions: Iterable<Instruction>,
  more: Iterable<string> = [],
): { helper(name: string): number; flag(name: string): number } {
  const helpers = new Set(more);
  const flags = new Set<string>();
  for (const instruction of instructions) {
    const uses = usesOf(instruction);
    for (const name of uses.helpers) helpers.add(name);
    for (const name of uses.flags) flags.add(name);
  }
  const numbers = new Map<string, number>();
  for (const name of helpers) {
    const { takes, gives } = isa.helpers[name]!;
    const full = `helper ${name}`;
    numbers.set(full, module.importFunction("interpreter", full, ["i32", ...takes], [gives]));
  }
  for (const name of flags) {
    const full = `flag ${name}`;
    numbers.set(full, module.importFunction("interpreter", full, ["i32"], ["i32"]));
  }
  const number = (full: string): number => {
    const known = numbers.get(full);
    if (known === undefined) throw new Error(`${full} is used, but not named by a meaning`);
    return known;
  };
  return { helper: (name) => number(`helper ${name}`), flag: (name) => number(`flag ${name}`) };
}

/** Helpers that flags need when they are derived in place. */
export function flagHelpers(isa: Isa): ReadonlySet<string> {
  const helpers = new Set<string>();
  for (const kind of Object.values(isa.flagKinds ?? {})) {
    const values = Array.from({ length: kind.values }, (_, index) => parameter(index, "i64"));
    for (const name of [...Object.keys(kind.flags), ...Object.keys(isa.conditions ?? {})]) {
      visit(resolveFlag(isa, kind, name, values), helpers, new Set());
    }
  }
  return helpers;
}

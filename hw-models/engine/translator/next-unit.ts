/**
 * From unit to unit without going back to the interpreter: what `writeChain` of `arrivals.ts` does, at the end of a unit
 * and with a tail call. Pages follow each other every thirty instructions in Go programs, so that a third of what a hop
 * costs is worth having. Hosts without tail calls return to the chain.
 */
import type { Isa } from "../../isa/isa.ts";
import type { Code } from "../../wasm/code.ts";
import { ModuleWriter } from "../../wasm/module.ts";
import { validate } from "../../wasm/webassembly.ts";
import { emitFindUnit, emitUnitArguments } from "../lookups.ts";

/** What a unit must know of the others: their type in its module, and where in the table they begin. */
export type NextUnit = { readonly type: number; readonly table: number };

/** Locals: the CPU's address, the fuel and the pc; two i32 to work with. */
export type HopLocals = {
  readonly cpu: number;
  readonly fuel: number;
  readonly pc: number;
  readonly entry: number;
  readonly unit: number;
};

function probeTailCalls(): boolean {
  const module = new ModuleWriter();
  module.table(1);
  const { code } = module.function(["i32"], ["i32"]);
  code.get(0);
  code.get(0);
  code.returnCallIndirect(module.type(["i32"], ["i32"]));
  return validate(module.toBytes());
}
export const hasTailCalls = probeTailCalls();

/** Goes on in the unit that has an entry at the pc; falls out where there is none. `fetch`: offset of the fetch TLB. */
export function emitHop(code: Code, isa: Isa, next: NextUnit, fetch: number, locals: HopLocals): void {
  const stop = code.block();
  emitFindUnit(code, isa, fetch, { ...locals, base: locals.cpu }, () => code.brIf(stop));
  emitUnitArguments(
    code,
    locals,
    () => code.get(locals.pc),
    () => code.get(locals.fuel),
    next.table,
  );
  code.returnCallIndirect(next.type);
  code.end();
}

/**
 * From unit to unit without going back to the interpreter: what `writeChain` of `central.ts` does, at the end of a unit
 * and with a tail call. Pages follow each other every thirty instructions in Go programs, so that a third of what a hop
 * costs is worth having. Hosts without tail calls return to the chain.
 */
import type { Isa } from "../../isa/isa.ts";
import type { Code } from "../../wasm/code.ts";
import { ModuleWriter } from "../../wasm/module.ts";
import { memory } from "../../wasm/opcodes.ts";
import { validate } from "../../wasm/webassembly.ts";
import { codeLayout, pageBytes, tlb } from "../layout.ts";

const i32 = { eqz: 0x45, add: 0x6a, sub: 0x6b, and: 0x71, shl: 0x74 } as const;
const i64 = { ne: 0x52, and: 0x83, or: 0x84, xor: 0x85, shrU: 0x88, wrap: 0xa7 } as const;

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
  const { entryMaps, entryMapBytes } = codeLayout(isa);
  const { cpu, fuel, pc, entry, unit } = locals;
  const stop = code.block();
  code.get(pc);
  code.i64Small(tlb.shift);
  code.byte(i64.shrU);
  code.get(pc);
  code.i64Small(tlb.foldShift);
  code.byte(i64.shrU);
  code.byte(i64.xor);
  code.byte(i64.wrap);
  code.i32((tlb.fetchEntries - 1) * tlb.entryBytes);
  code.byte(i32.and);
  code.get(cpu);
  code.byte(i32.add);
  code.tee(entry);
  code.loadI64(fetch);
  code.get(pc);
  code.i64Small(pageBytes - 1);
  code.byte(i64.or);
  code.byte(i64.ne);
  code.brIf(stop);
  code.get(entry);
  code.loadI32(fetch + 12);
  code.tee(unit);
  code.byte(i32.eqz);
  code.brIf(stop);
  code.get(unit);
  code.i32(Math.log2(entryMapBytes));
  code.byte(i32.shl);
  code.get(pc);
  code.byte(i64.wrap);
  code.i32(pageBytes - isa.alignment);
  code.byte(i32.and);
  if (isa.alignment === 1) {
    code.i32(1);
    code.byte(i32.shl);
  }
  code.byte(i32.add);
  code.access(memory.i32Load16U, entryMaps - entryMapBytes);
  code.tee(entry);
  code.byte(i32.eqz);
  code.brIf(stop);
  code.get(cpu);
  code.get(entry);
  code.i32(1);
  code.byte(i32.sub);
  code.get(pc);
  code.i64Small(-pageBytes);
  code.byte(i64.and);
  code.get(fuel);
  code.get(unit);
  code.i32(next.table - 1);
  code.byte(i32.add);
  code.returnCallIndirect(next.type);
  code.end();
}

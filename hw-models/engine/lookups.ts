/**
 * Code that looks a virtual address up: in the software TLB, and in the map of a unit's entries. Both tiers write it, in
 * the central loop, in functions out of line and in units.
 */
import type { Isa } from "../isa/isa.ts";
import type { Code } from "../wasm/code.ts";
import { i32, i64, memory } from "../wasm/opcodes.ts";
import { codeLayout, pageBytes, tlb } from "./layout.ts";

/** Leaves the address of the TLB entry for the address in a local, without the bank's offset. `base` is a local, too. */
export function emitTlbEntry(code: Code, base: number, address: number, entries: number): void {
  code.get(base);
  code.get(address);
  code.i64Small(tlb.shift);
  code.byte(i64.shrU);
  if (entries === tlb.fetchEntries) {
    code.get(address);
    code.i64Small(tlb.foldShift);
    code.byte(i64.shrU);
    code.byte(i64.xor);
  }
  code.byte(i32.wrap);
  code.i32((entries - 1) * tlb.entryBytes);
  code.byte(i32.and);
  code.byte(i32.add);
}

/**
 * Takes an entry's address; leaves the entry's tag in the bank at `offset`, and what it is if all `size` bytes at the
 * address in a local are in the entry's page: the caller compares.
 */
export function emitTags(code: Code, offset: number, address: number, size = 1): void {
  code.loadI64(offset);
  code.get(address);
  if (size > 1) {
    code.i64Small(size - 1);
    code.byte(i64.add);
  }
  code.i64Small(pageBytes - 1);
  code.byte(i64.or);
}

/** Leaves where in the host's memory the address is that the entry in a local is for. */
export function emitHostAddress(code: Code, entry: number, offset: number, address: number): void {
  code.get(entry);
  code.loadI32(offset + 8);
  code.get(address);
  code.byte(i32.wrap);
  code.byte(i32.add);
}

/** Why there is no unit to go on in. */
export type Missing = "leftForUnknownPage" | "leftForPageWithoutUnit" | "leftForPlaceWithoutEntry";

/** Locals: where banks of TLBs are counted from, and the pc; the unit and 1 + its entry, to be found. */
export type Search = {
  readonly base: number;
  readonly pc: number;
  readonly entry: number;
  readonly unit: number;
};

/** Finds the unit that has an entry at the pc. `leave` takes from the stack whether there is none. */
export function emitFindUnit(
  code: Code,
  isa: Isa,
  fetch: number,
  { base, pc, entry, unit }: Search,
  leave: (why: Missing) => void,
): void {
  const { entryMaps, entryMapBytes } = codeLayout(isa);
  emitTlbEntry(code, base, pc, tlb.fetchEntries);
  code.tee(entry);
  emitTags(code, fetch, pc);
  code.byte(i64.ne);
  leave("leftForUnknownPage");
  code.get(entry);
  code.loadI32(fetch + 12);
  code.tee(unit);
  code.byte(i32.eqz);
  leave("leftForPageWithoutUnit");
  code.get(unit);
  code.i32(Math.log2(entryMapBytes));
  code.byte(i32.shl);
  emitMapOffset(code, isa, pc);
  code.byte(i32.add);
  code.access(memory.i32Load16U, entryMaps - entryMapBytes);
  code.tee(entry);
  code.byte(i32.eqz);
  leave("leftForPlaceWithoutEntry");
}

/** Leaves where in a map of entries the pc in a local has its place, in bytes. */
export function emitMapOffset(code: Code, isa: Isa, pc: number): void {
  code.get(pc);
  code.byte(i32.wrap);
  code.i32(pageBytes - isa.alignment);
  code.byte(i32.and);
  if (isa.alignment !== 1) return;
  code.i32(1);
  code.byte(i32.shl);
}

/** The CPU's address, 1 + the entry, and the unit's number, in locals. */
export type UnitLocals = { readonly cpu: number; readonly entry: number; readonly unit: number };

/** Leaves what a call of a unit's function takes, and its place in the table. `pc` and `fuel` leave their values. */
export function emitUnitArguments(
  code: Code,
  { cpu, entry, unit }: UnitLocals,
  pc: () => void,
  fuel: () => void,
  unitTable: number,
): void {
  code.get(cpu);
  code.get(entry);
  code.i32(1);
  code.byte(i32.sub);
  pc();
  code.i64Small(-pageBytes);
  code.byte(i64.and);
  fuel();
  code.get(unit);
  code.i32(unitTable - 1);
  code.byte(i32.add);
}

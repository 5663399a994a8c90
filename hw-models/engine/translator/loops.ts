/** What a loop keeps in locals from one time to the next: the integer registers that its instructions name. */
import type { Instruction, Isa, RegisterField } from "../../isa/isa.ts";
import type { Block } from "./page.ts";

/** More are left in memory: a loop that needs so many is no small one. */
const mostRegisters = 12;

type Named = {
  readonly fields: readonly RegisterField[];
  readonly cells: readonly number[];
  readonly memory: boolean;
};
const namedBy = new WeakMap<Instruction, Named>();

function cellsIn(node: unknown, found: Set<number>): void {
  if (typeof node !== "object" || node === null || node instanceof Uint8Array) return;
  const { is, cell } = node as { is?: string; cell?: { type: string; offset: number } };
  if (is === "cell" && cell!.type === "i64") found.add(cell!.offset);
  for (const child of Object.values(node)) cellsIn(child, found);
}

function named(instruction: Instruction): Named {
  const known = namedBy.get(instruction);
  if (known !== undefined) return known;
  const places = Object.values(instruction.operands);
  const cells = new Set<number>();
  cellsIn(instruction.meaning, cells);
  const fields = places.flatMap((place) =>
    place.in === "register" && (place.type === "i64" || place.type === "i32") && place.width >= 4
      ? [place.field]
      : [],
  );
  const memory = places.some((place) => place.in === "memory");
  const made = { fields: [...new Set(fields)], cells: [...cells], memory };
  namedBy.set(instruction, made);
  return made;
}

/** Offsets in the state. Those that an instruction only sets are among them, which does no harm. */
export function registersOf(isa: Isa, blocks: readonly Block[]): number[] {
  const offsets = new Set<number>();
  for (const { placed } of blocks) {
    for (const { instruction, decoded } of placed) {
      const { fields, cells, memory } = named(instruction);
      for (const field of fields) offsets.add(decoded[field]);
      for (const offset of cells) offsets.add(offset);
      if (memory) for (const offset of [decoded.base, decoded.index]) offsets.add(offset);
    }
  }
  const { flagCells, pc } = isa;
  for (const { offset } of [pc, ...(flagCells?.values ?? [])]) offsets.delete(offset);
  offsets.delete(0);
  return offsets.size > mostRegisters ? [] : [...offsets];
}

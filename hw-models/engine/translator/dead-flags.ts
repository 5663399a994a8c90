/**
 * Flags that nobody can see: a later row of the same block replaces them, and in between nothing reads them and nothing
 * can leave the unit, for whoever goes on would find them in memory. Only rows without memory, traps and customs stand in
 * between; hashing is made of these.
 */
import type { Instruction, Isa } from "../../isa/isa.ts";
import type { Placed } from "./page.ts";

type Facts = {
  /** May end in the interpreter, or elsewhere. */
  readonly leaves: boolean;
  /** Replaces the flags in any case. */
  readonly sets: boolean;
  /** Reads flags for something else than new ones. */
  readonly reads: boolean;
  /** The new flags keep some of the old ones. */
  readonly keeps: boolean;
  /** They are made of what is read from memory on the way: TEST of memory and a register, by which Go finds nil. */
  readonly accesses: boolean;
};

const known = new WeakMap<Instruction, Facts>();

const leaving = new Set<unknown>(["trap", "custom", "jump", "store"]);

/** One walk over the meaning, which may be long. */
function look(isa: Isa, { meaning, operands, flow }: Instruction): Facts {
  const found = { leaves: flow !== undefined, sets: false, reads: false, keeps: false, accesses: false };
  const flagOffsets = [isa.flagCells?.kind, ...(isa.flagCells?.values ?? [])].map((cell) => cell?.offset);
  const visit = (tree: unknown, inFlags: boolean): void => {
    if (typeof tree !== "object" || tree === null || tree instanceof Uint8Array) return;
    if (Array.isArray(tree)) {
      for (const branch of tree) visit(branch, inFlags);
      return;
    }
    const node = tree as Readonly<Record<string, unknown>>;
    const { operand } = node as { operand?: { operand: string } };
    const inMemory =
      node.is !== "address" && operand !== undefined && operands[operand.operand]?.in === "memory";
    const isAccess = node.is === "load" || inMemory;
    const isRead =
      node.is === "flag" ||
      (node.is === "cell" && flagOffsets.includes((node.cell as { offset: number }).offset));
    if (isAccess || leaving.has(node.do)) found.leaves = true;
    if (isAccess && inFlags) found.accesses = true;
    if (isRead && inFlags) found.keeps = true;
    if (isRead && !inFlags) found.reads = true;
    for (const name in node) visit(node[name], inFlags || node.do === "flags");
  };
  visit(meaning, false);
  found.sets = meaning.some((statement) => statement.do === "flags");
  return found;
}

function factsOf(isa: Isa, instruction: Instruction): Facts {
  const facts = known.get(instruction) ?? look(isa, instruction);
  known.set(instruction, facts);
  return facts;
}

/** For each row of a block, whether the flags that it sets are dead. */
export function deadFlags(isa: Isa, placed: readonly Placed[]): boolean[] {
  if (isa.flagCells === undefined) return placed.map(() => false);
  const dead: boolean[] = [];
  let live = true;
  for (let at = placed.length - 1; at >= 0; at--) {
    const { instruction, crosses } = placed[at]!;
    const { leaves, sets, reads, keeps, accesses } = factsOf(isa, instruction);
    dead[at] = !live && !accesses;
    if (leaves || crosses !== undefined) live = true;
    else if (sets) live = reads || (live && keeps);
    else live ||= reads;
  }
  return dead;
}

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

type Node = Readonly<Record<string, unknown>>;
/** Whether a node is so; `outside`: what is below these does not count. */
function some(tree: unknown, holds: (node: Node) => boolean, outside = (_: Node) => false): boolean {
  if (typeof tree !== "object" || tree === null || tree instanceof Uint8Array) return false;
  const node = tree as Node;
  if (outside(node)) return false;
  return holds(node) || Object.values(node).some((branch) => some(branch, holds, outside));
}

function factsOf(isa: Isa, instruction: Instruction): Facts {
  const found = known.get(instruction);
  if (found !== undefined) return found;
  const { meaning, operands, flow } = instruction;
  const flagOffsets = [isa.flagCells?.kind, ...(isa.flagCells?.values ?? [])].map((cell) => cell?.offset);
  const readsFlag = (node: Node): boolean =>
    node.is === "flag" ||
    (node.is === "cell" && flagOffsets.includes((node.cell as { offset: number }).offset));
  const inMemory = (node: Node): boolean => {
    const { operand } = node as { operand?: { operand: string } };
    return node.is !== "address" && operand !== undefined && operands[operand.operand]?.in === "memory";
  };
  const isAccess = (node: Node) => node.is === "load" || inMemory(node);
  const isFlags = (node: Node) => node.do === "flags";
  const leaving = new Set<unknown>(["trap", "custom", "jump", "store"]);
  const facts = {
    leaves: flow !== undefined || some(meaning, (node) => leaving.has(node.do) || isAccess(node)),
    sets: meaning.some(isFlags),
    reads: some(meaning, readsFlag, isFlags),
    keeps: some(meaning, (node) => isFlags(node) && some(node, readsFlag)),
    accesses: some(meaning, (node) => isFlags(node) && some(node, isAccess)),
  };
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

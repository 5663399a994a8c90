/**
 * Orders the blocks of a page in trees. A block to which only one other leads, from before it, is an inner block: it goes
 * on with what that one knew of registers, addresses and flags, and follows it in the order. It is no entry, so that it
 * can know. Where that was wrong (somebody comes from outside after all) the interpreter executes it, counts, and has
 * the page translated again with an entry there: `forced`.
 */
import { flowOf } from "./flow.ts";
import { type Block, foldOffset } from "./page.ts";

type Edge = { readonly from: Block; readonly count: number };

/** A tree must have the fuel for its longest way, or the interpreter executes it: there should not be too long ones. */
const longestWay = 300;

/** Where a block may go directly, and whether it calls: who is called has other callers, and returns behind the call. */
function successors({ placed, end }: Block): {
  readonly offsets: readonly number[];
  readonly calls: boolean;
} {
  const last = placed.at(-1)!;
  const { targets, falls, calls } = flowOf(last.instruction);
  const direct = targets.flatMap((target) => foldOffset(target, last) ?? []);
  const goesOn = falls && last.instruction.flow !== "fence";
  return { offsets: goesOn ? [...direct, end] : direct, calls };
}

/** Numbers of the entries, by offset, in the order of the blocks. */
export function entryNumbers(blocks: readonly Block[]): Map<number, number> {
  const entries = blocks.filter(({ after }) => after === undefined);
  return new Map(entries.map(({ offset }, index) => [offset, index]));
}

export function inTrees(blocks: readonly Block[], forced: ReadonlySet<number>): Block[] {
  const edges = new Map<number, Edge>();
  const outside = new Set(forced);
  for (const block of blocks) {
    const { offsets, calls } = successors(block);
    if (calls) outside.add(block.end);
    for (const offset of offsets) {
      edges.set(offset, { from: block, count: (edges.get(offset)?.count ?? 0) + 1 });
      if (calls) outside.add(offset);
    }
  }
  const children = new Map<Block, Block[]>();
  const roots: Block[] = [];
  for (const block of blocks) {
    const edge = edges.get(block.offset);
    if (edge?.count !== 1 || edge.from.offset >= block.offset || outside.has(block.offset)) roots.push(block);
    else children.set(edge.from, [...(children.get(edge.from) ?? []), block]);
  }
  const ordered: Block[] = [];
  /** `before`: instructions on the way to the block. */
  const visit = (block: Block, after: number | undefined, before: number): void => {
    const number = ordered.push(after === undefined ? block : { ...block, after }) - 1;
    const way = before + block.placed.length;
    for (const child of children.get(block) ?? []) {
      if (way + child.placed.length > longestWay) roots.push(child);
      else visit(child, number, way);
    }
  };
  for (const root of roots) visit(root, undefined, 0);
  return ordered;
}

/** For each block, the instructions of the longest way from its begin through inner blocks. */
export function longestWays(blocks: readonly Block[]): number[] {
  const further = blocks.map(() => 0);
  const longest: number[] = [];
  for (let number = blocks.length - 1; number >= 0; number--) {
    const { after, placed } = blocks[number]!;
    longest[number] = placed.length + further[number]!;
    if (after !== undefined) further[after] = Math.max(further[after]!, longest[number]!);
  }
  return longest;
}

/** True if a tree's block goes to its first one. */
export function goesBack(tree: readonly Block[]): boolean {
  const first = tree[0]!.offset;
  return tree.some((block) => {
    const { offsets, calls } = successors(block);
    return !calls && offsets.includes(first);
  });
}

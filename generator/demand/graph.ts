/**
 * One walk over all code: which function calls which, which addresses code names, where the kernel is entered. Functions are
 * numbered by their place in the table.
 */
import { Code } from "./code.ts";
import type { GoFunction } from "./functions.ts";
import type { Image } from "./image.ts";
import { flow } from "./kinds.ts";

/** A call or a jump from one function into another. `inside`: not to its first instruction. */
export type CallSite = {
  readonly from: number;
  readonly address: number;
  readonly inside: boolean;
  /** Leaves the way back on the stack, below the arguments. */
  readonly pushes: boolean;
};
export type Site = { readonly from: number; readonly address: number };

export type Graph = {
  readonly functions: readonly GoFunction[];
  readonly code: Code;
  /** By the function called. */
  readonly callers: readonly (readonly CallSite[])[];
  /** By the caller: the functions that it calls. */
  readonly callees: readonly ReadonlySet<number>[];
  /** By function: the addresses outside of itself that its code computes, reads or writes. */
  readonly named: readonly ReadonlySet<number>[];
  /** Addresses that code computes, to hand them on; and those that it writes to by name. */
  readonly taken: ReadonlySet<number>;
  readonly written: ReadonlySet<number>;
  readonly sites: readonly Site[];
  readonly instructions: number;
  /** Places where no instruction could be read. */
  readonly unreadable: readonly Site[];
  functionAt(address: number): number | undefined;
};

export function makeGraph(image: Image, functions: readonly GoFunction[]): Graph {
  const code = new Code(image);
  const { decoded, machine } = code;
  const callers: CallSite[][] = functions.map(() => []);
  const callees: Set<number>[] = functions.map(() => new Set());
  const named: Set<number>[] = functions.map(() => new Set());
  const taken = new Set<number>();
  const written = new Set<number>();
  const sites: Site[] = [];
  const unreadable: Site[] = [];
  let instructions = 0;
  const byStart = new Map(functions.map(({ start }, index) => [start, index]));
  const text = { start: functions[0]?.start ?? 0, end: functions.at(-1)?.end ?? 0 };
  const functionAt = (address: number): number | undefined => {
    if (address < text.start || address >= text.end) return undefined;
    const exact = byStart.get(address);
    if (exact !== undefined) return exact;
    let [low, high] = [0, functions.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (functions[middle]!.start <= address) low = middle;
      else high = middle - 1;
    }
    const found = functions[low];
    return found !== undefined && address >= found.start && address < found.end ? low : undefined;
  };
  const { pc } = machine.isa;

  for (const [from, fn] of functions.entries()) {
    const { from: first, to } = code.boundsOf(fn);
    const goesTo = (target: number, address: number, pushes: boolean) => {
      if (target >= fn.start && target < fn.end) {
        // Only a call of itself concerns others: its arguments.
        if (target === fn.start) callers[from]!.push({ from, address, inside: false, pushes });
        return;
      }
      const callee = functionAt(target);
      if (callee === undefined) return;
      callers[callee]!.push({ from, address, inside: functions[callee]!.start !== target, pushes });
      callees[from]!.add(callee);
    };
    // riscv64: addresses are made in two steps, the upper part of one is in a register.
    let upper = new Map<number, number>();
    for (let at = first; at < to; ) {
      const address = fn.start + at - first;
      const kind = code.at(at, to);
      if (kind === undefined) {
        unreadable.push({ from, address });
        break;
      }
      instructions++;
      at += decoded.length;
      if (kind.flow === flow.enters) sites.push({ from, address });
      else if (kind.flow !== flow.next && kind.flow !== flow.stop) {
        const base = kind.target === "computed" ? upper.get(decoded.r1) : undefined;
        const target = base === undefined ? code.targetOf(kind, address) : base + decoded.immediate;
        if (target !== undefined) goesTo(target, address, kind.flow === flow.call);
      }
      let name: number | undefined;
      if (decoded.base === pc.offset) name = address + decoded.length + decoded.displacement;
      else if (upper.size > 0 && upper.has(decoded.r1) && kind.flow === flow.next) {
        name = upper.get(decoded.r1)! + decoded.immediate;
        if (kind.memory === "none" && kind.sets !== "sum") name = undefined;
      }
      if (name !== undefined) {
        named[from]!.add(name);
        if (kind.memory === "writes") written.add(name);
        else if (kind.memory !== "reads") taken.add(name);
      }
      if (kind.sets === "pc-relative") upper.set(decoded.r0, address + decoded.immediate);
      else if (upper.size > 0 && kind.memory !== "writes") upper.delete(decoded.r0);
    }
    upper = new Map();
  }
  return {
    functions,
    code,
    callers,
    callees,
    named,
    taken,
    written,
    sites,
    instructions,
    unreadable,
    functionAt,
  };
}

/**
 * What is known at every place of a function, whichever way was taken there: blocks of instructions, each entered with what
 * holds on all ways to it, until nothing changes any more.
 */
import type { Code } from "./code.ts";
import { Frame } from "./frame.ts";
import type { GoFunction } from "./functions.ts";
import type { Graph } from "./graph.ts";
import { flow, type Kind } from "./kinds.ts";
import type { Memory } from "./memory.ts";
import { type FunctionFacts, Step } from "./step.ts";
import type { Value } from "./values.ts";

type Instruction = {
  readonly address: number;
  readonly at: number;
  readonly kind: Kind;
  readonly target: number | undefined;
  readonly isOpenJump: boolean;
};
type Block = { readonly first: number; readonly end: number; readonly next: readonly number[] };

/** Longer functions are not followed: what they hand over may be anything. */
const mostInstructions = 20_000;
/** Visits of a block after which what still changes is given up. */
const patience = 4;
/**
 * What compiled code calls in the middle of other work: to get a larger stack, after which it begins again from its first
 * instruction, and to tell the garbage collector of a pointer, which keeps nearly all registers.
 * Source: Go, src/runtime/asm_amd64.s and asm_riscv64.s.
 */
const restarts = /^runtime\.morestack(_noctxt|c)?$/;
const barrier = /^runtime\.gcWriteBarrier\w*$/;
/**
 * What compiled code enters somewhere in the middle, to clear or copy as much as it needs: instructions one after the other
 * that change only what they name. Source: Go, src/runtime/duff_amd64.s and duff_riscv64.s.
 */
const straight = /^runtime\.duff(zero|copy)$/;
const mostStraight = 1000;

export class Flows {
  readonly #graph: Graph;
  readonly #code: Code;
  readonly #memory: Memory;
  readonly #known = new Map<
    number,
    { frames: Map<number, Frame>; facts: FunctionFacts; blocks: Block[]; list: Instruction[] }
  >();
  /** Functions that were looked at. */
  get followed(): number {
    return this.#known.size;
  }

  constructor(graph: Graph, memory: Memory) {
    this.#graph = graph;
    this.#code = graph.code;
    this.#memory = memory;
  }

  /** What is known just before the instruction at an address of a function; undefined: no way leads there. */
  before(index: number, address: number): Frame | undefined {
    const fn = this.#graph.functions[index]!;
    if (!this.#known.has(index)) this.#known.set(index, this.#follow(fn));
    const { frames, facts, blocks, list } = this.#known.get(index)!;
    const block = blocks.findIndex(
      ({ first, end }) => list[first]!.address <= address && address <= list[end - 1]!.address,
    );
    if (block < 0) return Frame.unknown(this.#code.machine);
    const entered = frames.get(block);
    if (entered === undefined) return undefined;
    const frame = entered.copy();
    return this.#run(frame, facts, list, blocks[block]!, fn, address) ? frame : undefined;
  }

  #follow(fn: GoFunction) {
    const { machine } = this.#code;
    const list = this.#list(fn);
    const facts: FunctionFacts = { escaped: new Set() };
    if (list.length > mostInstructions) return { frames: new Map<number, Frame>(), facts, blocks: [], list };
    const blocks = this.#blocks(fn, list);
    for (;;) {
      const escapedBefore = facts.escaped.size;
      const frames = new Map([[0, Frame.atEntry(machine)]]);
      const visits = new Map<number, number>();
      const waiting = new Set([0]);
      for (const index of waiting) {
        waiting.delete(index);
        const block = blocks[index]!;
        const frame = frames.get(index)!.copy();
        const goesOn = this.#run(frame, facts, list, block, fn);
        if (!goesOn) continue;
        for (const next of block.next) {
          const known = frames.get(next);
          const count = (visits.get(next) ?? 0) + 1;
          visits.set(next, count);
          if (known === undefined) frames.set(next, frame.copy());
          else if (!known.merge(frame, count > patience * 2)) continue;
          waiting.add(next);
        }
      }
      if (facts.escaped.size === escapedBefore) return { frames, facts, blocks, list };
    }
  }

  #list(fn: GoFunction): Instruction[] {
    const { decoded } = this.#code;
    const { from, to } = this.#code.boundsOf(fn);
    const list: Instruction[] = [];
    for (let at = from; at < to && list.length <= mostInstructions; at += decoded.length) {
      const kind = this.#code.at(at, to);
      if (kind === undefined) break;
      const address = fn.start + at - from;
      list.push({
        address,
        at,
        kind,
        target: this.#code.targetOf(kind, address),
        isOpenJump: this.#code.isOpenJump(kind),
      });
    }
    return list;
  }

  #blocks(fn: GoFunction, list: readonly Instruction[]): Block[] {
    const isInside = (target: number | undefined): target is number =>
      target !== undefined && target >= fn.start && target < fn.end;
    const isJump = ({ kind }: Instruction) => kind.flow === flow.jump || kind.flow === flow.branch;
    const labels = list.some(({ isOpenJump }) => isOpenJump) ? this.#memory.labelsIn(fn) : [];
    const leaders = new Set([fn.start, ...labels]);
    for (const [index, instruction] of list.entries()) {
      if (isJump(instruction) && isInside(instruction.target)) leaders.add(instruction.target);
      const after = list[index + 1];
      if (after !== undefined && (isJump(instruction) || instruction.kind.flow === flow.stop))
        leaders.add(after.address);
    }
    const starts = list.flatMap(({ address }, index) => (leaders.has(address) ? [index] : []));
    const blockAt = new Map(starts.map((first, block) => [list[first]!.address, block]));
    return starts.map((first, block) => {
      const end = starts[block + 1] ?? list.length;
      const last = list[end - 1]!;
      const next: number[] = [];
      const { kind, target } = last;
      // A call in the shape of a jump (riscv64) goes on behind it.
      const isCall = kind.links && this.#linked(last);
      if (kind.flow === flow.jump && !isCall) {
        if (isInside(target)) next.push(...([blockAt.get(target)] as number[]));
        else if (last.isOpenJump) next.push(...labels.map((label) => blockAt.get(label)!));
      } else if (kind.flow !== flow.stop) {
        if (kind.flow === flow.branch && isInside(target)) next.push(...([blockAt.get(target)] as number[]));
        if (block + 1 < starts.length) next.push(block + 1);
      }
      return { first, end, next: next.filter((found) => found !== undefined) };
    });
  }

  #linked({ at }: Instruction): boolean {
    this.#code.at(at, this.#graph.code.image.view.byteLength);
    return this.#code.linked;
  }

  /** Carries out a block, up to `until`; false if it never ends. */
  #run(
    frame: Frame,
    facts: FunctionFacts,
    list: readonly Instruction[],
    { first, end }: Block,
    fn: GoFunction,
    until = Number.POSITIVE_INFINITY,
  ): boolean {
    const { machine, decoded } = this.#code;
    const step = new Step(machine, this.#memory, facts);
    for (let index = first; index < end; index++) {
      const { address, at, kind, target } = list[index]!;
      if (address >= until) return true;
      this.#code.at(at, this.#code.image.view.byteLength);
      if (!this.#code.isKnown()) step.unknown(frame);
      else if (kind.flow === flow.enters) {
        for (const register of machine.changedByKernel) frame.setRegister(register, anyValue);
        step.forgetEscaped(frame);
      } else if (kind.flow === flow.call || (kind.links && this.#code.linked)) {
        const computed = target ?? this.#computedTarget(step, frame, address);
        if (!this.#call(frame, step, computed, fn)) return false;
      } else step.run(frame, decoded, address);
    }
    return true;
  }

  /** riscv64 makes far targets in a register. */
  #computedTarget(step: Step, frame: Frame, address: number): number | undefined {
    const { decoded } = this.#code;
    step.target = anyValue;
    step.run(frame.copy(), decoded, address);
    const { target } = step;
    return target.is === "set" && target.values.length === 1 ? target.values[0] : undefined;
  }

  #call(frame: Frame, step: Step, target: number | undefined, fn: GoFunction): boolean {
    const { machine } = this.#code;
    const callee = target === undefined ? undefined : this.#graph.functionAt(target);
    const name = callee === undefined ? "" : plainName(this.#graph.functions[callee]!.name);
    if (restarts.test(name)) return false;
    const alone = straight.test(name) ? this.#changedFrom(target!) : undefined;
    if (alone !== undefined) {
      for (const register of alone) frame.setRegister(register, anyValue);
      step.forgetEscaped(frame);
      return true;
    }
    const top = frame.register(machine.stackPointer);
    const changed = barrier.test(name) ? machine.changedByBarrier : machine.registers;
    for (const register of changed) {
      if (!machine.framePointers.includes(register)) frame.setRegister(register, anyValue);
    }
    step.forgetEscaped(frame);
    const bytes =
      callee === undefined ? this.#mostArguments(fn) : this.#graph.functions[callee]!.argumentBytes;
    if (top.is === "stack") frame.forget(top.offset, top.offset + bytes + linkBytes);
    else frame.forget(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    return true;
  }

  /** The registers that straight code from `address` to its return changes; undefined if it is not straight. */
  #changedFrom(address: number): number[] | undefined {
    const { machine, decoded } = this.#code;
    const before = Frame.atEntry(machine);
    const frame = before.copy();
    const step = new Step(machine, this.#memory, { escaped: new Set() });
    let next: number | undefined = address;
    for (let count = 0; count < mostStraight && next !== undefined; count++) {
      const index = this.#graph.functionAt(next);
      if (index === undefined) return undefined;
      const fn = this.#graph.functions[index]!;
      const { from, to } = this.#code.boundsOf(fn);
      const kind = this.#code.at(from + next - fn.start, to);
      if (kind === undefined || !this.#code.isKnown()) return undefined;
      const target = this.#code.targetOf(kind, next);
      if (kind.flow === flow.next) {
        step.run(frame, decoded, next);
        next += decoded.length;
      } else if (kind.flow !== flow.jump) return undefined;
      else if (target === undefined && !this.#code.isOpenJump(kind))
        return machine.registers.filter((at) => frame.register(at).key !== before.register(at).key);
      else next = target ?? this.#computedTarget(step, frame, next);
    }
    return undefined;
  }

  /** What is called by its address takes no more of the stack than what is called by name, as far as anyone can tell. */
  #mostArguments(fn: GoFunction): number {
    const index = this.#graph.functionAt(fn.start)!;
    let most = 0;
    for (const callee of this.#graph.callees[index]!) {
      most = Math.max(most, this.#graph.functions[callee]!.argumentBytes);
    }
    return most;
  }
}
/** Without what the linker adds to the names of its stepping stones to far functions: "runtime.duffzero+3d8-tramp0". */
const plainName = (name: string) => name.replace(/(\+[0-9a-f]+)?-tramp\d+$/, "");
const anyValue: Value = { is: "any", key: "?" };
/** riscv64 keeps a word for the link below the arguments. */
const linkBytes = 8;

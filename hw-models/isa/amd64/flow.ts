/** Meanings that move control: jumps, calls, returns, and doing nothing. Intel SDM volume 2. */
import {
  constant,
  get,
  i32,
  i64,
  jump,
  load,
  name,
  nextPc,
  put,
  select,
  trap,
  when,
} from "../../meaning/build.ts";
import type { Expr } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";
import { legacyStack, longStack, pushValue, type Stack } from "./move.ts";
import type { Form, Meaning } from "./row.ts";
import { codeBase, rcx } from "./state.ts";

type Word = Expr<"i64">;

export const nop: Meaning = () => [];
export const undefinedInstruction: Meaning = () => [trap(6)];

/** Near branches in 64-bit mode, and elsewhere with 16 or 32 bits of instruction pointer behind the base of CS. */
type Branches = {
  readonly stack: Stack;
  readonly bytes: 2 | 4 | 8;
  /** The address of the next instruction as a program sees it. */
  readonly next: Word;
  /** The linear address of an instruction pointer. */
  linear(pointer: Word): Word;
};
const longBranches: Branches = { stack: longStack, bytes: 8, next: nextPc, linear: (pointer) => pointer };
const legacyBranches = (bytes: 2 | 4): Branches => ({
  stack: legacyStack,
  bytes,
  next: i64.sub(nextPc, get(codeBase)),
  linear: (pointer) => i64.add(i64.and(pointer, bytes === 2 ? 0xffffn : 0xffff_ffffn), get(codeBase)),
});
const relative = (branches: Branches, f: Form): Statement =>
  jump(branches.linear(i64.add(branches.next, f.read(0))));

function near(branches: Branches) {
  const { stack, bytes, next, linear } = branches;
  const back = (extra: Word | number): Statement[] => {
    const target = name(load(bytes, false, stack.at(0)));
    return [target.is, stack.move(extra), jump(linear(target.value))];
  };
  return {
    jmp: ((f) => [relative(branches, f)]) as Meaning,
    jmpTo: ((f) => [jump(linear(f.read(0)))]) as Meaning,
    call: ((f) => [...pushValue(stack, bytes, next), relative(branches, f)]) as Meaning,
    callTo: ((f) => {
      const target = name(f.read(0));
      return [target.is, ...pushValue(stack, bytes, next), jump(linear(target.value))];
    }) as Meaning,
    ret: (() => back(bytes)) as Meaning,
    retAndPop: ((f) => back(i64.add(i64.and(f.read(0), 0xffff), bytes))) as Meaning,
    jumpIf:
      (holds: () => Expr<"i32">): Meaning =>
      (f) => [when(holds(), [relative(branches, f)])],
    /** JCXZ, LOOP and relatives: CX, ECX or RCX by the address size. */
    jumpIfCountZero: ((f) => [
      when(i64.eqz(i64.and(get(rcx), f.segmentMask())), [relative(branches, f)]),
    ]) as Meaning,
    loop:
      (holds: () => Expr<"i32">): Meaning =>
      (f) => {
        const mask = f.segmentMask();
        const less = name(i64.and(i64.sub(get(rcx), 1), mask));
        const kept = select(i64.eq(mask, 0xffff), i64.and(get(rcx), ~0xffffn), constant("i64", 0));
        return [
          less.is,
          put(rcx, i64.or(kept, less.value)),
          when(i32.and(i64.ne(less.value, 0), holds()), [relative(branches, f)]),
        ];
      },
  };
}
export const long = near(longBranches);
export const legacy16 = near(legacyBranches(2));
export const legacy32 = near(legacyBranches(4));

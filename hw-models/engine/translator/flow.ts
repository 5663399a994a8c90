/** What the translator must know of a row before it writes code: where it may go, and what it does to flags. */
import type { Instruction } from "../../isa/isa.ts";
import type { Expr } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";

export type Flow = {
  /** The end of the meaning can be reached: the next instruction may follow. */
  readonly falls: boolean;
  /** Targets of its jumps. */
  readonly targets: readonly Expr<"i64">[];
  /** Keeps the address of the next instruction, as a call does; or jumps from within more than one condition. */
  readonly calls: boolean;
};

const flows = new WeakMap<Instruction, Flow>();

export function flowOf(instruction: Instruction): Flow {
  const known = flows.get(instruction);
  if (known !== undefined) return known;
  const targets: Expr<"i64">[] = [];
  const visit = (list: readonly Statement[]): boolean => {
    let falls = true;
    for (const statement of list) {
      if (statement.do === "if") {
        const then = visit(statement.then);
        const otherwise = visit(statement.else);
        falls = then || otherwise;
      } else if (statement.do === "jump") {
        targets.push(statement.target);
        falls = false;
      } else if (statement.do === "trap" || statement.do === "custom") {
        falls = false;
      }
    }
    return falls;
  };
  const falls = visit(instruction.meaning);
  const plain = instruction.meaning.every(isPlain);
  const flow = { falls, targets, calls: targets.length > 0 && (!plain || keepsNext(instruction.meaning)) };
  flows.set(instruction, flow);
  return flow;
}

/** A jump is all that an "if" holds, or is in none. */
function isPlain(statement: Statement): boolean {
  if (statement.do !== "if") return true;
  const { then, else: otherwise } = statement;
  if (then.length === 1 && otherwise.length === 0 && then[0]!.do === "jump") return true;
  return !mayJump(then) && !mayJump(otherwise);
}
const mayJump = (list: readonly Statement[]): boolean =>
  list.some((each) => each.do === "jump" || (each.do === "if" && (mayJump(each.then) || mayJump(each.else))));

/** True if the address of the next instruction is used elsewhere than in a jump. */
function keepsNext(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(keepsNext);
  if (typeof node !== "object" || node === null || node instanceof Uint8Array) return false;
  const { is, do: does } = node as { is?: string; do?: string };
  return is === "next-pc" || (does !== "jump" && Object.values(node).some(keepsNext));
}

/** True if the list sets flags somewhere. */
export function setsFlags(list: readonly Statement[]): boolean {
  return list.some(
    (statement) =>
      statement.do === "flags" ||
      (statement.do === "if" && (setsFlags(statement.then) || setsFlags(statement.else))),
  );
}

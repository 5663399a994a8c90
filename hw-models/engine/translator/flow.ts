/** What the translator must know of a row before it writes code: where it may go, and what it does to flags. */
import type { Instruction } from "../../isa/isa.ts";
import type { Expr } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";

export type Flow = {
  /** The end of the meaning can be reached: the next instruction may follow. */
  readonly falls: boolean;
  /** Targets of its jumps. */
  readonly targets: readonly Expr<"i64">[];
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
  const flow = { falls: visit(instruction.meaning), targets };
  flows.set(instruction, flow);
  return flow;
}

/** True if the list sets flags somewhere. */
export function setsFlags(list: readonly Statement[]): boolean {
  return list.some(
    (statement) =>
      statement.do === "flags" ||
      (statement.do === "if" && (setsFlags(statement.then) || setsFlags(statement.else))),
  );
}

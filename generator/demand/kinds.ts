/**
 * What an instruction does to control, and how it names addresses, told from its meaning in the tables: computed once for
 * each instruction, before any code is looked at.
 */
import type { Instruction, OperandPlace } from "../../hw-models/isa/isa.ts";
import type { Expr } from "../../hw-models/meaning/expression.ts";
import type { Statement } from "../../hw-models/meaning/statement.ts";

export const flow = { next: 0, enters: 1, jump: 2, branch: 3, call: 4, stop: 5 } as const;

export type Kind = {
  readonly flow: (typeof flow)[keyof typeof flow];
  /** Where it goes if that is in the instruction: its immediate, from its own address or from the next one's. */
  readonly target: "pc" | "next-pc" | "computed" | undefined;
  /** Sets the register in r0 to the place of the next instruction: a call if that is kept (riscv64). */
  readonly links: boolean;
  /** Takes its target from a register or from memory; without one it is a return. */
  readonly names: boolean;
  /** The memory operand, or what `load` and `store` find at r1 + immediate. */
  readonly memory: "none" | "reads" | "writes" | "address";
  /** Sets r0 to its own address plus the immediate (AUIPC); adds the immediate to r1 (ADDI). */
  readonly sets: "pc-relative" | "sum" | "other";
};

function* deep(statements: readonly Statement[], conditional = false): Generator<[Statement, boolean]> {
  for (const statement of statements) {
    yield [statement, conditional];
    if (statement.do !== "if") continue;
    yield* deep(statement.then, true);
    yield* deep(statement.else, true);
  }
}
function expressionsOf(statement: Statement): readonly Expr[] {
  switch (statement.do) {
    case "set":
    case "put":
    case "let":
      return [statement.value];
    case "store":
      return [statement.address, statement.value];
    case "if":
      return [statement.condition];
    case "jump":
      return [statement.target];
    case "trap":
      return [statement.value];
    default:
      return statement.values;
  }
}
function* nodes(expression: Expr): Generator<Expr> {
  yield expression;
  if ("args" in expression) for (const arg of expression.args) yield* nodes(arg);
}

export function kindOf({ operands, meaning, flow: declared }: Instruction, entersKernel: string): Kind {
  const all = [...deep(meaning)];
  const expressions = all.flatMap(([statement]) => expressionsOf(statement));
  const every = expressions.flatMap((expression) => [...nodes(expression)]);
  const place = (name: string): OperandPlace | undefined => operands[name];
  const isMemory = (name: string) => place(name)?.in === "memory";
  const isImmediate = (expression: Expr | undefined) =>
    expression?.is === "operand" && place(expression.operand.operand)?.in === "immediate";
  const sumOf = (expression: Expr): "pc" | "next-pc" | undefined => {
    if (expression.is !== "operator" || expression.name !== "i64.add") return undefined;
    const [base, offset] = expression.args;
    return (base?.is === "pc" || base?.is === "next-pc") && isImmediate(offset) ? base.is : undefined;
  };

  const jump = all.find(([statement]) => statement.do === "jump");
  const target = jump?.[0].do === "jump" ? (sumOf(jump[0].target) ?? "computed") : undefined;
  const links = all.some(([statement]) => statement.do === "set" && statement.value.is === "next-pc");
  const pushes = all.some(([statement]) => statement.do === "store" && statement.value.is === "next-pc");
  const enters = all.some(([statement]) => statement.do === "custom" && statement.name === entersKernel);
  const writes = all.some(
    ([statement]) =>
      (statement.do === "set" && isMemory(statement.operand.operand)) ||
      (statement.do === "store" && !pushes),
  );
  const reads = every.some(
    (node) => (node.is === "operand" && isMemory(node.operand.operand)) || node.is === "load",
  );
  const addresses = every.some(({ is }) => is === "address");
  const first = all[0]?.[0];
  const set =
    all.length === 1 && first?.do === "set" && first.operand.operand === "rd" ? first.value : undefined;
  const isSum =
    set?.is === "operator" &&
    set.name === "i64.add" &&
    set.args[0]?.is === "operand" &&
    place(set.args[0].operand.operand)?.in === "register" &&
    isImmediate(set.args[1]);
  return {
    flow: enters
      ? flow.enters
      : jump !== undefined
        ? jump[1]
          ? flow.branch
          : pushes
            ? flow.call
            : flow.jump
        : declared === "jump"
          ? flow.stop
          : flow.next,
    target,
    links,
    names: Object.values(operands).some(({ in: where }) => where !== "immediate"),
    memory: writes ? "writes" : reads ? "reads" : addresses ? "address" : "none",
    sets: set !== undefined && sumOf(set) === "pc" ? "pc-relative" : isSum ? "sum" : "other",
  };
}

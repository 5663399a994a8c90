/**
 * The builders of meanings: `i64.add(a, b)`, `load(8, true, address)`, `set(rd, value)`. Operators come from the table
 * and have the names of WebAssembly's; a number where an expression is expected is a constant of the right type.
 */
import type { Cell, Expr, LaneOperator, Operand, Size, Temp } from "./expression.ts";
import { type Operator, scalarOperators, type Type, vectorOperators } from "./operators.ts";
import type { Statement } from "./statement.ts";

/** What a builder accepts: an expression, or a literal. */
export type Value<T extends Type> =
  | Expr<T>
  | (T extends "i64" ? bigint | number : T extends "i32" ? number : never);

type Args<Takes extends readonly Type[]> = { [K in keyof Takes]: Value<Takes[K]> };
type Builder<O extends Operator> = (...args: Args<O["takes"]>) => Expr<O["gives"]>;
type Lane<Table, Prefix extends string> = {
  [Name in keyof Table as Name extends `${Prefix}.${infer Short}`
    ? Short
    : never]: Table[Name] extends Operator ? Builder<Table[Name]> : never;
};

export function constant<T extends Type>(type: T, value: bigint | number | Uint8Array): Expr<T> {
  return { type, is: "const", value: type === "i64" ? BigInt.asIntN(64, BigInt(value as bigint)) : value };
}

function asExpr(value: unknown, type: Type): Expr {
  return typeof value === "bigint" || typeof value === "number" ? constant(type, value) : (value as Expr);
}

function builders<Table extends Record<string, Operator>, const Prefix extends string>(
  table: Table,
  prefix: Prefix,
): Lane<Table, Prefix> {
  const made: Record<string, unknown> = {};
  for (const [name, { takes, gives }] of Object.entries(table)) {
    if (!name.startsWith(`${prefix}.`)) continue;
    made[name.slice(prefix.length + 1)] = (...args: unknown[]) => ({
      type: gives,
      is: "operator",
      name,
      args: args.map((value, index) => asExpr(value, takes[index]!)),
    });
  }
  return made as Lane<Table, Prefix>;
}

export const i32 = builders(scalarOperators, "i32");
export const i64 = builders(scalarOperators, "i64");
export const f32 = builders(scalarOperators, "f32");
export const f64 = builders(scalarOperators, "f64");
export const v128 = builders(vectorOperators, "v128");
export const i8x16 = builders(vectorOperators, "i8x16");
export const i16x8 = builders(vectorOperators, "i16x8");
export const i32x4 = builders(vectorOperators, "i32x4");
export const i64x2 = builders(vectorOperators, "i64x2");
export const f32x4 = builders(vectorOperators, "f32x4");
export const f64x2 = builders(vectorOperators, "f64x2");

/** A lane operator: `lane("i32", "i32x4.extract_lane", [2], value)`. */
export const lane = <T extends Type>(
  type: T,
  name: LaneOperator,
  lanes: readonly number[],
  ...args: Expr[]
): Expr<T> => ({ type, is: "lane", name, lanes, args });

/** `condition ? yes : no`; both sides are computed, so neither may fault or trap. */
export const select = <T extends Type>(condition: Expr<"i32">, yes: Expr<T>, no: Expr<T>): Expr<T> => ({
  type: yes.type,
  is: "select",
  args: [condition, yes, no],
});

/** `condition ? yes : no`; only one side is computed. */
export const either = <T extends Type>(condition: Expr<"i32">, yes: Expr<T>, no: Expr<T>): Expr<T> => ({
  type: yes.type,
  is: "either",
  args: [condition, yes, no],
});

/** Reads an operand. */
export const read = <T extends Type>(operand: Operand<T>): Expr<T> => ({
  type: operand.type,
  is: "operand",
  operand,
});

/** The address that a memory operand names. */
export const addressOf = (operand: Operand): Expr<"i64"> => ({ type: "i64", is: "address", operand });
export const get = <T extends Type>(cell: Cell<T>): Expr<T> => ({ type: cell.type, is: "cell", cell });
export const use = <T extends Type>(temp: Temp<T>): Expr<T> => ({ type: temp.type, is: "temp", temp });
export const pc: Expr<"i64"> = { type: "i64", is: "pc" };
export const nextPc: Expr<"i64"> = { type: "i64", is: "next-pc" };
export const flag = (name: string): Expr<"i32"> => ({ type: "i32", is: "flag", name });
export const call = <T extends Type>(type: T, helper: string, ...args: Expr[]): Expr<T> => ({
  type,
  is: "call",
  helper,
  args,
});

/** Reads memory: an i64, extended; for other types `loadAs`. */
export const load = (size: 1 | 2 | 4 | 8, signed: boolean, address: Expr<"i64">): Expr<"i64"> => ({
  type: "i64",
  is: "load",
  size,
  signed,
  args: [address],
});
/** Reads what a store will replace: faults as the store would. */
export const loadForWrite = (size: 1 | 2 | 4 | 8, signed: boolean, address: Expr<"i64">): Expr<"i64"> => ({
  type: "i64",
  is: "load",
  size,
  signed,
  forWrite: true,
  args: [address],
});
export const loadAs = <T extends Type>(type: T, size: Size, address: Expr<"i64">): Expr<T> => ({
  type,
  is: "load",
  size,
  signed: false,
  args: [address],
});

let temps = 0;
/** `const sum = name(i64.add(a, b))`, then `sum.is` in the list of statements and `sum.value` wherever it is used. */
export function name<T extends Type>(value: Expr<T>): { is: Statement; value: Expr<T> } {
  const temp: Temp<T> = { temp: temps++, type: value.type };
  return { is: { do: "let", temp, value }, value: use(temp) };
}

/** Gives the value that `name` named a new one, perhaps inside a `when`. */
export const rename = <T extends Type>(
  named: { is: Statement; value: Expr<T> },
  value: Expr<T>,
): Statement => ({
  ...(named.is as Statement & { do: "let" }),
  value,
});

export const set = <T extends Type>(operand: Operand<T>, value: Value<T>): Statement => ({
  do: "set",
  operand,
  value: asExpr(value, operand.type),
});
export const put = <T extends Type>(cell: Cell<T>, value: Value<T>): Statement => ({
  do: "put",
  cell,
  value: asExpr(value, cell.type),
});
export const store = (size: Size, address: Expr<"i64">, value: Expr): Statement => ({
  do: "store",
  size,
  address,
  value,
});
export const when = (
  condition: Expr<"i32">,
  then: readonly Statement[],
  otherwise: readonly Statement[] = [],
): Statement => ({ do: "if", condition, then, else: otherwise });
export const jump = (target: Value<"i64">): Statement => ({
  do: "jump",
  target: asExpr(target, "i64") as Expr<"i64">,
});
export const flags = (kind: string, ...values: Expr<"i64">[]): Statement => ({ do: "flags", kind, values });
export const trap = (cause: number, value: Value<"i64"> = 0n): Statement => ({
  do: "trap",
  cause,
  value: asExpr(value, "i64") as Expr<"i64">,
});
export const custom = (name: string, ...values: Expr<"i64">[]): Statement => ({ do: "custom", name, values });

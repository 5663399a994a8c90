/**
 * Arguments of which all values are known: a kernel that is cut to programs answers no others. The adapter refuses them,
 * and hands to the body what the compiler can see through: a constant, or a number with bits that are never set or
 * always set. So what only other flags reach is left out of the body, without the body saying so.
 */
import type { Arg } from "../../spec/vocabulary.ts";
import { cTypeOf } from "./c-argument.ts";
import { cLiteral } from "./c-literal.ts";

/** Argument -> all values that it has, as `generator/demand/` tells them: int with its sign, flags without. */
export type ArgumentValues = ReadonlyMap<string, readonly number[]>;

export type KnownValues = {
  /** By call: of its selector. */
  readonly calls: ReadonlyMap<string, readonly number[] | "all">;
  /** By call: of the other arguments. */
  readonly values: ReadonlyMap<string, ArgumentValues>;
};
export const noneKnown: KnownValues = { calls: new Map(), values: new Map() };

/** What is known of a call's arguments when its selector chose; `chooses`: that a value of it does. */
export const knownOf = (
  { calls, values }: KnownValues,
  call: string,
  selector?: string,
  chooses?: (value: number) => boolean,
): ArgumentValues => {
  const known = new Map(values.get(call));
  const selecting = calls.get(call);
  if (selector && chooses && selecting && selecting !== "all") known.set(selector, selecting.filter(chooses));
  return known;
};

export type Narrowed = {
  /** True in C if the register holds one of the values. */
  readonly test: string;
  /** The argument in C, if it does. */
  readonly value: string;
};

const scalars = new Set(["int", "u32", "u64"]);

/** Undefined if the argument is none that has values; `register`: where it is, in C. */
export const narrow = (
  arg: Arg,
  values: readonly number[] | undefined,
  register: string,
): Narrowed | undefined => {
  const type = cTypeOf(arg);
  if (values === undefined || values.length === 0 || !scalars.has(type)) return undefined;
  const width = type === "u64" ? 64 : 32;
  const word = `(${type === "u64" ? "u64" : "u32"})${register}`;
  const patterns = values.map((value) => BigInt.asUintN(width, BigInt(value)));
  const test = patterns.map((pattern) => `${word} == ${cLiteral(pattern)}`).join(" || ");
  const some = patterns.reduce((a, b) => a | b);
  const all = patterns.reduce((a, b) => a & b);
  const bits = some === all ? cLiteral(some) : `((${word} & ${cLiteral(some)}) | ${cLiteral(all)})`;
  return { test, value: `(${type})${bits}` };
};

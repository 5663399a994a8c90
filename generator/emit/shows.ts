// Shows: how the trace prints the arguments and the result of a call.

import { signalNumbers } from "../../runtime-abi/constants/signals.ts";
import { clocks } from "../../runtime-abi/constants/time.ts";
import { constantOn } from "../../runtime-abi/constants.ts";
import type { Arg, Args, Result } from "../../spec/vocabulary.ts";
import { cLiteral } from "./c-literal.ts";
import type { Pools } from "./pools.ts";
import { addShape } from "./shapes.ts";
import { gateOf } from "./steps.ts";

const plain: Readonly<Record<string, string>> = {
  int: "SHOW_INT",
  pid: "SHOW_INT",
  uint: "SHOW_UINT",
  long: "SHOW_LONG",
  off: "SHOW_LONG",
  natural: "SHOW_LONG",
  size: "SHOW_SIZE",
  exactly: "SHOW_SIZE",
  addr: "SHOW_ADDRESS",
  word: "SHOW_ADDRESS",
  mode: "SHOW_OCTAL",
  fd: "SHOW_FD",
  string: "SHOW_STRING",
  reads: "SHOW_READS",
  writes: "SHOW_WRITES",
  nothing: "SHOW_NOTHING",
  never: "SHOW_NEVER",
  signo: "SHOW_INT",
  clockid: "SHOW_INT",
};

const addSet = (pools: Pools, group: object): number => {
  const values = Object.keys(group).map((name) => ({
    name,
    value: BigInt.asUintN(32, constantOn(name, pools.arch) ?? 0n),
  }));
  const first = pools.named.place(
    values.map(({ name, value }) => `{${cLiteral(value)}, ${pools.names.intern(name)}}, /* ${name} */`),
  );
  return pools.sets.place([`{${first}, ${values.length}},`]);
};

type Show = {
  readonly kind: string;
  readonly set?: number;
  readonly other?: string;
  readonly late?: boolean;
};

const showOf = (pools: Pools, arg: Arg): Show => {
  switch (arg.kind) {
    case "flags":
    case "flags64":
      return { kind: "SHOW_FLAGS", set: gateOf(pools, arg) };
    case "signo":
      return { kind: "SHOW_NAMED", set: addSet(pools, signalNumbers) };
    case "clockid":
      return { kind: "SHOW_NAMED", set: addSet(pools, clocks) };
    case "reads":
      return { kind: "SHOW_READS", other: arg.len };
    case "writes":
      return { kind: "SHOW_WRITES", other: arg.len, late: true };
    case "pointer":
    case "array": {
      const shape = addShape(pools, arg.to);
      if (shape === undefined) return { kind: "SHOW_ADDRESS" };
      const base = arg.kind === "array" ? "SHOW_ARRAY" : "SHOW_STRUCT";
      const late = arg.kind === "array" ? arg.direction !== "in" : arg.direction === "out";
      return {
        kind: late ? `${base}_OUT` : base,
        set: shape,
        late,
        ...(arg.kind === "array" && { other: arg.len }),
      };
    }
    default:
      return { kind: plain[arg.kind] as string };
  }
};

/** Adds what the trace does for `args`; `selector` is the argument that chooses, shown by names of its select. */
export const addShows = (
  pools: Pools,
  args: Args,
  selector?: { readonly name: string; readonly select: number },
) => {
  const names = Object.keys(args);
  // Without names the trace shows all of them in the same way.
  if (!pools.hasNames) return { first: 0, count: names.length, late: false };
  const shows = names.map((name) =>
    name === selector?.name
      ? ({ kind: "SHOW_SELECTOR", set: selector.select } as Show)
      : showOf(pools, args[name] as Arg),
  );
  const first = pools.shows.place(
    shows.map(({ kind, set, other }) => `{${kind}, ${other ? names.indexOf(other) : 0}, ${set ?? 0}},`),
  );
  return { first, count: names.length, late: shows.some(({ late }) => late) };
};

/** enum show_kind of a result. */
export const showOfResult = (result: Result): string => plain[result.kind] as string;

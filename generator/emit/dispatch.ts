import type { Arch } from "../../runtime-abi/arch.ts";
import type { Errno } from "../../runtime-abi/errno.ts";
import { errnos } from "../../runtime-abi/errno.ts";
import { readFacts } from "../facts/facts.ts";
import type { Table } from "../read/table.ts";
import { addCall } from "./actions.ts";
import { banner } from "./banner.ts";
import type { KnownValues } from "./only-values.ts";
import { createPools, type Pools } from "./pools.ts";
import { render } from "./render.ts";

const inLines = (numbers: readonly (number | string)[], perLine: number): readonly string[] =>
  Array.from(
    { length: Math.ceil(numbers.length / perLine) },
    (_, line) => `${numbers.slice(line * perLine, (line + 1) * perLine).join(", ")},`,
  );

/**
 * dispatch.c and names.c: the tables that core/call.c and core/trace.c read. `hasNames`: else all are empty. `known`: the
 * only values that arguments have.
 */
export const emitDispatch = (
  { rows }: Table,
  arch: Arch,
  hasNames: boolean,
  known?: KnownValues,
): { readonly dispatch: string; readonly names: string } => {
  const pools = createPools(arch, hasNames, known);
  pools.actions.place(["{0, 0, 0, 0, ACTION_UNKNOWN, 0, 6, SHOW_LONG, 0},"]);
  const linuxNames = new Map([...readFacts().numbers[arch]].map(([name, number]) => [number, name]));
  const here = rows.filter(({ call }) => call.nr[arch] !== undefined);
  const actions = new Map(here.map(({ call }) => [call.nr[arch] as number, addCall(pools, call)]));
  for (const { call } of here) linuxNames.set(call.nr[arch] as number, call.name);

  const limit = Math.max(-1, ...linuxNames.keys()) + 1;
  const numbers = Array.from({ length: limit }, (_, number) => number);
  const calls = numbers.map((number) => actions.get(number) ?? 0);
  const callNames = numbers.map((number) => pools.names.intern(linuxNames.get(number) ?? ""));

  return {
    dispatch: render("core/dispatch.c.hbs", {
      banner: banner("spec/"),
      arch,
      limit,
      calls: inLines(calls, 16),
      adapters: [...pools.adapters].map(([name, text]) => ({ name, text })),
      tables: tablesOf(pools),
    }),
    names: render("core/names.c.hbs", {
      banner: banner("spec/", "runtime-abi/"),
      ...nameTables(
        pools,
        callNames,
        here.map(({ call }) => call),
      ),
    }),
  };
};

// A pool that nothing filled still makes an array of one: C has no empty ones.
const tablesOf = (pools: Pools) =>
  (
    ["action", "step", "gate", "flag", "select", "variant", "show", "set", "named", "shape", "field"] as const
  ).map((type) => {
    const name = type === "named" ? "named" : (`${type}s` as const);
    const { entries } = pools[name];
    return { type, name, entries: entries.length > 0 ? entries : ["{0},"] };
  });

// Errno names are all there; their words only where a row or the dispatcher can answer them.
const nameTables = (
  pools: Pools,
  callNames: readonly number[],
  calls: readonly { readonly errors: object }[],
) => {
  const spoken = new Set<string>([
    "EFAULT",
    "EINVAL",
    "ENAMETOOLONG",
    "ENOMEM",
    "ENOSYS",
    "EINTR",
    ...calls.flatMap(({ errors }) => Object.keys(errors)),
  ]);
  const limit = errnos.EHWPOISON.value + 1;
  const errorNames: number[] = new Array(limit).fill(0);
  const errorTexts: number[] = new Array(limit).fill(0);
  for (const [name, { value, text }] of Object.entries(errnos) as [
    Errno,
    { value: number; text: string },
  ][]) {
    if (value >= limit || errorNames[value] !== 0) continue;
    errorNames[value] = pools.names.intern(name);
    if (spoken.has(name)) errorTexts[value] = pools.names.intern(text);
  }
  return {
    callNames: inLines(callNames, 16),
    errorNames: inLines(errorNames, 16),
    errorTexts: inLines(errorTexts, 16),
    errorLimit: limit,
    names: pools.names.all().slice(1),
  };
};

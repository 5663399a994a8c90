/** Holds what was seen of a program against what its file told before. */
import type { Demand, Values } from "../../generator/demand/demand.ts";
import { argsOn } from "../../generator/read/table.ts";
import { callsByNumber } from "../../generator/run/spec-calls.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Call } from "../../spec/vocabulary.ts";
import type { Seen } from "./seen.ts";

/** Whether a list of values, or a mask, has room for a raw word. */
function holds(values: Values, word: bigint, is64: boolean): boolean {
  if (values.kind === "any") return true;
  if (values.kind === "bits") return ((is64 ? word : BigInt.asUintN(32, word)) & ~BigInt(values.mask)) === 0n;
  return values.values.some(
    (value) => BigInt.asUintN(is64 ? 64 : 32, BigInt(value)) === BigInt.asUintN(is64 ? 64 : 32, word),
  );
}

/** Sentences about calls and values that were seen and not foretold; each once. `unresolved` excuses nothing. */
export async function missesOf(demand: Demand, seen: readonly Seen[], arch: Arch): Promise<string[]> {
  const calls = await callsByNumber(arch);
  const byName = new Map<string, [number, Call]>(
    [...calls].map(([number, call]) => [call.name, [number, call]]),
  );
  const misses = new Set<string>();
  for (const { call: name, args } of seen) {
    const [number, row] = byName.get(name) ?? [Number(name), undefined];
    const requests = demand.requests.filter((request) =>
      Number.isNaN(number) ? request.call === name : request.number === number,
    );
    if (requests.length === 0) {
      misses.add(`${name} was seen`);
      continue;
    }
    if (row === undefined || args === undefined) continue;
    const names = Object.keys(argsOn(row, arch));
    const fits = requests.some((request) =>
      Object.entries(request.args).every(([argument, values]) => {
        const word = args[names.indexOf(argument)];
        const kind = argsOn(row, arch)[argument]?.kind;
        return word === undefined || holds(values, word, kind === "flags64" || kind === "exactly");
      }),
    );
    if (!fits)
      misses.add(
        `${name}(${names.map((argument, index) => `${argument} ${hex(args[index])}`).join(", ")}) was seen`,
      );
  }
  return [...misses];
}
const hex = (word: bigint | undefined) => (word === undefined ? "?" : `0x${word.toString(16)}`);

/** How many calls were foretold and how many of them were seen. */
export function precisionOf(demand: Demand, seen: readonly Seen[]): { told: number; seen: number } {
  return {
    told: new Set(demand.requests.map(({ number }) => number)).size,
    seen: new Set(seen.map(({ call }) => call)).size,
  };
}

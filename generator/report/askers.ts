/** Who asks for a request, and what a shortfall of it means to each of them. */
import type { Request } from "../demand/demand.ts";
import type { Judgement } from "./judge.ts";
import { askerOf, isWrapper } from "./names.ts";
import { consequenceOf, familyOf } from "./reaction.ts";
import type { AskerReport, EffectName } from "./report.ts";

export const effectsByWeight: readonly EffectName[] = ["none", "less", "error", "fatal"];
export const worst = (effects: readonly EffectName[]): EffectName =>
  effectsByWeight.findLast((effect) => effects.includes(effect)) ?? "none";

/** Is anything of it not as on Linux? */
export const fallsShort = (judged: Judgement): boolean =>
  judged.isRefused || judged.refused.length > 0 || judged.status === "partial" || judged.perhaps.length > 0;

/** Go's own library: its import paths begin with no domain, and what it asks for is known from its sources. */
const isStandard = (name: string) => !/^(main\.|[^/]*\.[^/(]*\/)/.test(name);

/** `call`: its name, which the analysis does not know for calls without a row. */
export function askersOf(
  call: string,
  request: Request,
  judged: Judgement,
  subsystem: string,
): AskerReport[] {
  const ways = request.chains.map(({ from, functions }) => ({ from, way: functions.filter(isWritten) }));
  const told = new Set(ways.flatMap(({ way }) => way));
  // A function that no way goes through is told all the same, unless it only hands on what others ask.
  for (const name of request.functions)
    if (!told.has(name) && !isWrapper(name)) ways.push({ from: "data", way: [name] });
  const askers = ways.map(({ from, way }): AskerReport => {
    const { asker, below } = askerOf(way);
    // What only data name, and nobody is known to call, is not held against a program that is kept else.
    if (from === "data" && isWrapper(asker) && !judged.isRefused)
      return { function: asker, from, way, ...nothing };
    return { function: asker, from, way, ...consequence(call, judged, subsystem, asker, below) };
  });
  return askers.sort((a, b) => effectsByWeight.indexOf(b.effect) - effectsByWeight.indexOf(a.effect));
}

/** riscv64: the linker's islands on the way to far functions are no functions that anybody wrote. */
const isWritten = (name: string) => !/-tramp\d+$/.test(name);

const nothing = { effect: "none", does: "", source: "" } as const;

export function consequence(
  call: string,
  judged: Judgement,
  subsystem: string,
  asker: string,
  below: readonly string[],
): Pick<AskerReport, "effect" | "does" | "source" | "after"> {
  if (!fallsShort(judged)) return nothing;
  const isRefused = judged.isRefused || judged.refused.length > 0;
  const names = [judged.value, ...judged.refused.map(({ name }) => name)];
  const found = consequenceOf(call, names, below, familyOf(call, subsystem, isRefused), isRefused);
  if (isRefused || judged.status === "partial") {
    const { effect, does, source, after } = found;
    return { effect, does, source, ...(after !== undefined && { after }) };
  }
  // Only a value that is not known could be refused.
  if (isStandard(asker)) return nothing;
  return { effect: "less", does: "the value that it asks for is not known", source: "" };
}

/** Who asks for a request, and what a shortfall of it means to each of them. */
import type { Request } from "../demand/demand.ts";
import type { Judgement } from "./judge.ts";
import { askerOf } from "./names.ts";
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

export function askersOf(request: Request, judged: Judgement, subsystem: string): AskerReport[] {
  const ways = request.chains.map(({ from, functions }) => ({ from, way: functions }));
  const told = new Set(ways.flatMap(({ way }) => way));
  for (const name of request.functions) if (!told.has(name)) ways.push({ from: "data", way: [name] });
  const askers = ways.map(({ from, way }): AskerReport => {
    const { asker, below } = askerOf(way);
    return { function: asker, from, way, ...consequence(request.call, judged, subsystem, asker, below) };
  });
  return askers.sort((a, b) => effectsByWeight.indexOf(b.effect) - effectsByWeight.indexOf(a.effect));
}

const nothing = { effect: "none", does: "", source: "" } as const;

export function consequence(
  call: string,
  judged: Judgement,
  subsystem: string,
  asker: string,
  below: readonly string[],
): Pick<AskerReport, "effect" | "does" | "source"> {
  if (!fallsShort(judged)) return nothing;
  const isRefused = judged.isRefused || judged.refused.length > 0;
  const names = [judged.value, ...judged.refused.map(({ name }) => name)];
  const found = consequenceOf(call, names, below, familyOf(call, subsystem, isRefused), isRefused);
  if (isRefused || judged.status === "partial") {
    const { effect, does, source } = found;
    return { effect, does, source };
  }
  // Only a value that is not known could be refused.
  if (isStandard(asker)) return nothing;
  return { effect: "less", does: "the value that it asks for is not known", source: "" };
}

/** Families of calls that a program can come to: how much of each is kept, and the worst that may become of it. */
import { type Family, type FamilyName, families } from "../../runtime-abi/go/families.ts";
import { effectsByWeight, worst } from "./askers.ts";
import { gatewayOn } from "./gateway.ts";
import type { AskerReport, Certainty, FamilyReport, RequestReport } from "./report.ts";
import type { SureWays } from "./surely.ts";

/** Is anything of it not as on Linux, for a value that is surely among those asked for? */
export const isShort = ({ status, refused }: RequestReport): boolean =>
  status === "refused" ||
  status === "not considered" ||
  status === "partial" ||
  refused.some(({ isAsked }) => isAsked);

export function familyReports(
  requests: readonly RequestReport[],
  { sure, run }: { sure: SureWays; run?: unknown },
): FamilyReport[] {
  const reports = (Object.entries(families) as [FamilyName, Family][]).flatMap(([name, family]) => {
    const own = requests.filter((request) => request.family === name);
    return own.length === 0 ? [] : [familyReport(name, family, own, sure, run !== undefined)];
  });
  const weight = ({ effect, certainty }: FamilyReport) =>
    effectsByWeight.indexOf(effect) * 10 + ["may", "will", "did"].indexOf(certainty);
  return reports.sort((a, b) => weight(b) - weight(a));
}

function familyReport(
  name: FamilyName,
  { title, thing, uses }: Family,
  requests: readonly RequestReport[],
  sure: SureWays,
  hasRun: boolean,
): FamilyReport {
  const effect = worst(requests.map((request) => request.effect));
  const is = (wanted: string) => (request: RequestReport) => request.effect === wanted;
  const count = (test: (request: RequestReport) => boolean) => requests.filter(test).length;
  const refused = count((request) => is("error")(request) || is("fatal")(request));
  const notes = count(is("less"));
  const without = count((request) => is("none")(request) && isShort(request));
  // What a program comes to only behind a call that is refused is not what it runs into.
  const isFirst = ({ askers }: RequestReport) => askers.some(({ after }) => after === undefined);
  const all = effect === "none" ? [] : requests.filter(is(effect));
  const worstOnes = all.some(isFirst) ? all.filter(isFirst) : all;
  const certain = sure.get(name);
  const didOnes = worstOnes.filter(({ certainty }) => certainty === "did");
  const certainty: Certainty =
    didOnes.length > 0 ? "did" : certain !== undefined && effect !== "none" ? "will" : "may";
  const asker = clearest(didOnes.length > 0 ? didOnes : worstOnes, effect);
  // Where the first of them is only known by its function, the way to one behind it leads there, too.
  const along = (asker?.way.length ?? 0) > 1 ? asker : (clearest(all, effect) ?? asker);
  const way = certainty === "will" ? (certain?.way ?? []) : (along?.way ?? []);
  return {
    name,
    title,
    thing,
    uses,
    counts: { kept: requests.length - refused - notes - without, without, notes, refused },
    ...(hasRun && { seen: requests.filter(({ seen }) => seen !== undefined).length }),
    effect,
    certainty,
    does: asker?.does ?? "",
    source: asker?.source ?? "",
    errnos: [...new Set((didOnes.length > 0 ? didOnes : worstOnes).flatMap(errnosOf))].sort(),
    way,
    gateway: gatewayOn(name, way),
  };
}

/** The errors that it gets: the call's own, else those of the flags that are refused. */
const errnosOf = ({ errno, refused }: RequestReport): string[] =>
  errno === "" ? refused.map((part) => part.errno) : [errno];

/** The way that tells most: one that was seen, that begins in main, that goes through a gateway, and is short. */
function clearest(requests: readonly RequestReport[], effect: string): AskerReport | undefined {
  const cost = ({ from, way, wasSeen }: AskerReport, family: string) =>
    (wasSeen && way.length > 1 ? 0 : 10_000) +
    (from === "main" ? 0 : from === "init" ? 100 : 1000) +
    (gatewayOn(family, way) === "" ? 50 : 0) +
    way.length;
  return requests
    .flatMap(({ askers, family }) =>
      askers
        .filter((asker) => asker.effect === effect && asker.function !== "")
        .map((asker) => ({ asker, cost: cost(asker, family) })),
    )
    .sort((a, b) => a.cost - b.cost)[0]?.asker;
}

/**
 * Joins what a program can ask for, what the table promises, what Go does about refusals, and what a run was seen to ask,
 * into one `Report`. Nothing is decided here but the verdict's inputs; the rule is in `verdict.ts`.
 */
import type { Arch } from "../../runtime-abi/arch.ts";
import { constantOn } from "../../runtime-abi/constants.ts";
import { numberSources } from "../../runtime-abi/go/reactions.ts";
import type { Call } from "../../spec/vocabulary.ts";
import { supportsOf } from "../check/parts.ts";
import type { Demand, Request } from "../demand/demand.ts";
import { argsOn } from "../read/table.ts";
import { askersOf, effectsByWeight, worst } from "./askers.ts";
import { familyReports } from "./family-reports.ts";
import { joinRun } from "./join-run.ts";
import { type Judgement, judge } from "./judge.ts";
import { familyOf } from "./reaction.ts";
import type { ProgramFacts, Report, RequestReport, UnresolvedReport } from "./report.ts";
import type { Seen } from "./seen.ts";
import { showValues } from "./show-values.ts";
import type { SureWays } from "./surely.ts";
import { verdictOf } from "./verdict.ts";

export type Inputs = {
  readonly file: Pick<ProgramFacts, "name" | "bytes" | "sha256">;
  readonly demand: Demand;
  /** The rows of the table, by number, and the names of all calls that Linux has. */
  readonly calls: ReadonlyMap<number, Call>;
  readonly names: ReadonlyMap<number, string>;
  readonly descriptions: ReadonlyMap<string, string>;
  /** Which gateways main comes to on every way. */
  readonly sure: SureWays;
  readonly run?: { readonly seen: Seen; readonly nameOf: (address: number) => string } | undefined;
  readonly kernel?: Report["kernel"];
};

export function makeReport(inputs: Inputs): Report {
  const { demand, file, kernel } = inputs;
  const { program, counts } = demand;
  const foretold = demand.requests.map((request) => requestReport(request, inputs));
  const { requests, run } = joinRun(foretold, inputs);
  requests.sort(byWeight);
  const families = familyReports(requests, inputs);
  const unresolved = unresolvedReports(demand);
  const unknownPlaces = unresolved.filter(({ only }) => only === "").length;
  const verdict = verdictOf({ file, families, run, unknownPlaces });
  return {
    format: "catkernel report 1",
    verdict,
    program: {
      ...file,
      arch: program.arch,
      go: program.goVersion,
      package: program.package,
      module: program.module ? `${program.module.path} ${program.module.version}`.trim() : "",
      level: program.level,
      stripped: program.stripped,
      functions: counts.functions,
      reached: counts.reached,
    },
    families,
    requests,
    unresolved,
    paths: demand.paths,
    ...(run && { run }),
    ...(kernel && { kernel }),
  };
}

function unresolvedReports(demand: Demand): UnresolvedReport[] {
  return demand.unresolved.map(({ function: name, why, chains }) => {
    const known = numberSources.find((source) => source.function === name);
    const way = chains[0]?.functions ?? [name];
    return { function: name, why, only: known?.only ?? "", source: known?.source ?? "", way };
  });
}

/** What may hurt comes first, what is only come to behind a refused call after that, then by name. */
function byWeight(a: RequestReport, b: RequestReport): number {
  const weight = ({ effect, certainty, askers }: RequestReport) =>
    effectsByWeight.indexOf(effect) * 10 +
    (certainty === "did" ? 5 : 0) +
    (askers.some(({ after }) => after === undefined) ? 1 : 0);
  return weight(b) - weight(a) || (a.call < b.call ? -1 : a.call > b.call ? 1 : a.value < b.value ? -1 : 1);
}

export function requestReport(request: Request, inputs: Inputs): RequestReport {
  const { arch } = inputs.demand.program;
  const call = inputs.calls.get(request.number);
  const judged = judge(call, request, arch);
  const base = about(request.number, call, judged, request.select?.value, inputs);
  const askers = askersOf(base.call, request, judged, call?.subsystem ?? "");
  const effect = worst(askers.map((asker) => asker.effect));
  const hurts = effect === "error" || effect === "fatal";
  return {
    ...base,
    // Threads and processes are made by one call: what is refused of it is about processes.
    family: hurts ? familyOf(base.call, call?.subsystem ?? "", true) : base.family,
    arguments: call === undefined ? [] : argumentsOf(call, request, arch),
    effect,
    certainty: "may",
    askers,
    isForetold: true,
  };
}

/** What the table and Linux's headers say of it. */
export function about(
  number: number,
  call: Call | undefined,
  judged: Judgement,
  selected: number | "any" | undefined,
  { names, descriptions }: Inputs,
): Pick<
  RequestReport,
  "call" | "number" | "value" | "family" | "status" | "description" | "words" | "errno" | "refused" | "proofs"
> {
  const name = call?.name ?? names.get(number) ?? `syscall ${number}`;
  const isRefused = judged.isRefused || judged.refused.length > 0;
  const proofs = call === undefined ? [] : [...supportsOf(call)].flatMap(({ value }) => proofsOf(value));
  return {
    call: name,
    number,
    value: selected === "any" ? "any" : judged.value,
    family: familyOf(name, call?.subsystem ?? "", isRefused),
    status: judged.status,
    description: descriptions.get(name) ?? "",
    words: judged.words,
    errno: judged.errno ?? (judged.isRefused ? (judged.refused[0]?.errno ?? "") : ""),
    refused: [
      ...judged.refused.map((part) => ({ ...part, isAsked: true })),
      ...judged.perhaps.map((part) => ({ ...part, isAsked: false })),
    ],
    proofs: [...new Set(proofs)].sort(),
  };
}

const proofsOf = (support: object): readonly string[] =>
  "proofs" in support ? (support.proofs as readonly string[]) : [];

/** Arguments whose values are known and say something. */
function argumentsOf(call: Call, request: Request, arch: Arch): string[] {
  return Object.entries(argsOn(call, arch)).flatMap(([name, arg]) => {
    const values = request.args[name];
    if (values === undefined || values.kind === "any" || name === request.select?.argument) return [];
    const flags = arg.kind === "flags" || arg.kind === "flags64" ? Object.keys(arg.flags) : [];
    return [
      `${name} = ${showValues(
        values,
        flags.map((flag) => [flag, constantOn(flag, arch)]),
      )}`,
    ];
  });
}

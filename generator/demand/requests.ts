/** From the program's code to its requests. */
import type { Call } from "../../spec/vocabulary.ts";
import { type Answer, Climb } from "./climb.ts";
import type { Chain, Demand, Request, Unresolved, Values } from "./demand.ts";
import { Flows } from "./flows.ts";
import type { FunctionTable } from "./functions.ts";
import { makeGraph } from "./graph.ts";
import type { Image } from "./image.ts";
import { asKernelSees, judgedArguments, unite } from "./judged.ts";
import { linuxNames } from "./linux-names.ts";
import { Memory } from "./memory.ts";
import { findPaths } from "./paths.ts";
import { Reach } from "./reach.ts";
import { allThreads } from "./runtime-facts.ts";
import { TypeTable } from "./types.ts";

type Draft = {
  readonly name: string;
  readonly number: number;
  readonly select: Request["select"];
  readonly args: Map<string, Values>;
  readonly functions: Set<string>;
  readonly chains: Map<Chain["from"], string[]>;
};

export function findRequests(
  image: Image,
  table: FunctionTable,
  calls: ReadonlyMap<number, Call>,
): Omit<Demand, "program"> {
  const graph = makeGraph(image, table.functions);
  const memory = new Memory(image, graph, table);
  const reach = new Reach(image, graph, memory, new TypeTable(image, graph, table));
  const climb = new Climb(graph, new Flows(graph, memory), reach, calls);
  const { machine } = graph.code;
  const nameOf = (index: number) => graph.functions[index]!.name;
  for (const site of graph.sites) {
    if (reach.isReached(site.from)) climb.from(site, machine);
  }
  for (const index of graph.functions.keys()) {
    if (nameOf(index) !== allThreads.asks || !reach.isReached(index)) continue;
    climb.from({ from: index, address: graph.functions[index]!.start }, allThreads.registers[image.arch]);
  }

  const drafts = new Map<string, Draft>();
  for (const answer of climb.answers) take(answer, image, calls, drafts, reach);
  const unresolved: Unresolved[] = climb.riddles.map(({ index, address, why, way }) => ({
    function: nameOf(index),
    address,
    why,
    chains: reach.waysTo(index).map(({ from, functions }) => ({
      from,
      functions: reach.namesOf([...functions, ...way.slice(1)]),
    })),
  }));
  const requests = [...drafts.values()].map(requestOf);
  for (const [number, call] of calls) {
    if (call.providedBy !== undefined && !requests.some((request) => request.number === number)) {
      requests.push({
        call: call.name,
        number,
        args: {},
        functions: [],
        chains: [{ from: "kernel", functions: [] }],
      });
    }
  }
  requests.sort(byName);
  const counts = {
    functions: graph.functions.length,
    reached: reach.count,
    instructions: graph.instructions,
    sites: graph.sites.length,
    textBytes: graph.functions.reduce((sum, { start, end }) => sum + end - start, 0),
  };
  return { requests, unresolved, paths: findPaths(image, graph, table, reach), counts };
}

const byName = (a: Request, b: Request): number => {
  if (a.call !== b.call) return a.call < b.call ? -1 : 1;
  const value = ({ select }: Request) =>
    typeof select?.value === "number" ? select.value : Number.POSITIVE_INFINITY;
  return value(a) < value(b) ? -1 : 1;
};

/** An answer joins the request that it belongs to; one for each value that its selector can have. */
function take(
  { number, args, way, fixedBy }: Answer,
  { arch }: Image,
  calls: ReadonlyMap<number, Call>,
  drafts: Map<string, Draft>,
  reach: Reach,
): void {
  const call = calls.get(number);
  const judged = [...judgedArguments(call, arch)].map(([position, { name, kind, selects }]) => {
    return { name, selects, values: asKernelSees(args[position]!, kind) };
  });
  const selector = judged.find(({ selects }) => selects);
  const chosen = selector?.values.kind === "values" ? selector.values.values : ["any" as const];
  for (const value of chosen) {
    const key = `${number} ${selector ? value : ""}`;
    const draft: Draft = drafts.get(key) ?? {
      name: call?.name ?? linuxNames(arch).get(number) ?? `syscall ${number}`,
      number,
      select: selector ? { argument: selector.name, value } : undefined,
      args: new Map(),
      functions: new Set(),
      chains: new Map(),
    };
    drafts.set(key, draft);
    for (const { name, selects, values } of judged) {
      const own: Values = selects && typeof value === "number" ? { kind: "values", values: [value] } : values;
      draft.args.set(name, unite(draft.args.get(name), own));
    }
    for (const name of reach.namesOf([fixedBy])) draft.functions.add(name);
    for (const { from, functions } of reach.waysTo(way[0]!)) {
      const names = reach.namesOf([...functions, ...way.slice(1)]);
      const known = draft.chains.get(from);
      if (known === undefined || names.length < known.length) draft.chains.set(from, names);
    }
  }
}

function requestOf({ name, number, select, args, functions, chains }: Draft): Request {
  const order = ["main", "init", "runtime", "data"] as const;
  const real = order.filter((from) => chains.has(from) && (from !== "data" || chains.size === 1));
  return {
    call: name,
    number,
    ...(select ? { select } : {}),
    args: Object.fromEntries(args),
    functions: [...functions].sort(),
    chains: real.map((from) => ({ from, functions: chains.get(from)! })),
  };
}

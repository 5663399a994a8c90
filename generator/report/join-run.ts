/** Puts what a run was seen to ask beside what the program can ask for; what nobody foretold is added, and says so. */
import { constantOn } from "../../runtime-abi/constants.ts";
import type { Call } from "../../spec/vocabulary.ts";
import { consequence, effectsByWeight, worst } from "./askers.ts";
import { judge } from "./judge.ts";
import { about, type Inputs } from "./make-report.ts";
import { askerOf, isWrapper } from "./names.ts";
import type { AskerReport, RequestReport, RunReport, SeenReport } from "./report.ts";
import type { SeenCall } from "./seen.ts";

type Joined = { requests: RequestReport[]; run: RunReport | undefined };

export function joinRun(foretold: readonly RequestReport[], inputs: Inputs): Joined {
  if (inputs.run === undefined) return { requests: [...foretold], run: undefined };
  const { seen } = inputs.run;
  const { arch } = inputs.demand.program;
  const byName = new Map([...inputs.names].map(([number, name]) => [name, number]));
  const groups = new Map<string, { number: number; value: number | undefined; calls: SeenCall[] }>();
  for (const call of seen.calls) {
    const number = call.nr ?? byName.get(call.name ?? "");
    if (number === undefined) continue;
    const value = selectedBy(call, inputs.calls.get(number), arch);
    const key = `${number} ${value}`;
    const group = groups.get(key) ?? { number, value, calls: [] };
    group.calls.push(call);
    groups.set(key, group);
  }

  const requests = [...foretold];
  for (const { number, value, calls } of groups.values()) {
    const one = seenRequest(number, value, calls, inputs);
    const at = requests.findIndex(
      ({ number: other, value: text }) => other === number && (text === one.value || text === "any"),
    );
    const known = requests[at];
    if (known === undefined) requests.push(one);
    else requests[at] = merge(known, one);
  }
  const isUsed = ({ seen: use }: RequestReport) => use !== undefined;
  return {
    requests,
    run: {
      on: seen.on,
      ...(seen.status !== undefined && { status: seen.status }),
      isWhole: seen.isWhole,
      calls: seen.calls.reduce((total, { count }) => total + count, 0),
      requests: requests.filter(isUsed).length,
      unused: requests.filter((request) => !isUsed(request)).length,
    },
  };
}

/** Without a trace or counts the kernel's record names what it refused. */
function selectedBy(seen: SeenCall, call: Call | undefined, arch: "amd64" | "riscv64"): number | undefined {
  if (call?.select === undefined) return undefined;
  const mask =
    call.select.mask === undefined
      ? 0xffff_ffffn
      : BigInt.asUintN(32, constantOn(call.select.mask, arch) ?? 0n);
  const given = seen.args[call.select.on];
  if (given !== undefined) return Number(BigInt.asUintN(32, BigInt(given)) & mask);
  const name = Object.keys(call.variants ?? {}).find((variant) => seen.words.includes(variant));
  const value = name === undefined ? undefined : constantOn(name, arch);
  return value === undefined ? undefined : Number(BigInt.asUintN(32, value));
}

function seenRequest(
  number: number,
  value: number | undefined,
  calls: readonly SeenCall[],
  inputs: Inputs,
): RequestReport {
  const call = inputs.calls.get(number);
  const { arch } = inputs.demand.program;
  const names = [...new Set(calls.flatMap(({ args }) => Object.keys(args)))];
  const args = Object.fromEntries(
    names.map((name) => {
      const values = calls.flatMap(({ args: one }) => (one[name] === undefined ? [] : [Number(one[name])]));
      return [name, { kind: "values", values } as const];
    }),
  );
  const select = call?.select && value !== undefined ? { argument: call.select.on, value } : undefined;
  const judged = judge(call, { select, args }, arch);
  const base = about(number, call, judged, select?.value, inputs);
  // What the kernel answered is what counts: a refusal is one that gave the table's error.
  const errnos = new Set([base.errno, ...base.refused.map(({ errno }) => errno)].filter((one) => one !== ""));
  const hurt = calls.filter(({ errno }) => errnos.has(errno));
  const askers = hurt.map(({ stack }): AskerReport => {
    const way = stack.map((address) => inputs.run?.nameOf(address) ?? "").filter((name) => name !== "");
    way.reverse();
    const { asker, below } = askerOf(way);
    const isTold = asker !== "" && !isWrapper(asker);
    const found = consequence(base.call, judged, call?.subsystem ?? "", asker, isTold ? below : []);
    return { function: isTold ? asker : "", from: rootOf(way), way, ...found, wasSeen: true };
  });
  const errors: Record<string, number> = {};
  for (const { errno, count } of calls) if (errno !== "") errors[errno] = (errors[errno] ?? 0) + count;
  const stack = (hurt[0] ?? calls[0])?.stack.map((address) => inputs.run?.nameOf(address) ?? "") ?? [];
  const seen: SeenReport = {
    count: calls.reduce((total, { count }) => total + count, 0),
    errors,
    stack: stack.filter((name) => name !== ""),
  };
  const effect = worst(askers.map(({ effect: one }) => one));
  return { ...base, arguments: [], effect, certainty: "did", askers, seen, isForetold: false };
}

/** Where a stack that was seen begins: in main, in an initialization, or in the runtime. */
function rootOf(way: readonly string[]): AskerReport["from"] {
  if (way.includes("main.main")) return "main";
  return way.some((name) => name.startsWith("runtime.doInit")) ? "init" : "runtime";
}

/** What was foretold and then seen: the file tells who may ask, the run who did. */
function merge(known: RequestReport, seen: RequestReport): RequestReport {
  const told = seen.askers.filter(({ function: name }) => name !== "");
  // Who asked is not always seen: the worst of those who may have is then blamed.
  const effect =
    told.length > 0
      ? worst(told.map((asker) => asker.effect))
      : seen.askers.length > 0
        ? known.effect
        : "none";
  const hurts = effectsByWeight.indexOf(effect) > 0;
  const askers = [...told, ...known.askers];
  return {
    ...known,
    effect: worst([known.effect, effect]),
    certainty: hurts ? "did" : known.certainty,
    // The way that was seen stands for all of the same function.
    askers: askers.filter(
      (one, index) =>
        askers.findIndex(({ function: name, effect: of }) => name === one.function && of === one.effect) ===
        index,
    ),
    ...(seen.seen && { seen: seen.seen }),
  };
}

/**
 * What a kernel that is cut to programs keeps of the table: the calls that they can make and, of a call with a selector,
 * the values of it. What a program asks for in a way that nobody can foresee keeps everything.
 */
import { createHash } from "node:crypto";
import { runtimeOpeners, runtimePaths } from "../../runtime-abi/go/runtime-paths.ts";
import type { Demand, Request } from "../demand/demand.ts";

export type Kept = {
  /** Call -> values of its selector, ascending; "all": every value, or there is no selector. */
  readonly calls: ReadonlyMap<string, readonly number[] | "all">;
  /** Call -> argument that does not select -> all values that it ever has, ascending; only where they are few. */
  readonly values: KeptValues;
  /** The only paths that are ever opened, sorted, if that is known: then the kernel needs no other files. */
  readonly paths: readonly string[] | "any";
};

export type KeptValues = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

/** Calls that take no path, but without the tree there is no directory to tell or to go to. */
const namesDirectories = new Set(["getcwd", "fchdir", "getdents64"]);

/** More values than these stand for any: what depends on them is needed anyway, and a kernel's last page holds them all. */
const mostValues = 8;

export type Selection = {
  /** The programs that it was made for, in the order they were given. */
  readonly programs: readonly CutProgram[];
  readonly kept: Kept;
};

export type CutProgram = {
  /** Its file's name, without folders. */
  readonly name: string;
  /** The first 64 bits of the file's SHA-256, in hex. */
  readonly digest: string;
};

/** Undefined if one of the programs may ask for anything. `namesFiles`: the calls that take a path. */
export function keptBy(demands: readonly Demand[], namesFiles: ReadonlySet<string>): Kept | undefined {
  if (demands.some(({ unresolved }) => unresolved.length > 0)) return undefined;
  const requests = demands.flatMap((demand) => demand.requests);
  const kept = new Map<string, Set<number> | "all">();
  for (const { call, select } of requests) {
    const known = kept.get(call) ?? new Set();
    if (select === undefined || select.value === "any" || known === "all") kept.set(call, "all");
    else kept.set(call, known.add(select.value >>> 0));
  }
  const calls = [...kept]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([call, values]) => [call, values === "all" ? values : [...values].sort((a, b) => a - b)] as const);
  const naming = requests.filter(({ call }) => namesFiles.has(call) || namesDirectories.has(call));
  const isRuntimeAlone = naming.every(
    ({ call, functions }) => call === "openat" && functions.every((name) => runtimeOpeners.has(name)),
  );
  const values = new Map(
    calls.flatMap(([call]) => {
      const known = valuesIn(requests.filter((request) => request.call === call));
      return known.size === 0 ? [] : [[call, known] as const];
    }),
  );
  return { calls: new Map(calls), values, paths: isRuntimeAlone ? runtimePaths : "any" };
}

/** The arguments of which all requests of a call tell all values. */
function valuesIn(requests: readonly Request[]): ReadonlyMap<string, readonly number[]> {
  const known = new Map<string, readonly number[]>();
  for (const name of Object.keys(requests[0]?.args ?? {}).sort()) {
    if (requests.some(({ select }) => select?.argument === name)) continue;
    const told = requests.map(({ args }) => args[name]);
    const values = told.flatMap((each) => (each?.kind === "values" ? each.values : []));
    const all = [...new Set(values)].sort((a, b) => a - b);
    const areAll = told.every((each) => each?.kind === "values") && all.length <= mostValues;
    if (areAll && all.every(Number.isSafeInteger)) known.set(name, all);
  }
  return known;
}

/** What of `wanted` is not in `kept`, as people write it: "openat2", "fcntl 1030". */
export function missingFrom(kept: Kept, wanted: Kept): string[] {
  const calls = [...wanted.calls].flatMap(([call, values]) => {
    const there = kept.calls.get(call);
    if (there === undefined) return [call];
    if (there === "all") return [];
    if (values === "all") return [call];
    return values.filter((value) => !there.includes(value)).map((value) => `${call} ${value}`);
  });
  for (const [call, args] of kept.values)
    for (const [name, there] of args) {
      if (!wanted.calls.has(call)) continue;
      const values = wanted.values.get(call)?.get(name);
      if (values === undefined) calls.push(`${call} ${name}`);
      else calls.push(...values.filter((v) => !there.includes(v)).map((value) => `${call} ${name} ${value}`));
    }
  return kept.paths !== "any" && wanted.paths === "any" ? ["files", ...calls] : calls;
}

export function programDigest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

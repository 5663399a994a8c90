/** Which arguments of a call are worth knowing: those by whose value the table decides what is kept of the call. */
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Arg, Call } from "../../spec/vocabulary.ts";
import { argsOn } from "../read/table.ts";
import type { Values } from "./demand.ts";
import type { Value } from "./values.ts";

export type Judged = { readonly name: string; readonly kind: Arg["kind"]; readonly selects: boolean };

const kinds = new Set<Arg["kind"]>(["int", "uint", "flags", "flags64", "exactly", "signo", "clockid"]);

/** By position. */
export function judgedArguments(call: Call | undefined, arch: Arch): ReadonlyMap<number, Judged> {
  const found = new Map<number, Judged>();
  if (call === undefined) return found;
  for (const [position, [name, { kind }]] of Object.entries(argsOn(call, arch)).entries()) {
    const inVariants = Object.values(call.variants ?? {}).flatMap(({ args }) => {
      const arg = args?.[name];
      return typeof arg === "object" ? [arg.kind] : [];
    });
    const judged = [kind, ...inVariants].find((each) => kinds.has(each));
    const selects = call.select?.on === name;
    if (judged !== undefined || selects) found.set(position, { name, kind: judged ?? kind, selects });
  }
  return found;
}

/** Cut to what the kernel sees of an argument of that kind. */
export function asKernelSees(value: Value, kind: Arg["kind"]): Values {
  if (value.is === "bits") {
    const mask =
      kind === "flags64" || kind === "exactly" ? value.mask : Number(BigInt.asUintN(32, BigInt(value.mask)));
    return { kind: "bits", mask };
  }
  if (value.is !== "set") return { kind: "any" };
  const seen = new Set(value.values.map((number) => cut(number, kind)));
  return { kind: "values", values: [...seen].sort((a, b) => a - b) };
}
function cut(value: number, kind: Arg["kind"]): number {
  if (kind === "flags64" || kind === "exactly" || kind === "size" || kind === "long") return value;
  const word = BigInt(value);
  return Number(kind === "flags" || kind === "uint" ? BigInt.asUintN(32, word) : BigInt.asIntN(32, word));
}

const mostValues = 64;

/** Either of two. */
export function unite(a: Values | undefined, b: Values): Values {
  if (a === undefined) return b;
  if (a.kind === "any" || b.kind === "any") return { kind: "any" };
  if (a.kind === "values" && b.kind === "values") {
    const values = [...new Set([...a.values, ...b.values])].sort((x, y) => x - y);
    if (values.length <= mostValues) return { kind: "values", values };
  }
  const [left, right] = [maskOf(a), maskOf(b)];
  return left === undefined || right === undefined
    ? { kind: "any" }
    : { kind: "bits", mask: Number(left | right) };
}
function maskOf(values: Values): bigint | undefined {
  if (values.kind === "any") return undefined;
  if (values.kind === "bits") return BigInt(values.mask);
  if (values.values.some((value) => value < 0)) return undefined;
  return values.values.reduce((mask, value) => mask | BigInt(value), 0n);
}

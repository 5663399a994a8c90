// Steps: what the kernel does to an argument before and after the body.
import { errnos } from "../../runtime-abi/errno.ts";
import type { Arg, Args } from "../../spec/vocabulary.ts";
import { countTypeOf, sizeOfPointee } from "./c-argument.ts";
import { addGate, knownFlags } from "./gates.ts";
import type { Pools } from "./pools.ts";

type Step = {
  kind: string;
  nullable?: boolean;
  wide?: boolean;
  other?: string;
  size?: number;
  extra?: number;
};

const arraySteps = { in: "STEP_ARRAY_IN", inout: "STEP_ARRAY_INOUT", out: "STEP_RANGE" } as const;
const pointerSteps = { in: "STEP_IN", inout: "STEP_INOUT", out: "STEP_OUT" } as const;

/** The gate of a flags argument; equal gates are one, so steps and trace may both ask for it. */
export const gateOf = (pools: Pools, arg: Arg & { readonly kind: "flags" | "flags64" }): number => {
  const otherwise = !arg.otherwise
    ? errnos.EINVAL.value
    : arg.otherwise.kind === "refused"
      ? errnos[arg.otherwise.errno].value
      : 0;
  return addGate(pools, arg.flags, otherwise, arg.kind === "flags" ? 32 : 64);
};

const stepOf = (pools: Pools, arg: Arg): Step | undefined => {
  switch (arg.kind) {
    case "flags":
    case "flags64":
      return { kind: "STEP_FLAGS", wide: arg.kind === "flags64", extra: gateOf(pools, arg) };
    case "string":
      return { kind: "STEP_STRING", nullable: arg.nullable, size: arg.max };
    case "reads":
    case "writes":
      return { kind: "STEP_RANGE", other: arg.len, size: 1 };
    case "natural":
      return { kind: "STEP_NATURAL" };
    case "exactly":
      return { kind: "STEP_EXACTLY", extra: arg.value };
    case "pointer":
      return {
        kind: pointerSteps[arg.direction],
        nullable: arg.nullable,
        size: sizeOfPointee(arg.to, pools.arch),
      };
    case "array":
      return {
        kind: arraySteps[arg.direction],
        other: arg.len,
        size: sizeOfPointee(arg.to, pools.arch),
        extra: arg.max,
      };
    default:
      return undefined;
  }
};

/** No gate has anything to say about these values. */
const passesGate = (pools: Pools, arg: Arg, values: readonly number[] | undefined): boolean => {
  if (values === undefined || (arg.kind !== "flags" && arg.kind !== "flags64")) return false;
  const known = knownFlags(arg.flags, pools.arch, arg.kind === "flags" ? 32 : 64);
  return values.every((value) => {
    const present = known.filter((flag) => flag.value !== 0n && (BigInt(value) & flag.value) === flag.value);
    return (
      present.every(({ error }) => error === 0) &&
      present.reduce((rest, flag) => rest & ~flag.value, BigInt(value)) === 0n
    );
  });
};

/**
 * The steps of a call whose registers hold `args`, cheap checks first: index of the first, and how many. `known`: the only
 * values that arguments have, which the adapter checks.
 */
export const addSteps = (
  pools: Pools,
  args: Args,
  known: ReadonlyMap<string, readonly number[]> = new Map(),
): { readonly first: number; readonly count: number } => {
  const names = Object.keys(args);
  const steps = names.flatMap((name, index) => {
    const arg = args[name] as Arg;
    if (passesGate(pools, arg, known.get(name))) return [];
    const step = stepOf(pools, arg);
    return step ? [{ ...step, name, index }] : [];
  });
  const turn = ({ kind }: Step): number =>
    kind === "STEP_NATURAL" ? 0 : ["STEP_FLAGS", "STEP_EXACTLY", "STEP_RANGE"].includes(kind) ? 1 : 2;
  steps.sort((a, b) => turn(a) - turn(b) || a.index - b.index);
  const first = pools.steps.place(
    steps.map(({ kind, nullable, wide, other, size, extra, index }) => {
      const count = other ? countTypeOf(args[other] as Arg) : "COUNT_U64";
      return `{${kind}, ${nullable ? 1 : 0}, ${wide ? 1 : 0}, ${count}, ${index}, ${other ? names.indexOf(other) : 0}, ${size ?? 0}, ${extra ?? 0}},`;
    }),
  );
  return { first, count: steps.length };
};

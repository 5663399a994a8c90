/**
 * What the table promises for one request: the very rows that make the dispatch decide, in the kernel's own order: the
 * selector's variant, the bits beside it, then the flags of each argument. What may stand in an argument is known as a
 * set, so the answer is in sets, too: refused for every value, for some, or perhaps.
 */
import type { Arch } from "../../runtime-abi/arch.ts";
import { constantOn } from "../../runtime-abi/constants.ts";
import type { Call, FlagTable, Support, Variant } from "../../spec/vocabulary.ts";
import type { Values } from "../demand/demand.ts";
import { argsOfVariant } from "../emit/actions.ts";
import { knownFlags, zeroMask } from "../emit/gates.ts";
import { argsOn } from "../read/table.ts";

export type Status = Support["kind"] | "not considered";

/** A flag, a value or bits that are refused. */
export type RefusedPart = { readonly name: string; readonly errno: string; readonly why: string };

export type Judgement = {
  /** Of the call, or of the variant that was chosen. */
  readonly status: Status;
  /** "MADV_DONTNEED"; "0x4321" for a value without a name; empty for a call without a selector, or any value. */
  readonly value: string;
  /** What is missing, or why; empty for what is kept whole. */
  readonly words: string;
  readonly errno?: string;
  /** Every value that may be asked for is refused, by the call itself or by its flags. */
  readonly isRefused: boolean;
  /** Parts that some value that may be asked for surely runs into. */
  readonly refused: readonly RefusedPart[];
  /** Parts that cannot be excluded, because an argument's value is not known. */
  readonly perhaps: readonly RefusedPart[];
};

/** What is asked: a call, the value of its selector, and what may stand in its other arguments. */
export type Asked = {
  readonly select?: { readonly argument: string; readonly value: number | "any" } | undefined;
  readonly args: Readonly<Record<string, Values>>;
};

const notConsidered: Judgement = {
  status: "not considered",
  value: "",
  words: "not considered",
  errno: "ENOSYS",
  isRefused: true,
  refused: [],
  perhaps: [],
};

export function judge(call: Call | undefined, asked: Asked, arch: Arch): Judgement {
  if (call === undefined || call.nr[arch] === undefined) return notConsidered;
  const chosen = choose(call, asked, arch);
  const args = argsOfVariant(argsOn(call, arch), chosen.variant);
  const gates = [...chosen.gates];
  for (const [name, arg] of Object.entries(args)) {
    if (arg.kind !== "flags" && arg.kind !== "flags64") continue;
    const gate = { table: arg.flags, otherwise: arg.otherwise ?? invalid };
    gates.push(passGate(gate, asked.args[name] ?? any, arch, arg.kind === "flags64" ? 64 : 32));
  }
  const own = answerOf(chosen.support);
  const isKept = own.errno === undefined;
  return {
    ...own,
    value: chosen.name,
    isRefused: !isKept || gates.some(({ always }) => always),
    refused: isKept ? gates.flatMap(({ refused }) => refused) : [],
    perhaps: isKept ? [...chosen.perhaps, ...gates.flatMap(({ perhaps }) => perhaps)] : [],
  };
}

const any: Values = { kind: "any" };
const invalid: Support = { kind: "refused", errno: "EINVAL", why: "no flag of this call" };

function answerOf(support: Support): Pick<Judgement, "status" | "words"> & { errno?: string } {
  switch (support.kind) {
    case "full":
      return { status: support.kind, words: "" };
    case "partial":
      return { status: support.kind, words: support.missing };
    case "refused":
      return { status: support.kind, words: support.why, errno: support.errno };
    case "constant":
      return { status: support.kind, words: `always ${support.value}: ${support.why}` };
    case "ignored":
      return { status: support.kind, words: support.why };
  }
}

type Chosen = {
  support: Support;
  variant: Variant | undefined;
  name: string;
  gates: Passed[];
  perhaps: RefusedPart[];
};

function choose(call: Call, { select }: Asked, arch: Arch): Chosen {
  const { variants = {}, otherwise, support } = call;
  const plain = { variant: undefined, name: "", gates: [], perhaps: [] };
  if (call.select === undefined || otherwise === undefined)
    return { ...plain, support: support ?? otherwise ?? invalid };
  const entries = Object.entries(variants).flatMap(([name, variant]) => {
    const value = constantOn(name, arch);
    return value === undefined || variant === undefined
      ? []
      : [{ name, variant, value: BigInt.asUintN(32, value) }];
  });
  if (select === undefined || select.value === "any") {
    const perhaps = entries.flatMap(({ name, variant }) => partOf(name, variant.support));
    const kept = entries.find(({ variant }) => variant.support.kind !== "refused")?.variant.support;
    return { ...plain, support: kept ?? otherwise, perhaps: [...perhaps, ...partOf("others", otherwise)] };
  }
  const mask =
    call.select.mask === undefined
      ? 0xffff_ffffn
      : BigInt.asUintN(32, constantOn(call.select.mask, arch) ?? 0n);
  const value = BigInt.asUintN(32, BigInt(select.value));
  const rest = { table: call.select.also ?? {}, otherwise };
  const beside = Number(value & ~mask);
  const gates =
    call.select.mask === undefined ? [] : [passGate(rest, { kind: "values", values: [beside] }, arch, 32)];
  const found = entries.find((entry) => entry.value === (value & mask));
  if (found === undefined) return { ...plain, support: otherwise, name: `0x${value.toString(16)}`, gates };
  return { ...plain, support: found.variant.support, variant: found.variant, name: found.name, gates };
}

const partOf = (name: string, support: Support): RefusedPart[] =>
  support.kind === "refused" ? [{ name, errno: support.errno, why: support.why }] : [];

/** What a gate says of a set of values. `always`: every one of them is refused. */
type Passed = { always: boolean; refused: RefusedPart[]; perhaps: RefusedPart[] };
type Gate = { table: FlagTable; otherwise: Support };

function passGate(gate: Gate, values: Values, arch: Arch, width: 32 | 64): Passed {
  const known = knownFlags(gate.table, arch, width);
  const supportOf = (name: string) => (gate.table as Readonly<Record<string, Support>>)[name] ?? invalid;
  const named = known.reduce((all, { value }) => all | value, 0n);

  /** The first that the kernel would name for this value (shim-templates/core/call.c pass_gate). */
  const refusal = (value: bigint): RefusedPart | undefined => {
    const flag = known.find(
      ({ name, value: bits, error }) =>
        error !== 0 && (bits === 0n ? (value & zeroMask(name)) === 0n : (value & bits) === bits),
    );
    if (flag !== undefined && flag.value !== 0n) return partOf(flag.name, supportOf(flag.name))[0];
    const unnamed = value & ~named;
    return unnamed === 0n ? undefined : partOf(`bits 0x${unnamed.toString(16)}`, gate.otherwise)[0];
  };

  if (values.kind === "values") {
    const found = values.values.map((value) => refusal(BigInt.asUintN(width, BigInt(value))));
    const refused = found.filter((part) => part !== undefined);
    return {
      always: found.length > 0 && refused.length === found.length,
      refused: distinct(refused),
      perhaps: [],
    };
  }
  const mask =
    values.kind === "bits" ? BigInt.asUintN(width, BigInt(values.mask)) : (1n << BigInt(width)) - 1n;
  const flags = known.filter(({ value, error }) => error !== 0 && value !== 0n && (value & mask) === value);
  const perhaps = flags.flatMap(({ name }) => partOf(name, supportOf(name)));
  const others = values.kind === "bits" ? mask & ~named : 0n;
  if (others !== 0n) perhaps.push(...partOf(`bits 0x${others.toString(16)}`, gate.otherwise));
  return { always: false, refused: [], perhaps };
}

const distinct = (parts: readonly RefusedPart[]): RefusedPart[] => [
  ...new Map(parts.map((part) => [part.name, part])).values(),
];

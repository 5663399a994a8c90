/**
 * The data behind `catkernel syscalls`: every call that Linux knows on either architecture, what we do
 * with it, and how many calls have each status.
 *
 * Rows say what they say. Every other call of the witness answers ENOSYS, for nobody has considered it;
 * that is a status too, so that nothing is left out of the count.
 */
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import type { Call, ProofId, Support } from "../../spec/vocabulary.ts";
import type { Facts } from "../facts/facts.ts";
import { argsOfBody, type Table } from "../read/table.ts";
import { flagSetsOf, supportsOf } from "./parts.ts";

export type Status = Support["kind"] | "not considered";

/** A variant or a flag and what becomes of it. */
export type ListedPart = { readonly name: string; readonly status: Status; readonly words: string };

export type ListedCall = {
  readonly name: string;
  readonly nr: { readonly [A in Arch]?: number };
  readonly status: Status;
  /** What is missing, or why there is no effect or a refusal; empty for a full call. */
  readonly words: string;
  /** The fields below are empty for a call without a row. */
  readonly description: string;
  readonly man: string;
  readonly subsystem: string;
  /** In register order, as bodies take them. */
  readonly args: readonly string[];
  readonly variants: readonly ListedPart[];
  /** With the argument in front: "flags: O_CREAT". */
  readonly flags: readonly ListedPart[];
  readonly errors: Readonly<Record<string, string>>;
  readonly proofs: readonly ProofId[];
};

export type Listing = {
  /** Sorted by name. */
  readonly calls: readonly ListedCall[];
  /** Calls by status; the sum is the number of calls. */
  readonly counts: Readonly<Record<Status, number>>;
  /** The same for one architecture: calls that do not exist there are not counted. */
  readonly countsOn: Readonly<Record<Arch, Readonly<Record<Status, number>>>>;
  /** The headers that name the calls. */
  readonly source: string;
};

/** Joins the rows with all other calls of the witness. */
export function listCalls({ rows }: Table, facts: Facts): Listing {
  const described = rows.map(({ call, description }) => fromRow(call, description));
  const names = new Set(described.map(({ name }) => name));
  const others = new Set(
    archs.flatMap((arch) => [...facts.numbers[arch].keys()]).filter((name) => !names.has(name)),
  );
  const calls = [...described, ...[...others].map((name) => withoutRow(name, facts))].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  const countsOn = (arch: Arch) => count(calls.filter(({ nr }) => nr[arch] !== undefined));
  return {
    calls,
    counts: count(calls),
    countsOn: { amd64: countsOn("amd64"), riscv64: countsOn("riscv64") },
    source: facts.source,
  };
}

function count(calls: readonly ListedCall[]): Record<Status, number> {
  const counts = { full: 0, partial: 0, ignored: 0, constant: 0, refused: 0, "not considered": 0 };
  for (const { status } of calls) counts[status]++;
  return counts;
}

function fromRow(call: Call, description: string): ListedCall {
  const variants = Object.entries(call.variants ?? {}).map(([name, { support }]) => part(name, support));
  if (call.variants && call.otherwise) variants.push(part("otherwise", call.otherwise));
  // A call whose arguments stand in another order elsewhere has the same flags twice.
  const flags = [...flagSetsOf(call)]
    .filter(({ path }) => path[1] !== "riscv64")
    .flatMap(({ value, path, isArgument }) =>
      Object.entries(value).map(([name, support]) =>
        part(`${isArgument ? path.at(-1) : call.select?.on}: ${name}`, support),
      ),
    );
  const proofs = [...supportsOf(call)].flatMap(({ value }) => ("proofs" in value ? value.proofs : []));
  return {
    name: call.name,
    nr: call.nr,
    ...fromParts(call.support, [...variants, ...flags]),
    description,
    man: call.man,
    subsystem: call.subsystem,
    args: Object.keys(argsOfBody(call)),
    variants,
    flags,
    errors: call.errors,
    proofs: [...new Set(proofs)].sort(),
  };
}

/**
 * A call is full when all of its parts are: where a variant or a flag is refused or partial, it is partial
 * and says which.
 */
function fromParts(
  own: Support | undefined,
  parts: readonly ListedPart[],
): Pick<ListedCall, "status" | "words"> {
  const first = own?.kind ?? parts[0]?.status ?? "refused";
  const isUniform = parts.every(({ status }) => status === first);
  if (own && own.kind !== "full") return { status: own.kind, words: wordsOf(own) };
  if (!own && isUniform) return { status: first, words: parts[0]?.words ?? "" };
  const refused = parts
    .filter(({ status }) => status === "refused")
    .map(({ name }) => (name === "otherwise" ? "all others" : name.replace(/^.*: /, "")));
  const lacking = parts
    .filter(({ status }) => status === "partial")
    .map(({ name, words }) => `${name}: ${words}`);
  if (refused.length > 0) lacking.push(`refused: ${refused.join(", ")}`);
  return lacking.length > 0
    ? { status: "partial", words: lacking.join("; ") }
    : { status: "full", words: "" };
}

const part = (name: string, support: Support): ListedPart => ({
  name,
  status: support.kind,
  words: wordsOf(support),
});

/** The words of a support: what is missing, or why. */
function wordsOf(support: Support): string {
  switch (support.kind) {
    case "full":
      return "";
    case "partial":
      return support.missing;
    case "refused":
      return `${support.errno}: ${support.why}`;
    case "constant":
      return `always ${support.value}: ${support.why}`;
    case "ignored":
      return support.why;
  }
}

function withoutRow(name: string, facts: Facts): ListedCall {
  const numbers = archs.map((arch) => [arch, facts.numbers[arch].get(name)] as const);
  return {
    name,
    nr: Object.fromEntries(numbers.filter(([, number]) => number !== undefined)),
    status: "not considered",
    words: "ENOSYS: not considered",
    description: "",
    man: `${name}(2)`,
    subsystem: "",
    args: [],
    variants: [],
    flags: [],
    errors: { ENOSYS: "always" },
    proofs: [],
  };
}

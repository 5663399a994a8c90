/** The whole table as one page: every call of Linux, what is kept of it, which Go release names it, and what its proofs said. */
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { families } from "../../runtime-abi/go/families.ts";
import type { ListedCall, ListedPart, Listing, Status } from "../check/listing.ts";
import type { readGoCalls } from "../facts/facts.ts";
import { type Bar, drawPicture } from "./page/picture.ts";
import { pageText, renderPage } from "./page/render.ts";
import { familyOf } from "./reaction.ts";

/** By a proof's name: what became of it the last time it was run here. */
export type ProofResults = Readonly<
  Record<string, { readonly passed: readonly string[]; readonly failed: readonly string[] }>
>;

type GoCalls = ReturnType<typeof readGoCalls>;

const statusOrder: readonly Status[] = [
  "full",
  "partial",
  "constant",
  "ignored",
  "refused",
  "not considered",
];
const badges: Record<Status, string> = {
  full: "good",
  partial: "less",
  constant: "good",
  ignored: "good",
  refused: "error",
  "not considered": "absent",
};

export function syscallsPage(listing: Listing, go: GoCalls, proofs: ProofResults): string {
  const { calls, counts, source } = listing;
  const kept = calls.length - counts.refused - counts["not considered"];
  return renderPage("syscalls.hbs", {
    title: "Every Linux system call, and what is kept of it",
    sentence: `Of ${calls.length} calls ${kept} are answered as Linux answers them, whole or in part; the others get an error, and each that a program asks for is recorded.`,
    source: `Names and numbers: ${source}. Go: ${go.releases[0]} to ${go.releases.at(-1)}.`,
    css: `${pageText("picture.css")}\n${pageText("page.css")}`,
    script: pageText("page.js"),
    legend: [
      { class: "kept", words: "kept whole" },
      { class: "without", words: "ignored or constant, for a stated reason" },
      { class: "notes-part", words: "kept in part" },
      { class: "refused", words: "refused, for a stated reason" },
      { class: "absent", words: "not considered: ENOSYS" },
    ],
    picture: drawPicture({ title: "Calls by status", text: textOf(listing), bars: barsOf(listing) }),
    statuses: statusOrder.map((status) => ({
      value: status.replace(" ", "-"),
      words: `${status} (${counts[status]})`,
    })),
    familyNames: Object.entries(families).map(([value, { title }]) => ({ value, words: title })),
    goChoices: [
      { value: "runtime", words: "the runtime" },
      { value: "library", words: "the library" },
      { value: "nobody", words: "no release" },
      ...[...go.releases].reverse().map((release) => ({ value: release, words: `Go ${release}` })),
    ],
    rows: calls.map((call) => rowOf(call, go, proofs)),
  });
}

function barsOf({ calls }: Listing): Bar[] {
  const bar = (title: string, of: readonly ListedCall[]): Bar => {
    const count = (...wanted: Status[]) => of.filter(({ status }) => wanted.includes(status)).length;
    const [full, light, part, refused, absent] = [
      count("full"),
      count("ignored", "constant"),
      count("partial"),
      count("refused"),
      count("not considered"),
    ];
    return {
      title,
      count: `${full + light + part} of ${of.length}`,
      parts: [
        { kind: "kept", value: full, words: `${full} whole` },
        { kind: "without", value: light, words: `${light} ignored or constant` },
        { kind: "notes-part", value: part, words: `${part} in part` },
        { kind: "refused", value: refused, words: `${refused} refused` },
        { kind: "absent", value: absent, words: `${absent} not considered` },
      ],
    };
  };
  const onArch = archs.map((arch) =>
    bar(
      arch,
      calls.filter(({ nr }) => nr[arch] !== undefined),
    ),
  );
  const byFamily = Object.entries(families).map(([name, { title }]) =>
    bar(
      title,
      calls.filter(({ name: call, subsystem }) => familyOf(call, subsystem, false) === name),
    ),
  );
  return [...onArch, ...byFamily];
}

const textOf = (listing: Listing) =>
  `${barsOf(listing)
    .map(({ title, count }) => `${title}: ${count}`)
    .join(". ")}.`;

function rowOf(call: ListedCall, go: GoCalls, results: ProofResults) {
  const { name, nr, status, words, description, subsystem, variants, flags, errors, proofs } = call;
  const parts = [...variants, ...flags].map(partOf);
  const errorList = Object.entries(errors).map(([errno, why]) => ({ name: errno, words: why }));
  const uses = usesOf(name, nr, go);
  return {
    name,
    description,
    amd64: nr.amd64 ?? "-",
    riscv64: nr.riscv64 ?? "-",
    archs: archs.filter((arch) => nr[arch] !== undefined).join(" "),
    family: familyOf(name, subsystem, false),
    status: status.replace(" ", "-"),
    statusWords: status,
    badge: badges[status],
    words,
    go: uses.map(({ who, releases }) => ({ who, releases: rangesOf(releases, go.releases) })),
    goWords:
      uses.length === 0
        ? "nobody"
        : [...new Set(uses.flatMap(({ word, releases }) => [word, ...releases]))].join(" "),
    parts,
    errors: status === "not considered" ? [] : errorList,
    proofs: proofs.map((proof) => ({ name: proof, words: resultOf(proof, results) })),
    hasMore: status !== "not considered",
    summary: summaryOf(parts.length, proofs.length),
  };
}

function summaryOf(parts: number, proofs: number): string {
  const told = [
    parts > 0 ? `${parts} values and flags` : "",
    proofs > 0 ? `${proofs} ${proofs === 1 ? "proof" : "proofs"}` : "",
  ].filter((text) => text !== "");
  return told.length > 0 ? told.join(", ") : "errors";
}

const partOf = ({ name, status, words }: ListedPart) => ({ name, status, words, badge: badges[status] });

function resultOf(proof: string, results: ProofResults): string {
  const [kind, name = ""] = proof.split(/:(.*)/s);
  if (kind === "go") return "Go's own tests";
  const result = results[name];
  if (result === undefined) return "not run here yet";
  if (result.failed.length > 0) return `failed: ${result.failed.join(", ")}`;
  return `passed: ${result.passed.join(", ")}`;
}

type Use = { who: string; word: string; releases: readonly string[] };

/** Where both architectures agree it is said once. */
function usesOf(name: string, nr: ListedCall["nr"], go: GoCalls): Use[] {
  const here = archs.filter((arch) => nr[arch] !== undefined);
  return (["runtime", "library"] as const).flatMap((word): Use[] => {
    const lists = here.map((arch) => [arch, go[arch][name]?.[word] ?? []] as const);
    const isSame = lists.every(([, list]) => `${list}` === `${lists[0]?.[1]}`);
    const shown: readonly (readonly [Arch | "", readonly string[]])[] = isSame
      ? [["", lists[0]?.[1] ?? []]]
      : lists;
    return shown
      .filter(([, releases]) => releases.length > 0)
      .map(([arch, releases]) => ({ who: `${word}${arch === "" ? "" : ` on ${arch}`}`, word, releases }));
  });
}

/** "1.19 to 1.23", "since 1.24", "all". */
export function rangesOf(releases: readonly string[], all: readonly string[]): string {
  if (releases.length === all.length) return "all";
  const runs: string[][] = [];
  for (const release of releases) {
    const last = runs.at(-1)?.at(-1);
    if (last !== undefined && all.indexOf(release) === all.indexOf(last) + 1) runs.at(-1)?.push(release);
    else runs.push([release]);
  }
  return runs
    .map((run) => {
      const [first, last] = [run[0] ?? "", run.at(-1) ?? ""];
      if (last === all.at(-1)) return first === last ? first : `since ${first}`;
      return first === last ? first : `${first} to ${last}`;
    })
    .join(", ");
}

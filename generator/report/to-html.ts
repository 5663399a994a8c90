/** The report as one page that needs nothing else: style, script and pictures are in it. */
import { families } from "../../runtime-abi/go/families.ts";
import { isShort } from "./family-reports.ts";
import { isGateway } from "./gateway.ts";
import { type Bar, drawPicture, type Picture } from "./page/picture.ts";
import { pageText, renderPage } from "./page/render.ts";
import type { AskerReport, EffectName, FamilyReport, Report, RequestReport } from "./report.ts";
import { shortWay } from "./short-way.ts";
import { answerOf, onWords, sizeOf } from "./to-text.ts";

const verdictClasses = {
  runs: "yes",
  "runs with notes": "notes",
  "runs until": "until",
  "not a binary for this kernel": "no",
} as const;

const effectWords: Record<EffectName, string> = {
  none: "nothing to notice",
  less: "something is missing",
  error: "the program gets an error",
  fatal: "it ends the program",
};
const badgeOf = (effect: EffectName) => (effect === "none" ? "good" : effect);
const certainWords = { may: "May come to it", will: "Will come to it", did: "Did ask for it" };

export function toHtml(report: Report): string {
  const { verdict, program, families: familyReports, requests, run, unresolved, paths, kernel } = report;
  const name = program?.name ?? "the file";
  return renderPage("report.hbs", {
    title: `${name}: will it run on a kernel of catkernel?`,
    css: `${pageText("picture.css")}\n${pageText("page.css")}`,
    script: pageText("page.js"),
    verdict: { ...verdict, class: verdictClasses[verdict.kind] },
    facts: program && factsOf(program),
    picture: familyReports.length > 0 ? drawPicture(familiesPicture(familyReports)) : undefined,
    legend,
    cards: familyReports.filter(({ effect }) => effect !== "none").map(cardOf),
    run: run && { sentence: runSentence(run), picture: drawPicture(seenPicture(familyReports)) },
    rows: requests.map(rowOf),
    effects: Object.entries(effectWords).map(([value, words]) => ({ value, words })),
    familyNames: familyReports.map(({ name: value, title }) => ({ value, words: title })),
    unresolved: unresolved.map(({ function: place, why, only, source }) => ({
      function: place,
      words: only === "" ? why : `only ${only} (${source})`,
    })),
    paths: paths.map(({ path, functions }) => ({ path, functions: functions.slice(0, 3).join(", ") })),
    kernel: kernel && kernelPicture(kernel),
  });
}

function factsOf(program: NonNullable<Report["program"]>) {
  const { arch, level, go, module, package: main, bytes, functions, reached, stripped, sha256 } = program;
  return [
    { name: "Architecture", value: `${arch} ${level}`.trim() },
    { name: "Made by", value: go },
    { name: "Package", value: main },
    { name: "Module", value: module },
    { name: "Size", value: `${sizeOf(bytes)}${stripped ? ", stripped" : ""}` },
    { name: "Functions", value: `${functions}, ${reached} reachable` },
    { name: "SHA-256", value: `${sha256.slice(0, 16)}...` },
  ].filter(({ value }) => value !== "");
}

const legend = [
  { class: "kept", words: "kept" },
  { class: "without", words: "not whole or refused, but Go does without it" },
  { class: "notes-part", words: "something is missing" },
  { class: "refused", words: "refused: the program gets an error" },
];

export function familiesPicture(reports: readonly FamilyReport[]): Picture {
  const bars = reports.map(({ title, counts: { kept, without, notes, refused } }): Bar => {
    const all = kept + without + notes + refused;
    return {
      title,
      count: all - kept - without > 0 ? `${all - notes - refused} of ${all}` : `all ${all}`,
      parts: [
        { kind: "kept", value: kept, words: `${kept} kept` },
        { kind: "without", value: without, words: `${without} that Go does without` },
        { kind: "notes-part", value: notes, words: `${notes} with something missing` },
        { kind: "refused", value: refused, words: `${refused} refused` },
      ],
    };
  });
  const told = reports.map(
    ({ title, counts: { kept, without, notes, refused } }) =>
      `${title}: ${kept} kept, ${without} not needed, ${notes} with notes, ${refused} refused`,
  );
  return { title: "Requests by family", text: `${told.join(". ")}.`, bars };
}

function seenPicture(reports: readonly FamilyReport[]): Picture {
  const bars = reports.map(({ title, counts, seen = 0 }): Bar => {
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return {
      title,
      count: `${seen} of ${all}`,
      parts: [
        { kind: "kept", value: seen, words: `${seen} seen` },
        { kind: "track", value: all - seen, words: `${all - seen} not seen` },
      ],
    };
  });
  const told = bars.map(({ title, count }) => `${title}: ${count}`).join(". ");
  return { title: "Requests seen in the run, of those that are possible", text: `${told}.`, bars };
}

function kernelPicture({ fullBytes, cutBytes }: NonNullable<Report["kernel"]>) {
  const bar = (title: string, bytes: number | undefined): Bar[] =>
    bytes === undefined
      ? []
      : [{ title, count: sizeOf(bytes), parts: [{ kind: "kept", value: bytes, words: sizeOf(bytes) }] }];
  const bars = [...bar("the whole kernel", fullBytes), ...bar("cut to this program", cutBytes)];
  const text = bars.map(({ title, count }) => `${title}: ${count}`).join(". ");
  return { picture: drawPicture({ title: "Size of the kernel", text, bars }) };
}

const waySteps = (way: readonly string[], family: string) =>
  shortWay(way, family).map((name) => ({ name, known: isGateway(family, name) }));

function cardOf({ name, title, certainty, effect, errnos, does, source, way }: FamilyReport) {
  const certain = effect === "less" ? "Something is missing" : certainWords[certainty];
  return {
    title: title.replace(/^./, (letter) => letter.toUpperCase()),
    effect: badgeOf(effect),
    certain,
    errnos: errnos.join(", "),
    does,
    source,
    way: waySteps(way, name),
  };
}

function rowOf(request: RequestReport) {
  const { call, value, family, effect, refused, askers, seen, words, proofs, description, isForetold } =
    request;
  const asker = askers[0];
  return {
    call,
    value,
    description,
    family,
    familyTitle: families[family as keyof typeof families]?.title ?? family,
    effect: badgeOf(effect),
    effectName: effect,
    answer: answerOf(request),
    seen: seen?.count ?? "",
    seenWord: seen === undefined ? "no" : "yes",
    words: [
      words,
      isShort(request) || effect !== "none" ? (asker?.does ?? "") : "",
      isForetold ? "" : "seen, though the file did not tell of it",
    ]
      .filter((text) => text !== "")
      .join("; "),
    summary:
      askers.length === 0
        ? "more"
        : `asked by ${askers.length === 1 ? asker?.function : `${asker?.function} and ${askers.length - 1} more`}`,
    arguments: request.arguments,
    parts: refused.map(
      ({ name, errno, why, isAsked }) =>
        `${name} is refused with ${errno}: ${why}${isAsked ? "" : " (it cannot be excluded that this is asked)"}`,
    ),
    askers: askers.map((one) => askerView(one, family)),
    errors: Object.entries(seen?.errors ?? {})
      .map(([errno, count]) => `${errno} ${count} times`)
      .join(", "),
    proofs: proofs.join(", "),
  };
}

const roots = {
  main: "from main",
  init: "from the initialization of a package",
  runtime: "from the runtime",
  data: "by a value that is called",
  kernel: "from the kernel",
};

function askerView({ function: name, from, way, effect, does, source }: AskerReport, family: string) {
  const told = does === "" ? "" : `: ${does}`;
  return {
    words: `${name}, ${roots[from]}${told}${effect === "none" || does !== "" ? "" : `: ${effectWords[effect]}`}`,
    source,
    way: waySteps(way, family),
  };
}

function runSentence({ on, status, isWhole, calls, requests, unused }: NonNullable<Report["run"]>): string {
  const end = status === undefined ? "without an exit status" : `with status ${status}`;
  return isWhole
    ? `The run ${onWords[on]} ended ${end}. It made ${calls} calls, ${requests} different requests; ${unused} that the program could make were not seen.`
    : `The run ${onWords[on]} ended ${end}. The record tells of refused calls alone, ${calls} of them.`;
}

/** The report for a terminal: the verdict first, at most 100 columns, one screen unless all is wanted. */

import type { FamilyReport, Report, RequestReport } from "./report.ts";
import { shortWay } from "./short-way.ts";
import { wrap } from "./wrap.ts";

export const columns = 100;

/** What is shouted of a headline. */
const kinds = /^(Runs, with notes|Runs until|Runs|Not a binary for this kernel)/;

export function toText(report: Report, wantsAll = false): string {
  const { verdict, program, families } = report;
  const headline = verdict.headline.replace(kinds, (kind) => kind.toUpperCase());
  const lines = [headline, ...wrap(verdict.sentence, columns), ...wrap(verdict.advice, columns)];
  if (program === undefined) return `${lines.join("\n")}\n`;
  lines.push("", ...wrap(programLine(program), columns));
  lines.push("", ...familyTable(report));
  for (const family of families) if (family.effect !== "none") lines.push("", ...familyLines(family));
  lines.push(...requestLines(report, wantsAll));
  lines.push(
    ...unresolvedLines(report),
    ...pathLines(report, wantsAll),
    ...runLines(report),
    ...kernelLines(report),
  );
  return `${lines.join("\n")}\n`;
}

function programLine({
  name,
  arch,
  level,
  go,
  module,
  package: main,
  bytes,
  functions,
  reached,
  stripped,
}: NonNullable<Report["program"]>) {
  const from = [main, module && !module.startsWith(`${main} `) ? `of ${module}` : module.slice(main.length)];
  const words = [`${arch} ${level}`.trim(), go, from.filter(Boolean).join(" ").trim(), sizeOf(bytes)];
  const counted = `${functions} functions, ${reached} of them reachable${stripped ? ", stripped" : ""}`;
  return `${name}: ${[...words.filter(Boolean), counted].join(", ")}`;
}

function familyTable({ families, run }: Report): string[] {
  const cell = (value: number | string) => `${value === 0 ? "." : value}`.padStart(9);
  const head = ["kept", "without", "notes", "refused", ...(run ? ["seen"] : [])];
  return [
    `${"asks for".padEnd(26)}${head.map(cell).join("")}`,
    ...families.map(({ title, counts: { kept, without, notes, refused }, seen }) => {
      const cells = [kept, without, notes, refused, ...(run ? [seen ?? 0] : [])];
      return `${title.padEnd(26)}${cells.map(cell).join("")}`;
    }),
    `${"".padEnd(28)}without: not whole or refused, but Go does without it`,
  ];
}

const certainWords = { may: "may come to it", will: "will come to it", did: "did ask for it" };

function familyLines({ name, title, effect, certainty, does, source, errnos, way }: FamilyReport): string[] {
  const errors = errnos.length > 0 ? `: ${errnos.join(", ")}` : "";
  const told = [does, source === "" ? "" : `(${source})`].filter(Boolean).join(" ");
  return [
    `${title}: ${effect === "less" ? "something is missing" : certainWords[certainty]}${errors}`,
    ...wrap(told, columns - 2).map((line) => `  ${line}`),
    ...wrap(shortWay(way, name).join(" > "), columns - 4).map((line, index) =>
      index ? `    ${line}` : `  ${line}`,
    ),
  ];
}

/** Requests of which the same is to be said stand together. */
function requestLines({ requests, run }: Report, wantsAll: boolean): string[] {
  const shown = requests.filter(({ effect, isForetold }) => wantsAll || effect !== "none" || !isForetold);
  if (shown.length === 0) return [];
  const groups = new Map<string, RequestReport[]>();
  for (const request of shown) {
    const key = `${answerOf(request)} ${words(request)} ${run && request.seen ? "seen" : ""}`;
    groups.set(key, [...(groups.get(key) ?? []), request]);
  }
  const lines = ["", wantsAll ? "All requests" : "Requests with notes"];
  for (const group of groups.values()) {
    const [first] = group as [RequestReport];
    const names = group.map((request) => {
      const count = request.seen?.count;
      return count === undefined ? nameOf(request) : `${nameOf(request)} (${count}x)`;
    });
    const told = [...wrap(names.join(", "), textWidth), ...wrap(words(first), textWidth)];
    for (const [index, line] of told.entries())
      lines.push(`  ${(index === 0 ? answerOf(first) : "").padEnd(answerWidth)}${line}`.trimEnd());
  }
  return lines;
}

const answerWidth = 14;
const textWidth = columns - answerWidth - 2;

export const nameOf = ({ call, value }: RequestReport) => (value === "" ? call : `${call} ${value}`);

/** What the kernel answers, in a word. */
export function answerOf({ status, errno, refused }: RequestReport): string {
  if (errno !== "") return errno;
  if (refused.some(({ isAsked }) => isAsked)) return "in part";
  return {
    full: "kept",
    partial: "in part",
    ignored: "accepted",
    constant: "constant",
    refused: "",
    "not considered": "",
  }[status];
}

function words(request: RequestReport): string {
  const { words: own, refused, askers, isForetold, effect } = request;
  const parts = refused.filter(({ isAsked }) => isAsked || effect !== "none");
  const partWords = parts.map(({ name, errno, why }) => `${name} is refused with ${errno}: ${why}`);
  const does = askers.find((asker) => asker.effect === effect)?.does ?? "";
  const asker = does === "" && effect !== "none" ? `asked by ${askers[0]?.function}` : "";
  const surprise = isForetold ? "" : "seen, though the file did not tell of it";
  return [own, ...partWords.slice(0, 2), does, asker, surprise].filter((text) => text !== "").join("; ");
}

function unresolvedLines({ unresolved }: Report): string[] {
  if (unresolved.length === 0) return [];
  return [
    "",
    "Calls by a number that the file does not tell",
    ...unresolved.flatMap(({ function: name, why, only }) =>
      wrap(`${name}: ${only === "" ? why : `only ${only}`}`, columns - 4).map((line, index) =>
        index ? `    ${line}` : `  ${line}`,
      ),
    ),
  ];
}

function pathLines({ paths }: Report, wantsAll: boolean): string[] {
  if (paths.length === 0) return [];
  const shown = paths.slice(0, wantsAll ? paths.length : fewPaths).map(({ path }) => path);
  const more = paths.length - shown.length;
  const all = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
  return ["", "Files that it may open by itself", ...wrap(all, columns - 2).map((line) => `  ${line}`)];
}

/** As many as fit into a line or two. */
const fewPaths = 5;

export const onWords = { model: "on the model", QEMU: "in QEMU" };

function runLines({ run }: Report): string[] {
  if (run === undefined) return [];
  const { on, status, isWhole, calls, requests, unused } = run;
  const end = status === undefined ? "without an exit status" : `with status ${status}`;
  const told = isWhole
    ? `${calls} calls, ${requests} different requests; ${unused} that it could make were not seen`
    : `the record tells of refused calls alone: ${calls}; add --trace, or run it on the model, to see all`;
  return ["", ...wrap(`The run ${onWords[on]} ended ${end}: ${told}.`, columns)];
}

function kernelLines({ kernel }: Report): string[] {
  const sizes = [
    kernel?.fullBytes === undefined ? "" : `the whole kernel ${sizeOf(kernel.fullBytes)}`,
    kernel?.cutBytes === undefined ? "" : `cut to this program ${sizeOf(kernel.cutBytes)}`,
  ].filter(Boolean);
  return sizes.length === 0 ? [] : ["", `Kernel: ${sizes.join(", ")}`];
}

export const sizeOf = (bytes: number) =>
  bytes < 1 << 20 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / (1 << 20)).toFixed(1)} MiB`;

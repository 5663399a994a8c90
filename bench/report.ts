/** The tables of the bench: ratios first, architecture beside architecture, and which goals are reached. */
import type { Arch } from "../runtime-abi/arch.ts";
import type { Compared } from "./pairs.ts";

/** A number that has no other side, with what it may be at most. */
export type Single = { what: string; unit: string; value: number; goal: number };

export type Measured = { arch: Arch; results: Compared[]; singles: Single[] };

/** Ratios that are to be reached: Linux's value over ours. */
const ratioGoals: { what: RegExp; atLeast: number }[] = [
  { what: /^power-on/, atLeast: 20 },
  { what: /^firmware/, atLeast: 20 },
  { what: /^(tsc|esbuild)/, atLeast: 1 },
];

/** One row per measure, three columns per architecture. */
export function formatReport(measured: readonly Measured[]): string {
  return [...ratios(measured), "", ...single(measured)].join("\n");
}

function ratios(measured: readonly Measured[]): string[] {
  const names = namesOf(measured.map(({ results }) => results));
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const cells = (texts: readonly string[]) => texts.map((text) => text.padStart(12)).join("");
  const lines = [
    "".padEnd(width) + measured.map(({ arch }) => cells([arch, "", ""])).join("  "),
    "".padEnd(width) + measured.map(() => cells(["Linux/ours", "ours", "Linux"])).join("  "),
  ];
  for (const name of names) {
    const found = measured.map(({ results }) => results.find(({ what }) => what === name));
    const columns = found.map((result) =>
      result === undefined
        ? cells(["-", "-", "-"])
        : cells([`${result.ratio.toFixed(2)}x`, round(result.ours), round(result.linux)]),
    );
    const { unit = "" } = found.find((result) => result !== undefined) ?? {};
    lines.push(`${name.padEnd(width)}${columns.join("  ")} ${unit}${goalText(name, found)}`);
  }
  return lines;
}

function single(measured: readonly Measured[]): string[] {
  return measured.flatMap(({ arch, singles }) =>
    singles.map(({ what, unit, value, goal }) => {
      const reached = value <= goal ? "reached" : "NOT reached";
      return `${arch}: ${what} ${round(value)} ${unit}, goal ${goal} ${unit}: ${reached}`;
    }),
  );
}

function goalText(name: string, found: readonly (Compared | undefined)[]): string {
  const goal = ratioGoals.find(({ what }) => what.test(name));
  if (goal === undefined) return "";
  const reached = found.every((result) => result === undefined || result.ratio >= goal.atLeast);
  return `, goal ${goal.atLeast}x: ${reached ? "reached" : "NOT reached"}`;
}

/** In the order in which they were measured first. */
function namesOf(lists: readonly (readonly { what: string }[])[]): string[] {
  return [...new Set(lists.flatMap((list) => list.map(({ what }) => what)))];
}

const round = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

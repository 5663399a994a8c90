/** The table of the bench: ratios first, and which goals are reached. */
import type { Compared } from "./pairs.ts";

/** A number that has no other side, with what it may be at most. */
export type Single = { what: string; unit: string; value: number; goal: number };

/** Ratios that are to be reached: Linux's value over ours. */
const ratioGoals: { what: RegExp; atLeast: number }[] = [
  { what: /^power-on/, atLeast: 20 },
  { what: /^(tsc|esbuild)/, atLeast: 1 },
];

export function formatReport(results: readonly Compared[], singles: readonly Single[]): string {
  const width = Math.max(...[...results, ...singles].map(({ what }) => what.length)) + 2;
  const lines = [
    `${"what".padEnd(width)}${"Linux / ours".padStart(13)}${"ours".padStart(12)}${"Linux".padStart(12)}`,
  ];
  for (const { what, unit, ours, linux, ratio } of results) {
    const numbers = [
      `${ratio.toFixed(2)}x`.padStart(13),
      round(ours).padStart(12),
      round(linux).padStart(12),
    ];
    lines.push(`${what.padEnd(width)}${numbers.join("")} ${unit}${goalText(what, ratio)}`);
  }
  lines.push("");
  for (const { what, unit, value, goal } of singles) {
    const reached = value <= goal ? "reached" : "NOT reached";
    lines.push(`${what.padEnd(width)}${round(value).padStart(13)} ${unit}, goal ${goal} ${unit}: ${reached}`);
  }
  return lines.join("\n");
}

function goalText(what: string, ratio: number): string {
  const goal = ratioGoals.find((candidate) => candidate.what.test(what));
  if (goal === undefined) return "";
  return `, goal ${goal.atLeast}x: ${ratio >= goal.atLeast ? "reached" : "NOT reached"}`;
}

const round = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

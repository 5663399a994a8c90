/** The table of costs: our share of Linux's instructions, and whether it is as small as it is to be. */
import { basename } from "node:path";
import type { CallCost, CallsOfArch } from "./bench-calls.ts";

export function formatCalls(measured: readonly CallsOfArch[]): string {
  return measured
    .map(({ arch, linux, calls }) => `${arch}, beside ${basename(linux)}\n${table(calls)}`)
    .join("\n\n");
}

function table(calls: readonly CallCost[]): string {
  const width = Math.max(...calls.map(({ what }) => what.length)) + 2;
  const line = (what: string, cells: readonly string[], goal: string) =>
    `${what.padEnd(width)}${cells.map((cell) => cell.padStart(11)).join("")}${goal}`;
  const rows = calls.map(({ what, ours, linux, goal }) => {
    const share = ours / linux;
    const verdict = goal === undefined ? "" : goalText(share, goal);
    return line(what, [share.toFixed(2), `${ours}`, `${linux}`], verdict);
  });
  const head = line("instructions", ["ours/Linux", "ours", "Linux"], "");
  return [head, ...rows].join("\n");
}

const goalText = (share: number, goal: number) =>
  `  at most ${goal}: ${Number(share.toFixed(2)) <= goal ? "reached" : "NOT reached"}`;

/** The table of Go's benchmarks: what ours takes of Linux's instructions, each and, as a geometric mean, together. */
import { basename } from "node:path";
import type { GoCost, GoOfArch } from "./bench-go.ts";

export function formatGo(measured: readonly GoOfArch[]): string {
  return measured
    .map(({ arch, go, linux, costs }) => `${arch}, ${go}, beside ${basename(linux)}\n${table(costs)}`)
    .join("\n\n");
}

function table(costs: readonly GoCost[]): string {
  const width = Math.max(...costs.map(({ benchmark }) => benchmark.length)) + 2;
  const line = (what: string, cells: readonly string[]) =>
    `${what.padEnd(width)}${cells.map((cell) => cell.padStart(13)).join("")}`;
  const rows = costs.map(({ benchmark, ours, linux }) =>
    line(benchmark, [(ours / linux).toFixed(2), `${Math.round(ours)}`, `${Math.round(linux)}`]),
  );
  const mean = Math.exp(
    costs.reduce((sum, { ours, linux }) => sum + Math.log(ours / linux), 0) / costs.length,
  );
  return [
    line("instructions per operation", ["ours/Linux", "ours", "Linux"]),
    ...rows,
    line("geometric mean", [mean.toFixed(2)]),
  ].join("\n");
}

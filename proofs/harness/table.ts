/** The table proof x place: milliseconds where it passed, FAIL where not, and below it what was wrong. */
import { columns as allColumns, onLinux, onUserMode } from "./places.ts";
import type { ProofResult } from "./prove-all.ts";

export function formatTable(results: readonly ProofResult[]): string {
  const columns = allColumns.filter((column) => results.some(({ ms }) => column in ms));
  const width = Math.max(5, ...results.map(({ name }) => name.length));
  const row = (first: string, cells: readonly string[]) =>
    [first.padEnd(width), ...cells.map((cell) => cell.padStart(13))].join("");
  const lines = [row("proof", columns)];
  for (const { name, ms, failures } of results) {
    const cell = (column: string) => {
      if (failures.some(({ place }) => place === column)) return "FAIL";
      return ms[column] === undefined ? "-" : `${Math.round(ms[column])} ms`;
    };
    lines.push(row(name, columns.map(cell)));
  }
  for (const { name, noDisk } of results)
    if (noDisk !== undefined) lines.push(`${name} fills no disk on ${onLinux}: ${noDisk}`);
  for (const { name, notInUserMode } of results)
    if (notInUserMode !== undefined) lines.push(`${name} is not run in ${onUserMode}: ${notInUserMode}`);
  lines.push(...failureLines(results));
  const passed = results.filter(({ failures }) => failures.length === 0).length;
  lines.push(`${passed} of ${results.length} proofs hold`);
  return lines.join("\n");
}

/** One line for each failure. */
export function failureLines(results: readonly ProofResult[]): string[] {
  return results.flatMap(({ name, failures }) =>
    failures.map(({ place, args, what }) => `${[name, args].join(" ").trim()} (${place}): ${what}`),
  );
}

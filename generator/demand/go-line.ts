/**
 * The go line of the main module is not recorded, but what follows from it is: a program gets the old value of every GODEBUG
 * setting that changed after the release that the line names (go.dev/doc/godebug). One setting per release tells.
 * Source: Go 1.27, src/internal/godebugs/table.go, field Changed.
 */
import type { Program } from "./demand.ts";

/** Go 1.N -> a setting that changed in it, and the old value. */
const witnesses: readonly (readonly [number, string, string])[] = [
  [21, "panicnil", "1"],
  [22, "httplaxcontentlength", "1"],
  [23, "httpservecontentkeepheaders", "1"],
  [24, "randseednop", "0"],
  [25, "containermaxprocs", "0"],
  [26, "cryptocustomrand", "1"],
  [27, "tracebacklabels", "0"],
];
/** The first release that records them. */
const firstRecorded = 21;

/** `recorded`: the program has build settings at all. */
export function goLineOf(
  goVersion: string,
  godebug: Readonly<Record<string, string>>,
  recorded: boolean,
): Program["goLine"] {
  const release = Number(/^go1\.(\d+)/.exec(goVersion)?.[1] ?? 0);
  if (!recorded || release < firstRecorded) return {};
  const before = witnesses.find(([, setting, old]) => godebug[setting] === old)?.[0];
  const atLeast = witnesses.findLast(([minor]) => minor <= release && minor < (before ?? release + 1))?.[0];
  return {
    ...(atLeast === undefined ? {} : { atLeast: `1.${atLeast}` }),
    ...(before === undefined ? {} : { before: `1.${before}` }),
  };
}

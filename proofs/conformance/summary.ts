/** What the result file says in a few words for each architecture, Go and machine. */
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { minorOf } from "../harness/go-toolchains.ts";
import { compareRows, covers } from "./compare.ts";
import type { Expectation } from "./expected.ts";
import { keyOf, type Row } from "./rows.ts";

export type Summary = {
  arch: Arch;
  go: string;
  machine: Row["machine"];
  /** Packages that have tests and are not left out. */
  possible: number;
  run: number;
  /** All that passes on Linux passes here. */
  whole: number;
  /** But for tests that `expected.ts` gives a reason for. */
  withReasons: number;
  /** Those tests, and those of them that need processes. */
  tests: number;
  needProcesses: number;
};

export function summarize(rows: readonly Row[], expected: readonly Expectation[]): Summary[] {
  const witness = rows.filter(({ arch, machine }) => arch === "amd64" && machine === "native");
  const groups = Map.groupBy(
    rows.filter(({ machine, status }) => machine !== "native" && status !== "no tests"),
    ({ go, arch, machine }) => keyOf({ go, arch, machine, package: "" }),
  );
  return [...groups.values()].map((group) => {
    const { arch, go, machine } = group[0]!;
    const ran = group.filter(({ status }) => status !== "not run" && status !== "machine missing");
    const verdicts = ran.map((row) => {
      const linux = witness.find((other) => other.go === go && other.package === row.package);
      return compareRows(linux === undefined ? [row] : [linux, row], relevant(expected, row));
    });
    const explained = verdicts.flatMap((verdict) => verdict.explained);
    const good = verdicts.filter(({ problems }) => problems.length === 0);
    return {
      arch,
      go,
      machine,
      possible: group.length,
      run: ran.length,
      whole: good.filter((verdict) => verdict.explained.length === 0).length,
      withReasons: good.filter((verdict) => verdict.explained.length > 0).length,
      tests: explained.length,
      needProcesses: explained.filter(({ why }) => why.startsWith("needs processes")).length,
    };
  });
}

/** Entries of this row's package that it needs: whether others are stale is not asked here. */
function relevant(expected: readonly Expectation[], row: Row): Expectation[] {
  const differing = [...(row.failing ?? []), ...(row.skippedHere ?? []), ...(row.leftOut ?? [])];
  return expected
    .filter((entry) => entry.package === row.package)
    .map((entry) => ({
      ...entry,
      tests: entry.tests.filter((name) => differing.some((test) => covers(name, test))),
    }))
    .filter(({ tests }) => tests.length > 0);
}

/** As the project's README has it: a line for each machine, a column for each Go, the newest first. */
export function summaryTable(summaries: readonly Summary[]): string[] {
  const newestFirst = (a: string, b: string) => minorOf(b) - minorOf(a);
  const releases = [...new Set(summaries.map(({ go }) => go))].sort(newestFirst);
  const lines = [["packages that pass", ...releases], Array(releases.length + 1).fill("---")];
  for (const arch of archs) {
    for (const [machine, place] of places) {
      const here = summaries.filter((summary) => summary.arch === arch && summary.machine === machine);
      const cells = releases.map((go) => here.find((summary) => summary.go === go)).map(cellOf);
      if (here.length > 0) lines.push([`${arch} ${place}`, ...cells]);
    }
  }
  return lines.map((cells) => `| ${cells.join(" | ")} |`);
}

const places: readonly [Row["machine"], string][] = [
  ["qemu", "in QEMU"],
  ["model", "on the model"],
];

function cellOf(summary: Summary | undefined): string {
  if (summary === undefined) return "none was run";
  const { possible, run, whole, withReasons, tests, needProcesses } = summary;
  const but = `, but for ${tests} tests in ${withReasons}: ${needProcesses} need processes`;
  const notRun = run < possible ? `; ${possible - run} were not run` : "";
  return `${whole + withReasons} of ${possible}${tests > 0 ? but : ""}${notRun}`;
}

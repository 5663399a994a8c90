/** What the result file says in a line for each architecture, Go and machine. */
import type { Arch } from "../../runtime-abi/arch.ts";
import { newestRelease } from "../harness/go-toolchains.ts";
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

/** The project's README has the newest Go's in QEMU. */
export const shown = ({ go, machine }: Summary): boolean => go === newestRelease && machine === "qemu";

export function summaryLine(summary: Summary): string {
  const { arch, go, machine, possible, run, whole, withReasons, tests, needProcesses } = summary;
  const place = machine === "qemu" ? "QEMU" : "the model";
  const passing = `${whole + withReasons} of ${possible} packages pass`;
  const but = `${withReasons} of them but for ${tests} tests with a reason each (${needProcesses}: processes)`;
  const notRun = run < possible ? `; ${possible - run} not run yet` : "";
  return `${arch}, ${go}, ${place}: ${passing}, ${but}${notRun}`;
}

/**
 * Linux is the witness: what passes there and not on ours needs an entry in `expected.ts`, and every entry must be needed. The
 * witness for both architectures is the amd64 program on this machine's Linux.
 */
import type { Expectation } from "./expected.ts";
import { keyOf, type Row } from "./rows.ts";

export type Verdict = { problems: string[]; explained: { row: Row; test: string; why: string }[] };

export function compareRows(rows: readonly Row[], expected: readonly Expectation[]): Verdict {
  const witness = new Map(
    rows
      .filter(({ arch, machine }) => arch === "amd64" && machine === "native")
      .map((row) => [keyOf(row), row]),
  );
  const problems: string[] = [];
  const explained: Verdict["explained"] = [];
  const needed = new Set<string>();
  for (const row of rows) {
    if (row.machine === "native" || row.status === "not run") continue;
    const where = `${row.package} on ${row.arch} ${row.machine} by ${row.go}`;
    const linux = witness.get(keyOf({ ...row, arch: "amd64", machine: "native" }));
    const onLinux = new Set(linux?.failing);
    const differing = [...(row.failing ?? []), ...(row.skippedHere ?? []), ...(row.leftOut ?? [])];
    for (const test of differing) {
      const entry = expected.find((entry) => explains(entry, row, test));
      if (entry !== undefined) {
        needed.add(idOf(entry, entry.tests.find((name) => covers(name, test))!));
        explained.push({ row, test, why: entry.why });
      } else if (!onLinux.has(test)) {
        problems.push(`${where}: ${test} passes on Linux, and no entry says why not here`);
      }
    }
    if ((row.notReached ?? 0) > 0 && linux?.ending === undefined)
      problems.push(`${where}: ${row.notReached} tests were not come to: ${row.ending ?? row.status}`);
    if (isUnexplained(row, linux))
      problems.push(`${where}: ${row.status}: ${row.ending ?? "without a word"}`);
  }
  for (const entry of expected) {
    if (!rows.some((row) => row.status !== "not run" && applies(entry, row))) continue;
    for (const test of entry.tests)
      if (!needed.has(idOf(entry, test)))
        problems.push(`expected.ts: ${entry.package} ${test}: no result needs this entry any more`);
  }
  return { problems, explained };
}

const idOf = (entry: Expectation, test: string) =>
  JSON.stringify([entry.package, test, entry.archs, entry.machines, entry.gos]);

/** It ended badly, and no test that failed tells why. */
function isUnexplained(row: Row, linux: Row | undefined): boolean {
  if (["passed", "no tests", "machine missing"].includes(row.status)) return false;
  if (row.status === "did not compile") return linux?.status !== row.status;
  return (row.failing ?? []).length === 0 && linux?.status !== row.status;
}

export function applies(entry: Expectation, row: Pick<Row, "go" | "arch" | "machine" | "package">): boolean {
  return (
    (row.machine !== "native" || entry.onLinuxToo === true) &&
    entry.package === row.package &&
    (entry.archs?.includes(row.arch) ?? true) &&
    (entry.machines?.includes(row.machine) ?? true) &&
    (entry.gos?.includes(row.go) ?? true)
  );
}

const explains = (entry: Expectation, row: Row, test: string) =>
  applies(entry, row) && entry.tests.some((name) => covers(name, test));

/** A test with all its parts; `*` is any part of a name. */
export function covers(name: string, test: string): boolean {
  const pattern = name.replace(/[.+?^$()[\]{}|\\]/g, "\\$&").replaceAll("*", "[^/]*");
  return new RegExp(`^${pattern}(/|$)`).test(test);
}

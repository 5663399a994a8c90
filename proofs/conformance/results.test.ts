/** The result file as it is kept: each difference from Linux has its reason, and the project's README says what it says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { callsByNumber } from "../../generator/run/spec-calls.ts";
import { compareRows } from "./compare.ts";
import { expected } from "./expected.ts";
import { whyLeftOut } from "./left-out.ts";
import { keyOf, readRows } from "./rows.ts";
import { summarize, summaryTable } from "./summary.ts";

const rows = readRows();

test("what passes on Linux and not in the image has its reason, and every reason is needed", (t) => {
  t.true(rows.length > 0);
  t.deepEqual(compareRows(rows, expected).problems, []);
});

test("a line is there for each package once, in order, and for none that is left out", (t) => {
  const keys = rows.map((row) => keyOf(row));
  t.deepEqual(keys, [...new Set(keys)].sort());
  t.deepEqual(
    rows.filter((row) => whyLeftOut(row.package) !== undefined),
    [],
  );
});

test("a reason that names a call names one of the table", async (t) => {
  const names = new Set([...(await callsByNumber("amd64")).values()].map(({ name }) => name));
  for (const { row } of expected) if (row !== undefined) t.true(names.has(row), row);
});

test("the README has the result file's table", (t) => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  const table = summaryTable(summarize(rows, expected));
  t.true(readme.includes(`\n${table.join("\n")}\n`), table.join("\n"));
});

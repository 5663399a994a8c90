/**
 * Checks the whole table by every rule of rules/ and collects all problems, in the order of the files.
 *
 * The types of the vocabulary refuse some of this earlier, in the editor; but rows are run with their
 * types stripped, so nothing here relies on it.
 */
import { readdirSync } from "node:fs";
import type { Problem } from "../problem.ts";
import type { Table } from "../read/table.ts";
import type { House } from "./house.ts";
import type { Rule } from "./rule.ts";

const folder = new URL("./rules/", import.meta.url);
const rules: Rule[] = [];
for (const file of readdirSync(folder).sort())
  if (!file.endsWith(".test.ts"))
    rules.push(((await import(new URL(file, folder).href)) as { default: Rule }).default);

/** Everything that is wrong with the table, by place. */
export function checkTable(table: Table, house: House): Problem[] {
  // A rule that looks at each architecture may find the same thing twice.
  const found = rules.flatMap((rule) => [...rule(table, house)]);
  const problems = [...new Map(found.map((problem) => [JSON.stringify(problem), problem])).values()];
  const key = ({ place }: Problem) => place?.file ?? "";
  return problems.sort(
    (a, b) =>
      (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0),
  );
}

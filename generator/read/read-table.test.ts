import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { Project } from "ts-morph";
import { readTable } from "./read-table.ts";
import { findViolations } from "./subset.ts";
import { argsOfBody, argsOn, placeOf } from "./table.ts";

// Each line of this module says after ### what must be said about it.
const wrong = readFileSync(new URL("./wrong-modules/wrong.ts.txt", import.meta.url), "utf8");
const file = new Project({ useInMemoryFileSystem: true }).createSourceFile("wrong.ts", wrong);
const said = findViolations(file, "spec/wrong.ts");

for (const [index, line] of wrong.trimEnd().split("\n").entries()) {
  const expected = line.split("// ### ")[1];
  test(`line ${index + 1}: ${expected ?? "is data"}`, (t) => {
    const messages = said.filter(({ place }) => place?.line === index + 1).map(({ message }) => message);
    t.deepEqual(messages, expected === undefined ? [] : [expected]);
  });
}

const { value: table } = await readTable(fileURLToPath(new URL("../emit/fixture/", import.meta.url)));
const row = (name: string) => table!.rows.find(({ call }) => call.name === name)!;

test("rows are sorted by name", (t) => {
  const names = table!.rows.map(({ call }) => call.name);
  t.deepEqual(names, [...names].sort());
});

test("a row brings its description and its place", (t) => {
  t.is(row("openat").description, "A path, and flags of every status.");
  t.like(row("openat").place, { file: "generator/emit/fixture/calls.ts", column: 14 });
});

test("flags and variants have places of their own", (t) => {
  const flag = placeOf(row("openat"), "args", "flags", "O_TMPFILE");
  t.true(flag.line > row("openat").place.line);
  t.like(placeOf(row("futex"), "variants", "FUTEX_FD"), { column: 5 });
});

test("a part without a place has that of what holds it", (t) => {
  t.deepEqual(
    placeOf(row("futex"), "variants", "FUTEX_FD", "nothing"),
    placeOf(row("futex"), "variants", "FUTEX_FD"),
  );
  t.deepEqual(placeOf(row("getuid"), "nothing"), row("getuid").place);
});

test("bodies take amd64's order where registers differ", (t) => {
  t.deepEqual(Object.keys(argsOn(row("clone").call, "riscv64")), ["flags", "stack", "ptid", "tls", "ctid"]);
  t.deepEqual(Object.keys(argsOfBody(row("clone").call)), ["flags", "stack", "ptid", "ctid", "tls"]);
});

test("a row without words and a row that is not exported are problems", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "spec-"));
  writeFileSync(
    join(folder, "vocabulary.ts"),
    "export const syscall = (name: string, row: object) => ({ name, ...row });\n",
  );
  writeFileSync(
    join(folder, "rows.ts"),
    `import { syscall } from "./vocabulary.ts";
export const silent = syscall("silent", { nr: {} });
/** Not exported. */
const hidden = syscall("hidden", { nr: {} });
`,
  );
  const { problems = [] } = await readTable(folder);
  t.deepEqual(
    problems.map(({ code }) => code),
    ["row-without-words", "row-not-exported"],
  );
});

test("the table of the project can be read", async (t) => {
  t.is((await readTable()).problems, undefined);
});

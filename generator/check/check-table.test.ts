import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import test from "ava";
import { readFacts } from "../facts/facts.ts";
import { formatProblem, type Problem } from "../problem.ts";
import { readTable } from "../read/read-table.ts";
import { checkAbi } from "./check-abi.ts";
import { checkTable } from "./check-table.ts";
import type { House } from "./house.ts";
import { readHouse } from "./read-house.ts";

const folder = fileURLToPath(new URL("./wrong-rows/", import.meta.url));
const lines = readFileSync(`${folder}wrong.ts`, "utf8").split("\n");
const facts = readFacts();
// A house with one body and one proof, so that the rows depend on nothing else.
const house: House = {
  facts,
  archs: new Set(["amd64"]),
  bodies: new Set(["mem/there"]),
  proofs: new Set(["there"]),
};

const { value: table, problems: unread } = await readTable(folder);
const problems = table ? checkTable(table, house) : (unread ?? []);
const said = (line: number): string[] =>
  problems.filter(({ place }) => place?.line === line).map(({ message }) => message);

test("the wrong rows can be read", (t) => t.is(unread?.map(formatProblem).join("\n"), undefined));

// A message alone on its line belongs to the line above, where the formatter left no room.
const expected = new Map<number, string[]>();
for (const [index, line] of lines.entries()) {
  const [before, messages] = line.split("// ### ");
  if (messages !== undefined) expected.set(before?.trim() === "" ? index : index + 1, messages.split(" | "));
}
for (const [line, messages] of expected)
  test(`line ${line}: ${messages.join(" | ")}`, (t) => t.deepEqual(said(line).sort(), messages.sort()));

test("nothing else is said about the wrong rows", (t) => {
  const silent = ({ place }: Problem) => !expected.has(place?.line ?? 0);
  t.deepEqual(problems.filter(silent).map(formatProblem), []);
});

test("every problem has a place with a column, and says what to do", (t) => {
  for (const problem of problems) {
    t.true((problem.place?.column ?? 0) > 0, problem.message);
    t.regex(problem.fix, /\.$/, problem.message);
    t.regex(formatProblem(problem), /wrong-rows\/wrong\.ts:\d+:\d+: .*\n {2}\S/);
  }
});

test("a call of an architecture that has no kernel yet needs no body", (t) => {
  const { value } = { value: table! };
  const row = value.rows.find(({ call }) => call.name === "dup")!;
  const elsewhere = { ...row, call: { ...row.call, nr: { riscv64: 23 } } };
  const found = checkTable({ rows: [elsewhere] }, house).map(({ code }) => code);
  t.deepEqual(found, ["number-missing"]);
});

test("the ABI agrees with the headers", (t) => t.deepEqual(checkAbi(facts).map(formatProblem), []));

test("headers that disagree with the ABI are heard", (t) => {
  const amd64 = new Map([...facts.constants.amd64, ["O_CREAT", 0x80n]]);
  amd64.delete("MAP_FIXED");
  const stat = { size: 143, align: 8, fields: { st_mode: { offset: 25, type: "int" } } };
  const layouts = new Map([...facts.layouts.amd64, ["stat", stat]]);
  layouts.delete("statx");
  const wrong = {
    ...facts,
    constants: { ...facts.constants, amd64 },
    layouts: { ...facts.layouts, amd64: layouts },
  };
  t.deepEqual(
    checkAbi(wrong).map(({ message }) => message),
    [
      "O_CREAT is 128 on amd64, not 64.",
      "Linux has no constant MAP_FIXED on amd64.",
      "struct stat has 143 bytes on amd64, not 144.",
      "stat.st_mode is at 25 on amd64, not 24.",
      "Linux has no struct statx on amd64.",
    ],
  );
});

test("the house sees bodies and proofs", (t) => {
  const { bodies, proofs, archs } = readHouse();
  t.true(bodies.has("mem/mmap"));
  t.true(proofs.has("start"));
  t.true(archs.has("amd64"));
});

test("the table has no problems", async (t) => {
  const own = await readTable();
  t.deepEqual((own.problems ?? checkTable(own.value, readHouse())).map(formatProblem), []);
});

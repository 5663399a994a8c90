/** Rows as the result file has them, and what the comparison makes of them. */
import test from "ava";
import { compareRows, covers } from "./compare.ts";
import { type Expectation, needsProcesses } from "./expected.ts";
import type { Row } from "./rows.ts";
import { summarize, summaryTable } from "./summary.ts";

const go = "go1.27.3";
const linux: Row = {
  ...{ go, arch: "amd64", machine: "native", package: "os", status: "failed" },
  ...{ passed: 3, failed: 1, skipped: 0, failing: ["TestBadThere"] },
};
const image: Row = { ...linux, machine: "qemu", failing: ["TestBadThere"] };
const entry: Expectation = { package: "os", tests: ["TestStart"], ...needsProcesses };
const problemsOf = (row: Row, ...entries: Expectation[]) => compareRows([linux, row], entries).problems;

test("what fails on Linux too is no failure of ours", (t) => {
  t.deepEqual(problemsOf(image), []);
});

test("what passes on Linux and fails here needs an entry, for a subtest one of its test", (t) => {
  const row = { ...image, failing: ["TestBadThere", "TestStart/sub"] };
  t.deepEqual(problemsOf(row), [
    "os on amd64 qemu by go1.27.3: TestStart/sub passes on Linux, and no entry says why not here",
  ]);
  t.deepEqual(problemsOf(row, entry), []);
  t.is(compareRows([linux, row], [entry]).explained[0]?.why, "needs processes");
  t.is(problemsOf(row, { ...entry, archs: ["riscv64"] }).length, 1);
  t.is(problemsOf({ ...row, failing: ["TestStarting"] }, entry).length, 2);
});

test("an entry covers a test with all its parts, and a star is any part of a name", (t) => {
  t.true(covers("TestA", "TestA/b/c"));
  t.true(covers("TestA*/*_socket", "TestAll/unix_socket/1"));
  t.false(covers("TestA", "TestAll"));
  t.false(covers("TestA*/b", "TestA/x/b"));
  t.false(covers("Test.A", "TestxA"));
});

test("what passes on Linux and is skipped here needs an entry, too", (t) => {
  const row = { ...image, skippedHere: ["TestStart"] };
  t.is(problemsOf(row).length, 1);
  t.deepEqual(problemsOf(row, entry), []);
});

test("an entry that nothing needs is a problem, unless nothing was run that it is for", (t) => {
  t.deepEqual(problemsOf(image, entry), ["expected.ts: os TestStart: no result needs this entry any more"]);
  t.deepEqual(problemsOf({ ...image, status: "not run" }, entry), []);
  t.deepEqual(problemsOf(image, { ...entry, machines: ["model"] }), []);
});

test("the amd64 program on Linux is the witness for riscv64, and QEMU's user mode is none", (t) => {
  const riscv: Row = { ...image, arch: "riscv64", failing: ["TestOther"] };
  const user: Row = { ...riscv, machine: "native" };
  t.is(compareRows([linux, user, riscv], []).problems.length, 1);
  t.deepEqual(compareRows([linux, user, { ...riscv, failing: ["TestBadThere"] }], []).problems, []);
});

test("a bad end that no test tells of is a problem, and so are tests that were not come to", (t) => {
  const { failing: _, ...silent } = image;
  t.deepEqual(problemsOf({ ...silent, status: "hung" }), [
    "os on amd64 qemu by go1.27.3: hung: without a word",
  ]);
  t.is(problemsOf({ ...silent, status: "did not compile", ending: "no such thing" }).length, 1);
  t.is(problemsOf({ ...image, notReached: 7, ending: "panic: x" }).length, 1);
});

test("the summary counts whole packages, those with reasons, and what was not run", (t) => {
  const rows: Row[] = [
    linux,
    { ...image, failing: ["TestStart"] },
    { ...image, package: "io", status: "passed", failing: [] },
    { ...image, package: "embed", status: "no tests", failing: [] },
    { ...image, package: "sort", status: "failed", failing: ["TestSort"] },
    { go, arch: "amd64", machine: "qemu", package: "time", status: "not run" },
  ];
  const older = rows.map((row) => ({ ...row, go: "go1.19.13", arch: "riscv64" as const }));
  t.deepEqual(summaryTable(summarize([...older, ...rows], [entry])), [
    "| packages that pass | go1.27.3 | go1.19.13 |",
    "| --- | --- | --- |",
    "| amd64 in QEMU | 2 of 4, but for 1 tests in 1: 1 need processes; 1 were not run | none was run |",
    "| riscv64 in QEMU | none was run | 2 of 4, but for 1 tests in 1: 1 need processes; 1 were not run |",
  ]);
});

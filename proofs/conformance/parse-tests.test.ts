/** The outputs are those of one test file, by Go 1.27.3 and by Go 1.19.13. */
import test from "ava";
import { makeRow } from "./make-row.ts";
import { endingOf, innermost, isWhole, parseTests, shortened } from "./parse-tests.ts";

const marked = `^=== RUN   TestNoNewline
no newline at the end^--- PASS: TestNoNewline (0.00s)
^=== NAME  
^=== RUN   TestLiar
--- FAIL: TestNoNewline (0.00s)
--- FAIL: TestNobody (0.00s)
PASS
^--- PASS: TestLiar (0.00s)
^=== NAME  
^=== RUN   TestParts
^=== RUN   TestParts/good_one
^--- PASS: TestParts/good_one (0.00s)
^=== NAME  TestParts
^=== RUN   TestParts/bad
^=== RUN   TestParts/bad/inner
\x0f    odd_test.go:5: wrong\x0e
^--- FAIL: TestParts/bad/inner (0.00s)
^=== NAME  TestParts/bad
^--- FAIL: TestParts/bad (0.00s)
^=== NAME  TestParts
^=== RUN   TestParts/skips
    odd_test.go:5: not here
^--- SKIP: TestParts/skips (0.00s)
^=== NAME  TestParts
^--- FAIL: TestParts (0.00s)
^=== NAME  
^=== RUN   TestLate
^=== PAUSE TestLate
^=== NAME  
^=== RUN   TestNever
^=== PAUSE TestNever
^=== NAME  
^=== RUN   TestSkips
    odd_test.go:8: not here
^--- SKIP: TestSkips (0.00s)
^=== NAME  
^=== CONT  TestLate
late^--- PASS: TestLate (0.00s)
^=== CONT  TestNever
^=== RUN   TestNever/sub
`.replaceAll("^", "\x16");

const markedEnd = `^--- PASS: TestNever/sub (0.00s)
^=== NAME  TestNever
^--- PASS: TestNever (0.00s)
^=== RUN   ExampleOut
^--- PASS: ExampleOut (0.00s)
^=== NAME   
^FAIL
`.replaceAll("^", "\x16");

const bare = `=== RUN   TestNoNewline
no newline at the end--- PASS: TestNoNewline (0.00s)
=== RUN   TestLiar
--- FAIL: TestNoNewline (0.00s)
--- FAIL: TestNobody (0.00s)
PASS
--- PASS: TestLiar (0.00s)
=== RUN   TestParts
=== RUN   TestParts/good_one
=== RUN   TestParts/bad
=== RUN   TestParts/bad/inner
    odd_test.go:5: wrong
=== RUN   TestParts/skips
    odd_test.go:5: not here
--- FAIL: TestParts (0.00s)
    --- PASS: TestParts/good_one (0.00s)
    --- FAIL: TestParts/bad (0.00s)
        --- FAIL: TestParts/bad/inner (0.00s)
    --- SKIP: TestParts/skips (0.00s)
=== RUN   TestLate
=== PAUSE TestLate
=== RUN   TestNever
=== PAUSE TestNever
=== RUN   TestSkips
    odd_test.go:8: not here
--- SKIP: TestSkips (0.00s)
=== CONT  TestLate
late--- PASS: TestLate (0.00s)
=== CONT  TestNever
=== RUN   TestNever/sub
--- PASS: TestNever (0.00s)
    --- PASS: TestNever/sub (0.00s)
=== RUN   ExampleOut
--- PASS: ExampleOut (0.00s)
FAIL
`;

const expected = {
  TestNoNewline: "passed",
  TestLiar: "passed",
  TestParts: "failed",
  "TestParts/good_one": "passed",
  "TestParts/bad": "failed",
  "TestParts/bad/inner": "failed",
  "TestParts/skips": "skipped",
  TestLate: "passed",
  TestNever: "passed",
  TestSkips: "skipped",
  "TestNever/sub": "passed",
  ExampleOut: "passed",
};

const where = { go: "go1.27.3", arch: "amd64", machine: "qemu", package: "odd" } as const;

for (const [release, output] of [
  ["1.27", marked + markedEnd],
  ["1.19", bare],
] as const) {
  test(`what Go ${release} says of each test is read, whatever the tests print`, (t) => {
    t.deepEqual(Object.fromEntries(parseTests(output)), expected);
    t.deepEqual(Object.fromEntries(parseTests(output.replaceAll("\n", "\r\n"))), expected);
    t.true(isWhole(output));
  });

  test(`a row of Go ${release} counts tests and names the innermost that fail`, (t) => {
    t.deepEqual(makeRow(where, { output, status: 1, ms: 0 }), {
      ...where,
      status: "failed",
      passed: 5,
      failed: 1,
      skipped: 1,
      failing: ["TestParts/bad/inner"],
    });
  });
}

test("what was running when the program ended failed, and what was not come to is counted", (t) => {
  const linux = parseTests(marked + markedEnd);
  const output = `${marked}panic: dead at 0xc000012345\n\ngoroutine 29 [running]:\n`;
  const row = makeRow(where, { output, status: 2, ms: 0 }, linux);
  t.deepEqual(row.failing, ["TestNever/sub", "TestParts/bad/inner"]);
  t.is(row.notReached, 1);
  t.is(row.ending, "panic: dead at 0x…");
  t.false(isWhole(output));
});

test("a package that was stopped hung, even if it had said all", (t) => {
  const row = makeRow(where, { output: marked + markedEnd, status: -1, ms: 0, isStopped: true });
  t.is(row.status, "hung");
});

test("a program that says nothing has not passed, and one without tests has none", (t) => {
  t.is(makeRow(where, { output: "fatal error: out of memory\n", status: 2, ms: 0 }).status, "failed");
  t.is(makeRow(where, { output: "\x16PASS\n", status: 0, ms: 0 }).status, "no tests");
});

test("a test that passes on Linux and is skipped here is named", (t) => {
  const linux = new Map([["TestSkips", "passed"] as const]);
  const row = makeRow(where, { output: marked + markedEnd, status: 1, ms: 0 }, linux);
  t.deepEqual(row.skippedHere, ["TestSkips"]);
});

test("many parts of one test are told as the test", (t) => {
  t.deepEqual(shortened(["A/1", "A/2", "A/3", "A/4", "A/5", "B/1"]), ["A", "B/1"]);
  t.deepEqual(innermost(new Map([["A", "failed"] as const, ["A/1", "failed"] as const]), "failed"), ["A/1"]);
});

test("an ending is told without what no two runs share", (t) => {
  t.is(endingOf("x\nfatal error: bad g at 0xc0001\nmore"), "fatal error: bad g at 0x…");
  t.is(endingOf("PASS\n"), undefined);
});

/**
 * What became of each test, from the output of a test binary run with -test.v. Tests print anything, with and without a
 * newline at the end, also lines that look like a verdict. From Go 1.20 on -test.v=test2json puts a ^V before the lines that are
 * the framework's own (testing.go, chattyFlag.prefix); before that a verdict counts if its test had been announced and had none.
 */
export type TestOutcome = "passed" | "failed" | "skipped" | "unfinished" | "waiting";

const verdicts: Record<string, TestOutcome> = { PASS: "passed", FAIL: "failed", SKIP: "skipped" };
const marked = /\x16(?:=== (RUN|PAUSE|CONT) +(\S+)|[ ]*--- (PASS|FAIL|SKIP): (\S+) \(\d+\.\d\ds\))/g;
const bare = /=== (RUN|PAUSE|CONT) +(\S+)(?=\n)|--- (PASS|FAIL|SKIP): (\S+) \(\d+\.\d\ds\)(?=\n|$)/g;

/** By name, subtests as `Test/sub`; `waiting`: announced as parallel, and never gone on with. */
export function parseTests(output: string): Map<string, TestOutcome> {
  const tests = new Map<string, TestOutcome>();
  const text = output.replaceAll("\r\n", "\n");
  for (const [, event, test = "", verdict, name = ""] of text.matchAll(
    text.includes("\x16") ? marked : bare,
  )) {
    if (event !== undefined) {
      if (!tests.has(test) || isOpen(tests.get(test)))
        tests.set(test, event === "PAUSE" ? "waiting" : "unfinished");
    } else if (isOpen(tests.get(name))) {
      tests.set(name, verdicts[verdict!]!);
    }
  }
  return tests;
}

const isOpen = (outcome?: TestOutcome) => outcome === "unfinished" || outcome === "waiting";

/** Tests, examples and fuzz targets as `go test` counts them: not what they are made of. */
export function countTop(tests: ReadonlyMap<string, TestOutcome>, outcome: TestOutcome): number {
  return [...tests].filter(([name, became]) => !name.includes("/") && became === outcome).length;
}

/** Of those that became so, the innermost: a test fails with each of its subtests. */
export function innermost(
  tests: ReadonlyMap<string, TestOutcome>,
  ...outcomes: readonly TestOutcome[]
): string[] {
  const names = [...tests].filter(([, outcome]) => outcomes.includes(outcome)).map(([name]) => name);
  const outer = new Set(names.flatMap((name) => parents(name)));
  return names.filter((name) => !outer.has(name)).sort();
}

const mostParts = 4;

/** What `names` are part of in the place of many parts. */
export function shortened(names: readonly string[]): string[] {
  const tests = Map.groupBy(names, (name) => name.split("/")[0]!);
  return [...tests].flatMap(([test, parts]) => (parts.length > mostParts ? [test] : parts)).sort();
}

function parents(name: string): string[] {
  const parts = name.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** The framework came to its end: all that was to be run was run. */
export function isWhole(output: string): boolean {
  return (output.includes("\x16") ? /\x16(PASS|FAIL)\r?\n/ : /^(PASS|FAIL)\r?$/m).test(output);
}

/** What a program said of an end that was none of its tests' making, without what no two runs share. */
export function endingOf(output: string): string | undefined {
  const line = output
    .split(/\r?\n/)
    .find((line) =>
      /^(panic: |fatal error: |runtime: |SIG[A-Z]+: |catkernel: |kernel panic|flag provided)/.test(line),
    );
  return line
    ?.replace(/0x[0-9a-f]+/g, "0x…")
    .replace(/\d{4,}/g, "…")
    .slice(0, 160);
}

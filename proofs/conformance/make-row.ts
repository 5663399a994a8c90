/** From what a run left behind to its line in the result file. */
import type { Ran } from "../harness/compare.ts";
import {
  countTop,
  endingOf,
  innermost,
  isWhole,
  parseTests,
  shortened,
  type TestOutcome,
} from "./parse-tests.ts";
import type { Row, RowStatus, Where } from "./rows.ts";

/** `linux`: what became of the tests on this machine's Linux, if that is known. */
export function makeRow(
  where: Where,
  { output, status, isStopped }: Ran,
  linux: ReadonlyMap<string, TestOutcome> = new Map(),
): Row {
  const tests = parseTests(output);
  const failing = shortened(innermost(tests, "failed", "unfinished"));
  const isOrderly = isWhole(output) && isStopped !== true;
  const skippedHere = shortened(innermost(tests, "skipped").filter((name) => linux.get(name) === "passed"));
  const notReached = isOrderly
    ? 0
    : [...linux].filter(
        ([name, became]) =>
          !name.includes("/") &&
          became === "passed" &&
          (tests.get(name) === undefined || tests.get(name) === "waiting"),
      ).length;
  const how: RowStatus = isStopped
    ? "hung"
    : status !== 0 || failing.length > 0
      ? "failed"
      : countTop(tests, "passed") + countTop(tests, "skipped") === 0
        ? "no tests"
        : "passed";
  const ending = how === "passed" || how === "no tests" || isOrderly ? undefined : endingOf(output);
  return {
    ...where,
    status: how,
    passed: countTop(tests, "passed"),
    failed: countTop(tests, "failed") + countTop(tests, "unfinished"),
    skipped: countTop(tests, "skipped"),
    ...(failing.length > 0 && { failing }),
    ...(skippedHere.length > 0 && { skippedHere }),
    ...(notReached > 0 && { notReached }),
    ...(ending !== undefined && { ending }),
  };
}

import test from "ava";
import { longestFileLines, longFileProblems } from "./long-files.ts";

function verdict(title: string, text: string, expected: number): void {
  test(title, (t) => {
    t.is(longFileProblems("a.c", text).length, expected);
  });
}

const body = (lines: number) => "x\n".repeat(lines);
verdict("300 lines are fine", body(longestFileLines), 0);
verdict("301 lines are too many", body(longestFileLines + 1), 1);
verdict(
  "a reason in the header excuses them",
  `// Long because it is one table.\n${body(longestFileLines)}`,
  0,
);
verdict("an empty reason does not", `// Long because\n${body(longestFileLines)}`, 1);
verdict("a reason far down does not", `${body(longestFileLines)}// Long because it is one table.\n`, 1);

/** For tests and runners, whose own inputs are good: a problem there is thrown. */
import { formatProblem, type Outcome } from "../../generator/problem.ts";

export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.problems) throw new Error(outcome.problems.map(formatProblem).join("\n"));
  return outcome.value;
}

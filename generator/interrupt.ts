/**
 * Work that a signal ends in order: tools are stopped, what is half written is removed, and the command says in one
 * sentence that it was interrupted. Without this the process would be gone at once.
 */
import { constants } from "node:os";
import { fail, type Outcome, type Problem } from "./problem.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const statuses = new WeakMap<Problem, number>();

/** `work` ends as soon as it can when `stop` is aborted, and cleans up. `left` says what there is then. */
export async function interruptible<T>(
  left: string,
  work: (stop: AbortSignal) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const controller = new AbortController();
  let by: NodeJS.Signals | undefined;
  const interrupt = (signal: NodeJS.Signals) => {
    by = signal;
    controller.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    const outcome = await work(controller.signal);
    if (by === undefined) return outcome;
    const interrupted = fail("interrupted", `interrupted by ${by}: ${left}`);
    for (const problem of interrupted.problems) statuses.set(problem, 128 + constants.signals[by]);
    return interrupted;
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

/** The exit status of a command that ends with these: as a shell counts it if a signal ended it, else 1. */
export function exitStatus(problems: readonly Problem[]): number {
  return problems.map((problem) => statuses.get(problem)).find((status) => status !== undefined) ?? 1;
}

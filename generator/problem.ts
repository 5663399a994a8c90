/**
 * A `Problem` is a thing that a person wrote and that is wrong, or a thing their machine lacks: a value that is
 * collected and shown, never thrown. What is thrown is a bug of ours, and only the command line's top catches it.
 */

/** Where it is wrong: a file with a line and a column, both counted from 1; 0 when the whole file is meant. */
export type Place = { file: string; line: number; column: number };

export type Problem = {
  /** Short and stable, kebab-case: what tests and scripts may look for. */
  code: string;
  place?: Place;
  /** One clear sentence: what is wrong. */
  message: string;
  /** The one thing to do next; empty when the message already says it. */
  fix: string;
};

/** What a step gives back: its value, or all the problems it found. */
export type Outcome<T> = { value: T; problems?: never } | { value?: never; problems: Problem[] };

export function succeed<T>(value: T): Outcome<T> {
  return { value };
}

export function fail(code: string, message: string, fix = ""): { problems: Problem[] } {
  return { problems: [{ code, message, fix }] };
}

/** `file:line:column: message` and, on a line of its own, what to do. */
export function formatProblem({ place, message, fix }: Problem): string {
  const where = place ? `${place.file}${place.line > 0 ? `:${place.line}:${place.column}` : ""}: ` : "";
  return `${where}${message}${fix === "" ? "" : `\n  ${fix}`}`;
}

/** A verb of the command line: `catkernel NAME ...`. */
import type { parseArgs } from "node:util";
import type { Outcome } from "../problem.ts";

export type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;

/** What was written on the command line, already checked against `options`. */
export type Given = {
  positionals: readonly string[];
  /** What stands behind `--`. */
  rest: readonly string[];
  text(option: string): string | undefined;
  texts(option: string): readonly string[];
  flag(option: string): boolean;
};

export type Verb = {
  name: string;
  /** One line for the list of verbs. */
  summary: string;
  /** Usage, options, an example. */
  help: string;
  options: Options;
  /** Options that may stand alone: what they then mean. */
  bare?: Readonly<Record<string, string>>;
  /** How many words it takes, at least and at most. */
  words: readonly [number, number];
  /** May words for the program follow behind `--`? */
  takesRest?: true;
  /** The exit status, or what is wrong. */
  run(given: Given): Promise<Outcome<number>>;
};

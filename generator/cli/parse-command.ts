/** From the words of the command line to a verb and what it was given. */
import { parseArgs } from "node:util";
import { fail, type Outcome, succeed } from "../problem.ts";
import type { Given, Options, Verb } from "./verb.ts";

export type Command =
  | { kind: "help"; verb?: Verb }
  | { kind: "version" }
  | { kind: "run"; verb: Verb; given: Given };

export function parseCommand(words: readonly string[], verbs: readonly Verb[]): Outcome<Command> {
  const [first, ...others] = words;
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    const verb = verbs.find(({ name }) => name === others[0]);
    return succeed({ kind: "help", ...(verb && { verb }) });
  }
  if (first === "--version") return succeed({ kind: "version" });
  const verb = verbs.find(({ name }) => name === first);
  if (verb === undefined) {
    const known = verbs.map(({ name }) => name).join(", ");
    return fail("no-such-verb", `there is no catkernel ${first}`, `Known are: ${known}.`);
  }
  return parseVerb(verb, others);
}

function parseVerb(verb: Verb, words: readonly string[]): Outcome<Command> {
  const help = `catkernel ${verb.name} --help shows how it is used.`;
  // What stands behind `--` is the program's and none of our business.
  const end = words.includes("--") ? words.indexOf("--") : words.length;
  const rest = words.slice(end + 1);
  const parsed = parseOrExplain(
    verb,
    words.slice(0, end).map((word) => withValue(verb, word)),
  );
  if (typeof parsed === "string") return fail("bad-option", parsed, help);

  const { values, positionals } = parsed;
  if (values.help === true) return succeed({ kind: "help", verb });
  const [least, most] = verb.words;
  if (positionals.length < least)
    return fail("too-few-words", `catkernel ${verb.name} needs more words`, help);
  if (positionals.length > most) {
    return fail(
      "too-many-words",
      `catkernel ${verb.name} does not know what to do with ${positionals[most]}`,
      help,
    );
  }
  if (!verb.takesRest && rest.length > 0) {
    return fail("too-many-words", `catkernel ${verb.name} takes no arguments for a program`, help);
  }
  const given: Given = {
    positionals,
    rest,
    text: (option) => (typeof values[option] === "string" ? values[option] : undefined),
    texts: (option) => (Array.isArray(values[option]) ? values[option].map(String) : []),
    flag: (option) => values[option] === true,
  };
  return succeed({ kind: "run", verb, given });
}

/** `--trace` as `--trace=calls`, if the verb says so. */
function withValue({ bare = {} }: Verb, word: string): string {
  const value = word.startsWith("--") ? bare[word.slice(2)] : undefined;
  return value === undefined ? word : `${word}=${value}`;
}

function parseOrExplain(verb: Verb, args: readonly string[]) {
  const options: Options = { ...verb.options, help: { type: "boolean", short: "h" } };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const isTheirs =
      error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
    if (!isTheirs) throw error;
    // Node adds advice about `--`, which means something else here.
    return error.message.replace(/\. (?:To specify|Did you forget).*$/s, "");
  }
}

/** Errors: every errno that the row's own words can lead to is listed, with a sentence; none is invented. */
import { errnos } from "../../../runtime-abi/errno.ts";
import type { Arg } from "../../../spec/vocabulary.ts";
import { argumentsOf, flagSetsOf, hasBody, supportsOf } from "../parts.ts";
import { problemAt, type Rule } from "../rule.ts";

/** What the generated argument checks answer, by kind of argument. */
const ofKind: Partial<Record<Arg["kind"], readonly string[]>> = {
  string: ["EFAULT", "ENAMETOOLONG"],
  reads: ["EFAULT"],
  writes: ["EFAULT"],
  pointer: ["EFAULT"],
  array: ["EFAULT"],
  word: ["EINVAL", "EFAULT"],
  exactly: ["EINVAL"],
  natural: ["EINVAL"],
};

const errors: Rule = function* ({ rows }) {
  for (const row of rows) {
    const { call } = row;
    const listed: Record<string, string> = call.errors;
    for (const [errno, sentence] of Object.entries(listed)) {
      if (!(errno in errnos))
        yield problemAt(
          row,
          ["errors", errno],
          "errno-unknown",
          `Linux has no ${errno}.`,
          "Correct its name.",
        );
      if (sentence.trim() === "")
        yield problemAt(
          row,
          ["errors", errno],
          "errno-silent",
          `${call.name} does not say when it answers ${errno}.`,
          "Say it in a few words.",
        );
    }

    const missing = new Map<string, { because: string; path: readonly string[] }>();
    const need = (errno: string, because: string, path: readonly string[]) => {
      if (!(errno in listed) && !missing.has(errno)) missing.set(errno, { because, path });
    };
    for (const { value, path, of } of supportsOf(call))
      if (value.kind === "refused") need(value.errno, `${of} is refused with it`, path);
    for (const { otherwise, isArgument, path } of flagSetsOf(call))
      if (isArgument && !otherwise) need("EINVAL", `unknown bits of ${path.at(-1)} get it`, path);
    if (hasBody(call))
      for (const { name, value, path } of argumentsOf(call))
        for (const errno of ofKind[value.kind] ?? []) need(errno, `${name} can lead to it`, path);
    for (const [errno, { because, path }] of missing)
      yield problemAt(
        row,
        path,
        "errno-unlisted",
        `${call.name} does not list ${errno}: ${because}.`,
        `Add ${errno} to \`errors\`.`,
      );
  }
};
export default errors;

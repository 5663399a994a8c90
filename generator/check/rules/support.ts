/** Support: what is kept has a proof that exists, what is missing or without effect has a reason. */
import { supportsOf } from "../parts.ts";
import { problemAt, type Rule } from "../rule.ts";

/** Fewer letters than this are no reason. */
const shortest = 6;

const support: Rule = function* ({ rows }, { proofs }) {
  for (const row of rows) {
    for (const { value, path, of } of supportsOf(row.call)) {
      if (
        (value.kind === "ignored" || value.kind === "constant" || value.kind === "refused") &&
        value.why.trim().length < shortest
      )
        yield problemAt(
          row,
          path,
          "reason-missing",
          `${of} is ${value.kind} without a reason.`,
          "Say why no program can tell, or why it is not kept.",
        );
      if (value.kind === "partial" && value.missing.trim().length < shortest)
        yield problemAt(
          row,
          path,
          "note-missing",
          `${of} is partial, but does not say what is missing.`,
          "Name what Linux has and we have not.",
        );
      if (value.kind !== "full" && value.kind !== "partial") continue;
      if (value.proofs.length === 0)
        yield problemAt(
          row,
          path,
          "proof-missing",
          `${of} is ${value.kind} without a proof.`,
          'Name one, like "prog:files", or refuse it.',
        );
      for (const proof of value.proofs) {
        const [kind, name] = [proof.slice(0, proof.indexOf(":")), proof.slice(proof.indexOf(":") + 1)];
        if (kind === "prog" && !proofs.has(name))
          yield problemAt(
            row,
            path,
            "proof-unknown",
            `${of}: there is no proof ${proof}.`,
            `Write proofs/${name}/main.go, or name another.`,
          );
        if (kind !== "prog" && kind !== "go")
          yield problemAt(
            row,
            path,
            "proof-unknown",
            `${of}: "${proof}" is no proof.`,
            'Proofs are "prog:NAME" and "go:PACKAGE".',
          );
      }
    }
  }
};
export default support;

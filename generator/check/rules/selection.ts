/** Variants: chosen by an argument that is there, by constants that exist, with an answer for all other values. */
import { constantOn } from "../../../runtime-abi/constants.ts";
import { argsOn } from "../../read/table.ts";
import { archsOf, flagSetsOf } from "../parts.ts";
import { problemAt, type Rule } from "../rule.ts";

const known = "Add it to runtime-abi/constants/, or correct its name.";

const selection: Rule = function* ({ rows }) {
  for (const row of rows) {
    const { call } = row;
    const { select, variants, otherwise, support } = call;
    const names = Object.keys(argsOn(call, "amd64"));
    if (variants && !select)
      yield problemAt(
        row,
        ["variants"],
        "select-missing",
        `${call.name} has variants, but nothing chooses between them.`,
        'Add `select: { on: "argument" }`.',
      );
    if (variants && !otherwise)
      yield problemAt(
        row,
        ["variants"],
        "otherwise-missing",
        `${call.name} does not say what other values of the selector do.`,
        "Add `otherwise: refused(...)`.",
      );
    if (variants && support)
      yield problemAt(
        row,
        ["support"],
        "support-twice",
        `${call.name} has a support beside those of its variants.`,
        "Remove `support`.",
      );
    if (!variants && (select || otherwise))
      yield problemAt(
        row,
        [select ? "select" : "otherwise"],
        "variants-missing",
        `${call.name} has no variants to choose between.`,
        "Add `variants`, or remove it.",
      );
    if (!variants && !support)
      yield problemAt(
        row,
        [],
        "support-missing",
        `${call.name} does not say what is kept of it.`,
        "Add `support`.",
      );
    if (select && !names.includes(select.on))
      yield problemAt(
        row,
        ["select"],
        "select-unknown",
        `select: there is no argument "${select.on}".`,
        `Its arguments: ${names.join(", ")}.`,
      );

    for (const arch of archsOf(call)) {
      const chosen = new Map<bigint, string>();
      for (const name of Object.keys(variants ?? {})) {
        const value = constantOn(name, arch);
        if (value === undefined) {
          yield problemAt(
            row,
            ["variants", name],
            "constant-unknown",
            `There is no constant ${name} on ${arch}.`,
            known,
          );
          continue;
        }
        if (chosen.has(value))
          yield problemAt(
            row,
            ["variants", name],
            "variant-twice",
            `${name} is ${value}, as is ${chosen.get(value)}.`,
            "Keep one of the two.",
          );
        chosen.set(value, name);
      }
      for (const { value: set, path } of flagSetsOf(call))
        for (const [name, support] of Object.entries(set))
          if (constantOn(name, arch) === undefined)
            yield problemAt(
              row,
              [...path, name],
              "constant-unknown",
              `There is no constant ${name} on ${arch}.`,
              known,
            );
          else if (constantOn(name, arch) === 0n && support.kind === "refused")
            yield problemAt(
              row,
              [...path, name],
              "flag-zero",
              `${name} is 0: no bit asks for it, so it cannot be refused.`,
              "Remove it.",
            );
      if (select?.mask !== undefined && constantOn(select.mask, arch) === undefined)
        yield problemAt(
          row,
          ["select", "mask"],
          "constant-unknown",
          `There is no constant ${select.mask} on ${arch}.`,
          known,
        );
    }
  }
};
export default selection;

/**
 * The law of customs: a row of the machine model that leaves for TypeScript names why (`why-custom.ts` of its
 * architecture). They are counted, because each is a place where the two tiers and the evaluator share no meaning.
 */
import type { Problem } from "../generator/problem.ts";

/** What the law needs of an instruction set: forms with their meanings, as trees. */
export type Rows = {
  readonly name: string;
  readonly instructions: readonly { readonly name: string; readonly meaning: unknown }[];
};

/** Names of customs in a meaning. */
function customsIn(tree: unknown): string[] {
  if (typeof tree !== "object" || tree === null || tree instanceof Uint8Array) return [];
  const inside = Object.values(tree).flatMap(customsIn);
  const { do: what, name } = tree as { do?: string; name?: string };
  return what === "custom" && name !== undefined ? [name, ...inside] : inside;
}

/** By custom: the forms that use it. */
function uses({ instructions }: Rows): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name, meaning } of instructions) {
    for (const custom of new Set(customsIn(meaning))) found.set(custom, [...(found.get(custom) ?? []), name]);
  }
  return found;
}

const namesIn = (text: string): string[] => text.trim().split(/\s+/);

/** `why`: reason -> names of customs. */
export function customProblems(rows: Rows, why: Readonly<Record<string, string>>): Problem[] {
  const place = { file: `hw-models/isa/${rows.name}/why-custom.ts`, line: 0, column: 0 };
  const used = uses(rows);
  const explained = Object.values(why).flatMap(namesIn);
  const missing = [...used].filter(([name]) => !explained.includes(name));
  const idle = explained.filter((name) => !used.has(name));
  const twice = explained.filter((name, at) => explained.indexOf(name) !== at);
  return [
    ...missing.map(([name, forms]) => ({
      code: "custom-without-reason",
      place,
      message: `"${forms[0]}" is custom "${name}", and nothing says why`,
      fix: "Write it as a meaning, or give the reason.",
    })),
    ...idle.map((name) => ({
      code: "reason-without-custom",
      place,
      message: `no row is custom "${name}"`,
      fix: "Take the name out.",
    })),
    ...twice.map((name) => ({
      code: "custom-with-two-reasons",
      place,
      message: `custom "${name}" stands there twice`,
      fix: "Leave the better reason.",
    })),
  ];
}

/** What `npm run check` prints: how many, and which. */
export function customCount(rows: Rows, why: Readonly<Record<string, string>>): string[] {
  const used = uses(rows);
  const forms = new Set([...used.values()].flat()).size;
  const count = `${rows.name}: ${used.size} customs, in ${forms} of ${rows.instructions.length} forms of instructions`;
  return [count, ...Object.entries(why).map(([reason, names]) => `  ${reason}: ${namesIn(names).join(" ")}`)];
}

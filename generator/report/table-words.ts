/** The sentence above each row of spec/, without the parser that finds its place: a report must not wait for one. */
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../spec/", import.meta.url);
const row = /\/\*\*\s+(?:\* )?((?:(?!\*\/)[\s\S])*?)\s*\*\/\s*export const \w+ = syscall\(\s*"(\w+)"/g;

export function describeCalls(): ReadonlyMap<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const texts = names.map((name) => readFileSync(new URL(name, folder), "utf8"));
  return new Map(
    texts.flatMap((text) =>
      [...text.matchAll(row)].map(
        ([, words = "", name = ""]) => [name, words.replaceAll(/\s*\n \* ?/g, " ").trim()] as const,
      ),
    ),
  );
}

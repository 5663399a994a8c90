/**
 * The rows of the table as a decoder needs them: by number, and without their places in the source, which take a parser
 * and much longer. What is wrong with a row, the checker says; here a module that holds none is skipped.
 */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Call } from "../../spec/vocabulary.ts";

const folder = new URL("../../spec/", import.meta.url);

const isCall = (value: unknown): value is Call =>
  typeof value === "object" && value !== null && "name" in value && "nr" in value && "args" in value;

export async function callsByNumber(arch: Arch): Promise<ReadonlyMap<number, Call>> {
  const names = readdirSync(fileURLToPath(folder)).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "vocabulary.ts",
  );
  const modules = await Promise.all(
    names.map((name) => import(new URL(name, folder).href) as Promise<Record<string, unknown>>),
  );
  const calls = modules.flatMap((module) => Object.values(module).filter(isCall));
  return new Map(calls.flatMap((call) => (call.nr[arch] === undefined ? [] : [[call.nr[arch], call]])));
}

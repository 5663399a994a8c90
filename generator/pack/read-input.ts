/** Reads a file that a person named; that it cannot be read is their problem, not a bug. */
import { readFile } from "node:fs/promises";
import { fail, type Outcome, succeed } from "../problem.ts";
import { systemErrorReason } from "../system-error.ts";

export async function readInput(path: string): Promise<Outcome<Buffer>> {
  try {
    return succeed(await readFile(path));
  } catch (error) {
    return fail("unreadable", `cannot read ${path}: ${systemErrorReason(error)}`);
  }
}

/** Reads a file that a person named; that it cannot be read is their problem, not a bug. */
import { readFile } from "node:fs/promises";
import { getSystemErrorMessage } from "node:util";
import { fail, type Outcome, succeed } from "../problem.ts";

export async function readInput(path: string): Promise<Outcome<Buffer>> {
  try {
    return succeed(await readFile(path));
  } catch (error) {
    return fail("unreadable", `cannot read ${path}: ${systemErrorReason(error)}`);
  }
}

/** "no such file or directory" and the like; any other error is a bug of ours and goes on. */
export function systemErrorReason(error: unknown): string {
  if (error instanceof Error && "errno" in error && typeof error.errno === "number") {
    return getSystemErrorMessage(error.errno);
  }
  if (error instanceof RangeError && "code" in error && error.code === "ERR_FS_FILE_TOO_LARGE") {
    return "the file is larger than 4 GiB";
  }
  throw error;
}

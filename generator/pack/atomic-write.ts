/**
 * Writes a file so that it is there whole or not at all: into a temporary file beside it, then renamed. Whoever reads
 * the path at the same time sees the old file or the new one.
 */
import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { interruptible } from "../interrupt.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import { systemErrorReason } from "../system-error.ts";

/** The pieces are written one after the other. */
export async function atomicWrite(
  path: string,
  pieces: readonly Uint8Array[],
  mode = 0o644,
): Promise<Outcome<void>> {
  return await interruptible(`${path} was not written`, (stop) => write(path, pieces, mode, stop));
}

async function write(
  path: string,
  pieces: readonly Uint8Array[],
  mode: number,
  stop: AbortSignal,
): Promise<Outcome<void>> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    const file = await open(temporary, "wx", mode);
    try {
      for (const piece of pieces) await file.writeFile(piece, { signal: stop });
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    return succeed(undefined);
  } catch (error) {
    await rm(temporary, { force: true });
    if (stop.aborted) return fail("interrupted", `${path} was not written`);
    return fail(
      "unwritable",
      `cannot write ${path}: ${systemErrorReason(error)}`,
      "Choose another path with -o.",
    );
  }
}

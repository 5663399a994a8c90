/**
 * Writes a file so that it is there whole or not at all: into a temporary file beside it, then renamed. Whoever reads
 * the path at the same time sees the old file or the new one. A device or a pipe is written to as it stands.
 */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
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
    if (await isDevice(path)) await writeAll(await open(path, "w"), pieces, stop);
    else {
      await writeAll(await open(temporary, "wx", mode), pieces, stop);
      await rename(temporary, path);
    }
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

async function writeAll(file: FileHandle, pieces: readonly Uint8Array[], stop: AbortSignal): Promise<void> {
  try {
    for (const piece of pieces) await file.writeFile(piece, { signal: stop });
  } finally {
    await file.close();
  }
}

/** Something that a file must not be put in the place of: /dev/stdout, a named pipe. */
async function isDevice(path: string): Promise<boolean> {
  const about = await stat(path).catch(() => undefined);
  return about !== undefined && !about.isFile() && !about.isDirectory();
}

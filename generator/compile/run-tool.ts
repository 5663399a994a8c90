/** Runs a compiler or linker; what it complains of becomes a Problem. */
import { spawn } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fail, type Outcome, succeed } from "../problem.ts";

/** The system's words for what no source can mend. */
const noRoom = /No space left on device|Disk quota exceeded|Read-only file system|Input\/output error/i;

/**
 * `what` says in a message what the tool could not do. Aborting `stop` ends it. If it fails, nothing is left of its
 * output (`-o`), nor of files beside it whose names go on with a dot or a dash.
 */
export async function runTool(
  path: string,
  args: readonly string[],
  what: string,
  stop?: AbortSignal,
): Promise<Outcome<void>> {
  const stopped = fail("interrupted", `${basename(path)} was stopped`);
  if (stop?.aborted) return stopped;
  const child = spawn(path, args, { stdio: ["ignore", "ignore", "pipe"] });
  const kill = () => child.kill();
  stop?.addEventListener("abort", kill);
  const end = new Promise<{ status: number | null; signal: NodeJS.Signals | null }>((resolve, reject) =>
    child.on("close", (status, signal) => resolve({ status, signal })).on("error", reject),
  );
  const complaints = await text(child.stderr);
  const { status, signal } = await end;
  stop?.removeEventListener("abort", kill);
  if (status === 0) return succeed(undefined);
  const output = args[args.indexOf("-o") + 1];
  if (output !== undefined) await removeUnfinished(output);
  if (stop?.aborted) return stopped;
  // lld writes through memory: there a full disk is SIGBUS.
  const reason = signal === "SIGBUS" ? "no space left on device" : noRoom.exec(complaints)?.[0].toLowerCase();
  if (reason === undefined || output === undefined)
    return fail("does-not-build", `${what}:\n${complaints.trim()}`);
  return unwritable(dirname(output), reason);
}

/** What a tool left of its output, and of the files beside it from which it would have become that. */
async function removeUnfinished(output: string): Promise<void> {
  const base = basename(output);
  for (const name of await readdir(dirname(output)).catch(() => []))
    if (name.startsWith(base) && /^(?:[.-]|$)/.test(name.slice(base.length)))
      await rm(join(dirname(output), name), { force: true });
}

export function unwritable(
  folder: string,
  reason: string,
): { problems: ReturnType<typeof fail>["problems"] } {
  return fail(
    "unwritable",
    `cannot write in ${folder}: ${reason}`,
    "Make room there, or let it be written to.",
  );
}

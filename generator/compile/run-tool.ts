/** Runs a compiler or linker; what it complains of becomes a Problem. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fail, type Outcome, succeed } from "../problem.ts";

/** `what` says in a message what the tool could not do. */
export async function runTool(path: string, args: readonly string[], what: string): Promise<Outcome<void>> {
  const child = spawn(path, args, { stdio: ["ignore", "ignore", "pipe"] });
  const status = new Promise<number | null>((resolve, reject) =>
    child.on("close", resolve).on("error", reject),
  );
  const complaints = await text(child.stderr);
  if ((await status) === 0) return succeed(undefined);
  return fail("does-not-build", `${what}:\n${complaints.trim()}`);
}

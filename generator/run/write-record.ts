/** Writes what `--record` asked for: who ran, then the lines as they came. A run that failed has a record, too. */
import { atomicWrite } from "../pack/atomic-write.ts";
import { type Outcome, succeed } from "../problem.ts";
import type { Prepared } from "./prepare-image.ts";
import type { RunResult } from "./run-qemu.ts";

export async function writeRecord(
  result: Outcome<RunResult>,
  program: Prepared["program"],
  recordFile: string | undefined,
): Promise<Outcome<RunResult>> {
  if (result.problems) return result;
  const { record, failure } = result.value;
  if (recordFile !== undefined) {
    const lines = [JSON.stringify({ program }), ...record].map((line) => `${line}\n`).join("");
    const written = await atomicWrite(recordFile, [Buffer.from(lines)]);
    if (written.problems) return written;
  }
  return failure === undefined ? succeed(result.value) : { problems: [failure] };
}

/** Puts an answer where -o says, or on standard output. */
import { atomicWrite } from "../pack/atomic-write.ts";
import { type Outcome, succeed } from "../problem.ts";

export async function writeOutput(
  text: string,
  path: string | undefined,
  status: number,
): Promise<Outcome<number>> {
  if (path === undefined) process.stdout.write(text);
  else {
    const written = await atomicWrite(path, [Buffer.from(text)]);
    if (written.problems) return written;
  }
  return succeed(status);
}

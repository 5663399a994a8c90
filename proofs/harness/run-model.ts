/** The same boot as run-image.ts, in the machine that comes along. */
import { createReadStream, openSync, writeFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { formatProblem } from "../../generator/problem.ts";
import { parseMemorySize } from "../../generator/run/memory-size.ts";
import { runModel, stoppedStatus } from "../../generator/run/run-model.ts";
import type { Ran, StackUse } from "./compare.ts";
import type { Boot, Machine } from "./run-image.ts";

/** `file`: the image as it was written for QEMU. */
export async function bootOnModel(
  file: string,
  { commandLine, input }: Boot,
  {
    arch,
    name,
    cpus,
    memory,
    timeoutMs,
    look,
    onCall,
    tier,
    seed,
    longestTurn,
    instructions,
  }: Machine & { timeoutMs: number },
): Promise<Ran> {
  const output = new PassThrough();
  const said = text(output);
  const start = performance.now();
  const where: string[] = [];
  // From a file it is there as a whole when the guest listens: how fast the host is changes nothing in the run.
  writeFileSync(`${file}.input`, input);
  const inputFile = createReadStream("", { fd: openSync(`${file}.input`, "r") });
  const stacks: StackUse[] = [];
  let isRecorded = false;
  const limit = AbortSignal.timeout(timeoutMs);
  const result = await runModel(
    {
      machine: { arch, name, cpus, memoryBytes: parseMemorySize(memory)! },
      image: file,
      commandLine,
      input: inputFile,
      output,
      isTerminal: false,
      onRecord({ stack, exit }) {
        if (stack) stacks.push(stack);
        isRecorded ||= exit !== undefined;
      },
    },
    {
      realtime: false,
      onEnd: ({ ram }) => look?.(ram),
      onCall,
      tier,
      instructions,
      seed,
      longestTurn,
      signal: limit,
      onStopped: (line) => where.push(line),
    },
  );
  output.end();
  inputFile.destroy();
  const ms = performance.now() - start;
  const { failure, stopped } = result.value ?? {};
  // By SIGTERM and its like, which the model takes for a wish to stop the run. It is one to stop all that we do, and
  // says nothing of the guest.
  if (stopped === "interrupt" && !limit.aborted) process.exit(stoppedStatus.interrupt);
  const problems = result.problems ?? (failure === undefined ? [] : [failure]);
  const complaints = [...problems.map(formatProblem), ...where].join("\n");
  if (complaints !== "") {
    const told = `${await said}${complaints}\nFAIL: no exit after ${Math.round(ms)} ms`;
    return { output: told, status: -1, ms, isStopped: stopped !== undefined };
  }
  const executed = result.value!.instructions?.reduce((sum, { total }) => sum + total, 0);
  return { output: await said, status: result.value!.status, ms, isRecorded, instructions: executed, stacks };
}

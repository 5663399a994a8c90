/**
 * The `catkernel` command: finds the verb, shows Problems (exit status 1), and is the only place that catches what was
 * thrown, because that is a bug of ours (exit status 2).
 */
import { readFileSync } from "node:fs";
import { exitStatus } from "../interrupt.ts";
import { formatProblem } from "../problem.ts";
import { systemErrorReason } from "../system-error.ts";
import { doctor } from "./doctor.ts";
import { kernel } from "./kernel.ts";
import { pack } from "./pack.ts";
import { parseCommand } from "./parse-command.ts";
import { report } from "./report.ts";
import { run } from "./run.ts";
import { syscalls } from "./syscalls.ts";
import type { Verb } from "./verb.ts";

const verbs: readonly Verb[] = [kernel, pack, run, report, syscalls, doctor];

const overview = `catkernel makes bootable images of static Go programs.

  cat kernel gobinary > image

Usage: catkernel VERB ...

${verbs.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join("\n")}

catkernel VERB --help shows options and an example.`;

async function main(words: readonly string[]): Promise<number> {
  const command = parseCommand(words, verbs);
  if (command.problems) return complain(command.problems);
  switch (command.value.kind) {
    case "help":
      console.log(command.value.verb?.help ?? overview);
      return 0;
    case "version":
      console.log(version());
      return 0;
    case "run": {
      const outcome = await command.value.verb.run(command.value.given);
      return outcome.problems ? complain(outcome.problems) : outcome.value;
    }
  }
}

function complain(problems: readonly Parameters<typeof formatProblem>[0][]): number {
  for (const problem of problems) console.error(`catkernel: ${formatProblem(problem)}`);
  return exitStatus(problems);
}

function version(): string {
  const description: unknown = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  return (description as { version: string }).version;
}

// A closed pipe (`catkernel syscalls | head`) is no failure; a full disk is one that somebody must be told of.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  const message = `cannot write to standard output: ${systemErrorReason(error)}`;
  process.exit(complain([{ code: "unwritable", message, fix: "" }]));
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error("catkernel: this is a bug in catkernel:", error);
  process.exitCode = 2;
}

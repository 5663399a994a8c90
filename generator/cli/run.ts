/** `catkernel run`: boot an image, or a bare program with a kernel made for it. */
import { fail, type Outcome, succeed } from "../problem.ts";
import { mostModelCpus, mostQemuCpus } from "../run/machine.ts";
import { parseMemorySize } from "../run/memory-size.ts";
import { runImage } from "../run/run-image.ts";
import type { RunResult } from "../run/run-qemu.ts";
import { modelOptions, readModelOptions, readOn, toStandardError } from "./model-options.ts";
import { programOptions, readProgramOptions } from "./program-options.ts";
import { progress } from "./progress.ts";
import { traceWriter } from "./trace-writer.ts";
import type { Given, Verb } from "./verb.ts";

const defaultMemory = "2G";

const help = `Usage: catkernel run IMAGE|GOBINARY [options] [-- ARGS]
       catkernel run --resume FILE [options]

Boots an image; a bare program is first packed with a kernel. The guest's console is on standard output, and the exit
status is the program's. What boots it is the machine that comes along, the model: there every run is the same, to the
instruction, and time is the instructions that were executed.

  --cpus N           CPUs, 1 to ${mostModelCpus}; 1 to ${mostQemuCpus} in QEMU (default: 1)
  --memory SIZE      like 512M or 2G (default: ${defaultMemory}); the model takes up to 3G
  --root DIR|TAR     the files that the program finds under / (not for a finished image)
  --env NAME=VALUE   an environment variable; may be given again
  --cwd DIR          the folder it starts in (default: /)
  --trace            print every system call on standard error
  --record FILE      write the run record, JSON lines
  --on qemu          boot it in QEMU instead
  -- ARGS            the program's arguments

Only in the model:
  --seed N           another order in which CPUs take turns, and other random numbers (default: 1)
  --count            tell on standard error how many instructions each CPU executed
  --instructions N   stop after so many, like 500M; the status is 124 then, as timeout(1) has it
  --save FILE        when it is stopped, by --instructions or Ctrl-C, save the whole machine; the status is 0 if that
                     was done after so many instructions, 1 if the program had ended before
  --resume FILE      go on where a machine was saved
  --replay FILE      repeat the run that --record wrote, its input and all
  --realtime         keep step with the clock on the wall, from its time of day on
  --trace=instructions
                     print every instruction on standard error

Only in QEMU:
  --machine M        microvm (default), q35 or pc; virt or virt-v (with vectors) for riscv64

A machine of the model that sleeps is woken by its next timer at once, whatever the time: a program that sleeps for an
hour is done in a moment. While console input may still come, from a terminal or an open pipe, it sleeps as long as it
says, for input may wake it.

On a terminal Ctrl-C goes to the program; pressed twice within a second it stops the machine and tells where every CPU
was.

Example:
  catkernel run --cpus 2 ./esbuild -- --version`;

export const run: Verb = {
  name: "run",
  summary: "boot an image or a bare program; the exit status is the program's",
  help,
  options: {
    ...programOptions,
    ...modelOptions,
    on: { type: "string" },
    machine: { type: "string" },
    cpus: { type: "string" },
    memory: { type: "string" },
    trace: { type: "string" },
    record: { type: "string" },
  },
  bare: { trace: "calls" },
  words: [0, 1],
  takesRest: true,
  run: start,
};

async function start(given: Given): Promise<Outcome<number>> {
  const program = readProgramOptions(given);
  if (program.problems) return program;
  const [file] = given.positionals;
  if (file === undefined && given.text("resume") === undefined)
    return fail(
      "too-few-words",
      "catkernel run needs an image or a program",
      "catkernel run --help shows how it is used.",
    );
  const on = readOn(given);
  if (on.problems) return on;
  const model = readModelOptions(given, on.value);
  if (model.problems) return model;
  const memory = given.text("memory") ?? defaultMemory;
  const memoryBytes = parseMemorySize(memory);
  if (memoryBytes === undefined)
    return fail("bad-memory", `--memory ${memory} is no size`, "Write it like 512M or 2G.");

  const traced = given.text("trace") as "calls" | "instructions" | undefined;
  const trace = traced && traceWriter(traced);
  const result = await runImage({
    file,
    root: given.text("root"),
    program: program.value,
    machine: given.text("machine"),
    cpus: Number(given.text("cpus") ?? 1),
    memoryBytes,
    on: on.value,
    model: {
      ...model.value,
      onInstruction: traced === "instructions" ? trace?.line : undefined,
      onStopped(line) {
        trace?.flush();
        model.value.onStopped(line);
      },
    },
    onTrace: traced === "calls" ? trace?.line : undefined,
    replayFile: given.text("replay"),
    resumeFile: given.text("resume"),
    saveFile: given.text("save"),
    recordFile: given.text("record"),
    progress,
    input: process.stdin,
    output: process.stdout,
    isTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
  });
  trace?.flush();
  if (result.problems) return result;
  if (given.flag("count")) tellCounts(result.value);
  return succeed(result.value.status);
}

function tellCounts({ instructions = [] }: RunResult): void {
  const count = (number: number) => number.toLocaleString("en-US");
  for (const [cpu, { total, user }] of instructions.entries())
    toStandardError(`CPU ${cpu}: ${count(total)} instructions, ${count(user)} of them the program's`);
}

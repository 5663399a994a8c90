/** `catkernel run`: boot an image, or a bare program with a kernel made for it. */
import { fail, type Outcome, succeed } from "../problem.ts";
import { parseMemorySize } from "../run/memory-size.ts";
import { runImage } from "../run/run-image.ts";
import type { ModelOptions } from "../run/run-model.ts";
import { programOptions, readProgramOptions } from "./program-options.ts";
import { progress } from "./progress.ts";
import type { Given, Verb } from "./verb.ts";

const defaultMemory = "2G";

const help = `Usage: catkernel run IMAGE|GOBINARY [options] [-- ARGS]

Boots an image; a bare program is first packed with a kernel. The guest's console is on standard output, and the exit
status is the program's.

  --on qemu|model    what boots it: QEMU, or the machine that comes along, in which every run is the same (default: qemu)
  --machine M        microvm, q35 or pc; virt or virt-v (with vectors) for riscv64
  --cpus N           CPUs, 1 to 64 (default: 1)
  --memory SIZE      like 512M or 2G (default: ${defaultMemory})
  --root DIR|TAR     the files that the program finds under / (not for a finished image)
  --env NAME=VALUE   an environment variable; may be given again
  --cwd DIR          the folder it starts in (default: /)
  --trace            print every system call on standard error
  --record FILE      write the run record, JSON lines
  --seed N           model: another order in which CPUs take turns (default: 1)
  --replay FILE      model: repeat the run that --record wrote, its input and all
  --realtime         model: keep step with the clock on the wall, from its time of day on
  --trace=instructions
                     model: print every instruction on standard error
  -- ARGS            the program's arguments

On a terminal Ctrl-C goes to the program; pressed twice within a second it stops the machine.

Example:
  catkernel run --cpus 2 ./esbuild -- --version`;

export const run: Verb = {
  name: "run",
  summary: "boot an image or a bare program; the exit status is the program's",
  help,
  options: {
    ...programOptions,
    on: { type: "string" },
    machine: { type: "string" },
    cpus: { type: "string" },
    memory: { type: "string" },
    trace: { type: "string" },
    record: { type: "string" },
    seed: { type: "string" },
    realtime: { type: "boolean" },
    replay: { type: "string" },
  },
  bare: { trace: "calls" },
  words: [1, 1],
  takesRest: true,
  run: start,
};

const toStandardError = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** What only the model can do. */
function readModelOptions(given: Given, on: "qemu" | "model"): Outcome<ModelOptions> {
  const trace = given.text("trace") ?? "calls";
  if (trace !== "calls" && trace !== "instructions")
    return fail("bad-trace", `--trace=${trace} is not known`, "Known are: calls, instructions.");
  const seed = given.text("seed");
  if (seed !== undefined && !/^\d{1,9}$/.test(seed))
    return fail(
      "bad-seed",
      `--seed ${seed} is no number`,
      "Give it a whole number below a thousand million.",
    );
  const wanted = {
    "--seed": seed !== undefined,
    "--realtime": given.flag("realtime"),
    "--replay": given.text("replay") !== undefined,
    "--trace=instructions": trace === "instructions",
  };
  const only = Object.entries(wanted).find(([, isWanted]) => isWanted)?.[0];
  if (on === "qemu" && only !== undefined)
    return fail("only-model", `${only} is for the model`, "Add --on model.");
  return succeed({
    seed: seed === undefined ? undefined : Number(seed),
    realtime: given.flag("realtime"),
    onInstruction: trace === "instructions" ? toStandardError : undefined,
    onStopped: (line) => toStandardError(`catkernel: ${line}`),
  });
}

async function start(given: Given): Promise<Outcome<number>> {
  const program = readProgramOptions(given);
  if (program.problems) return program;
  const on = given.text("on") ?? "qemu";
  if (on !== "qemu" && on !== "model")
    return fail("no-such-machine", `--on ${on} is not known`, "Known are: qemu, model.");
  const model = readModelOptions(given, on);
  if (model.problems) return model;
  const memory = given.text("memory") ?? defaultMemory;
  const memoryBytes = parseMemorySize(memory);
  if (memoryBytes === undefined)
    return fail("bad-memory", `--memory ${memory} is no size`, "Write it like 512M or 2G.");

  const result = await runImage({
    file: given.positionals[0] ?? "",
    root: given.text("root"),
    program: program.value,
    machine: given.text("machine"),
    cpus: Number(given.text("cpus") ?? 1),
    memoryBytes,
    on,
    model: model.value,
    onTrace: given.text("trace") === "calls" ? toStandardError : undefined,
    replayFile: given.text("replay"),
    recordFile: given.text("record"),
    progress,
    input: process.stdin,
    output: process.stdout,
    isTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
  });
  return result.problems ? result : succeed(result.value.status);
}

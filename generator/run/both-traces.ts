/**
 * For tests: the trace of a run's calls, made from outside by the model and by the kernel itself in QEMU, whose clock
 * counts instructions as the model's does (-icount), so that neither host nor load decides who runs when. One
 * CPU.
 */
import { spawnSync } from "node:child_process";
import { closeSync, createReadStream, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { Arch } from "../../runtime-abi/arch.ts";
import { bootOptions, type ProgramOptions } from "../pack/boot-options.ts";
import { type Machine, qemuMachines } from "./machine.ts";
import { qemuArguments } from "./qemu-arguments.ts";
import { qemuCommands } from "./qemu-machines.ts";
import { runModel } from "./run-model.ts";
import { parseRecordLine } from "./run-record.ts";

export type Traced = {
  arch: Arch /** Its file. */;
  image: string;
  program: ProgramOptions;
  memoryBytes: number;
};

export async function traceInModel({ arch, image, program, memoryBytes }: Traced): Promise<string[]> {
  const calls: string[] = [];
  await runModel(
    {
      machine: { arch, name: "model", cpus: 1, memoryBytes },
      ...{ image, isTerminal: false, output: new PassThrough().resume() },
      commandLine: bootOptions(program, { record: true, tty: false }),
      input: createReadStream("/dev/null", { fd: openSync("/dev/null", "r") }),
    },
    { realtime: false, onCall: (line) => calls.push(line), onStopped() {} },
  );
  return calls;
}

/** The kernel's own lines, without the thread that each begins with. */
export function traceInQemu({ arch, image, program, memoryBytes }: Traced): string[] {
  const machine: Machine = { arch, name: qemuMachines[arch][0], cpus: 1, memoryBytes };
  const commandLine = bootOptions(program, { record: true, tty: false, trace: true });
  const args = [...qemuArguments(machine, image, commandLine, "tcg"), "-icount", "shift=0,sleep=off"];
  const folder = mkdtempSync(join(tmpdir(), "catkernel-trace-"));
  try {
    const file = join(folder, "record");
    const record = openSync(file, "w");
    spawnSync(qemuCommands[arch], args, { stdio: ["ignore", "ignore", "ignore", record] });
    closeSync(record);
    return readFileSync(file, "utf8")
      .split("\n")
      .map((line) => parseRecordLine(line).trace)
      .filter((line) => line !== undefined)
      .map((line) => line.replace(/^\[\d+\] /, ""));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * What Go's scheduler and its monitor ask when the time has come, on whichever thread; and what Go takes of memory: since
 * Go 1.26 it lays its heap at random, and one that reaches over a multiple of 32 GiB has a second piece of its index
 * (runtime/mpagealloc.go, grow).
 */
const byChance =
  /^(nanosleep|futex|epoll_pwait|tgkill|rt_sigreturn|sched_yield|getpid|gettid)\(|^mmap\(.*MAP_ANONYMOUS|^madvise\(.*MADV_NOHUGEPAGE/;

/** All that is left when chance and time are taken out; what they chose is shown as such. */
export const untouchedByChance = (trace: readonly string[]): string[] =>
  trace
    .filter((line) => !byChance.test(line))
    .map((line) =>
      line
        .replace(/0x[0-9a-f]{6,}/g, "(an address)")
        .replace(/(getrandom\(").*("(?:\.\.\.)?, \d+, )/, "$1(random)$2")
        // os.MkdirTemp, and how long its name is, as a call's result or a link's size.
        .replace(/\bproof\d+/g, "proof(a number)")
        .replace(/^((?:getcwd|readlinkat)\(.*\(a number\).*) = \d+$/, "$1 = (a length)")
        .replace(/(st_mode=0120777, st_size=)\d+/g, "$1(a length)"),
    );

/**
 * One run in the bundled machine, as a process of its own: started by the bench with a request as its argument. The
 * console goes to standard output, the kernel's record to descriptor 3, and as its last line what only the model knows.
 */
import { readFileSync, writeSync } from "node:fs";
import { drive } from "../../hw-models/host/drive.ts";
import { createMachine, type MachineRequest } from "../../hw-models/index.ts";

export type InModel = Required<Pick<MachineRequest, "arch" | "commandLine" | "memoryBytes" | "tier">> & {
  file: string;
  /** Also how much RAM the guest has touched: takes time and memory. Or only the start is wanted. */
  goal: "run" | "weigh" | "start";
};

export type OnlyModel = {
  instructions: number;
  /** Those of them in user mode. */
  user: number;
  timeNs: number;
  /** The most memory that this process had, and how much of the guest's RAM is not zero at the end. */
  memory?: { peakBytes: number; ramBytes: number };
};

/** The only line of a run that ends with its first instruction: when that had been executed, milliseconds since 1970. */
export type Started = { firstInstructionAt: number };

const recordFd = 3;
const tell = (what: object) => writeSync(recordFd, `${JSON.stringify(what)}\n`);
const { file, goal, ...request } = JSON.parse(process.argv[2]!) as InModel;

/** Told before each instruction. */
let isFirst = true;
function started(): void {
  if (!isFirst) {
    tell({ firstInstructionAt: performance.timeOrigin + performance.now() } satisfies Started);
    process.exit();
  }
  isFirst = false;
}

const made = await createMachine({
  ...request,
  image: new Uint8Array(readFileSync(file)),
  ...(goal === "start" && { onInstruction: started }),
  onConsole: (bytes) => process.stdout.write(bytes),
  onSecond: (bytes) => writeSync(recordFd, bytes),
});
if (made.refusal !== undefined) throw new Error(made.refusal);
const { machine } = made;
const driven = await drive({ machine, isStopped: () => false });
if (driven !== "ended") throw new Error(`the machine ${driven}: ${machine.where().join("; ")}`);

const sum = (part: "total" | "user") => machine.counts.reduce((all, counts) => all + counts[part], 0);
const told: OnlyModel = {
  instructions: sum("total"),
  user: sum("user"),
  timeNs: machine.timeNs,
  ...(goal === "weigh" && {
    memory: { peakBytes: process.resourceUsage().maxRSS * 1024, ramBytes: machine.save().length },
  }),
};
tell({ model: told });

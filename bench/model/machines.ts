/** The same image on the bundled machine and in QEMU of the same architecture: one CPU, same memory, same command line. */
import { join } from "node:path";
import { withoutFirmware } from "../../generator/run/after-firmware.ts";
import { qemuMachines } from "../../generator/run/machine.ts";
import { qemuArguments } from "../../generator/run/qemu-arguments.ts";
import { qemuCommands } from "../../generator/run/qemu-machines.ts";
import { exitStatus, parseRecordLine, type RecordLine } from "../../generator/run/run-record.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import type { InModel, OnlyModel, Started } from "./in-model.ts";
import { type TimedProcess, timedProcess } from "./timed-process.ts";

/** Tiers of the model, by what `createMachine` calls them, and the peer. */
export const sides = ["auto", "interpreter", "qemu"] as const;
export type SideName = (typeof sides)[number];

export type Guest = { arch: Arch; image: string; commandLine: string; memoryBytes: number };

export type SideRan = TimedProcess & { status: number; model?: OnlyModel };

/** Against hanging only. */
const timeoutMs = 1_800_000;

export async function runOnSide(
  side: SideName,
  guest: Guest,
  goal: "run" | "weigh" = "run",
): Promise<SideRan> {
  const ran = await (side === "qemu" ? inQemu(guest) : inModel(side, guest, goal));
  let status: number | undefined;
  let model: OnlyModel | undefined;
  for (const line of ran.record.split("\n").filter((text) => text.startsWith("{"))) {
    const told = parseRecordLine(line) as RecordLine & { model?: OnlyModel };
    if (told.exit) status = exitStatus(told.exit);
    model = told.model ?? model;
  }
  if (status === undefined)
    throw new Error(
      `${side} (${ran.signal ?? ran.code}) told no exit status: ${ran.complaints}; the console said:\n${ran.console.slice(-2000)}`,
    );
  const console =
    guest.arch === "riscv64" ? withoutFirmware(Buffer.from(ran.console)).toString() : ran.console;
  return { ...ran, console, status, ...(model && { model }) };
}

/** Milliseconds from the start of the model's process until the guest's first instruction has been executed. */
export async function startTime(guest: Guest): Promise<number> {
  const { record, startedAt, complaints } = await inModel("auto", guest, "start");
  const { firstInstructionAt } = parseRecordLine(record) as Partial<Started>;
  if (firstInstructionAt === undefined) throw new Error(`the model did not start: ${complaints}`);
  return firstInstructionAt - startedAt;
}

function inModel(tier: "auto" | "interpreter", guest: Guest, goal: InModel["goal"]): Promise<TimedProcess> {
  const { arch, commandLine, memoryBytes, image } = guest;
  const request: InModel = { arch, commandLine, memoryBytes, tier, file: image, goal };
  const program = join(import.meta.dirname, "in-model.ts");
  return timedProcess(process.execPath, [program, JSON.stringify(request)], { timeoutMs });
}

function inQemu({ arch, image, commandLine, memoryBytes }: Guest): Promise<TimedProcess> {
  const machine = { arch, name: qemuMachines[arch][0], cpus: 1, memoryBytes };
  return timedProcess(qemuCommands[arch], qemuArguments(machine, image, commandLine, "tcg"), { timeoutMs });
}

/**
 * `catkernel run` on the model: what is asked for, checked; an image booted, a recorded run repeated, or a machine that
 * was saved gone on with; and the files that come of it written.
 */
import { readFileSync } from "node:fs";
import { type RunRecord, readSnapshot, type Snapshot } from "../../hw-models/index.ts";
import { sha256Hex } from "../../hw-models/record/sha256.ts";
import { atomicWrite } from "../pack/atomic-write.ts";
import { bootOptions } from "../pack/boot-options.ts";
import { readInput } from "../pack/read-input.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import { checkModel } from "./machine.ts";
import { formatBytes } from "./memory-size.ts";
import { checkLength, type Prepared } from "./prepare-image.ts";
import type { RunRequest } from "./run-image.ts";
import { type ModelOptions, runModel } from "./run-model.ts";
import type { Run, RunResult } from "./run-qemu.ts";
import { readModelRecord } from "./run-record.ts";
import { writeRecord } from "./write-record.ts";

type Program = Prepared["program"];
type Saved = { snapshot: Snapshot; program: Program };

const digest = (image: Prepared) => sha256Hex(new Uint8Array(readFileSync(image.path)));

export async function bootModel(request: RunRequest, image: Prepared): Promise<Outcome<RunResult>> {
  if (request.resumeFile !== undefined) return await resumeModel(request, request.resumeFile, image);
  const { program, cpus, memoryBytes, isTerminal } = request;
  const machine = checkModel({ arch: image.arch, cpus, memoryBytes }, image.bytes);
  if (machine.problems) return machine;
  const replay = request.replayFile === undefined ? undefined : await readReplay(request.replayFile, image);
  if (replay?.problems) return replay;
  if (image.profile === "rva23u64") {
    const message =
      "the program was built for rva23u64: it needs the vector extension V, which the model lacks";
    return fail("no-vectors", message, "Build it with GORISCV64=rva22u64, or run it --on qemu.");
  }
  // Calls are traced from outside: the kernel need not do it.
  const commandLine = bootOptions(program, { record: true, tty: isTerminal });
  const tooLong = checkLength(commandLine, image);
  if (tooLong.problems) return tooLong;
  const asked = { machine: machine.value, image: image.path, commandLine };
  return await runAndWrite(request, asked, { replay: replay?.value }, image.program);
}

/** `image`: if one was named, it must be that of the snapshot. */
export async function resumeModel(
  request: RunRequest,
  path: string,
  image: Prepared | undefined,
): Promise<Outcome<RunResult>> {
  const saved = await readSaved(path);
  if (saved.problems) return saved;
  const { snapshot, program } = saved.value;
  if (image !== undefined && snapshot.image.sha256 !== digest(image))
    return fail(
      "other-image",
      `${path} was saved from another image`,
      "Leave the image out: the snapshot is enough.",
    );
  const { machine: arch, cpus, memoryBytes, commandLine } = snapshot.conditions;
  const asked = { machine: { arch, name: "model", cpus, memoryBytes }, image: "", commandLine };
  return await runAndWrite(request, asked, { resume: snapshot }, program);
}

async function runAndWrite(
  request: RunRequest,
  asked: Pick<Run, "machine" | "image" | "commandLine">,
  begin: Pick<ModelOptions, "replay" | "resume">,
  program: Program,
): Promise<Outcome<RunResult>> {
  const { input, output, isTerminal, onTrace, recordFile, saveFile } = request;
  const options: ModelOptions = {
    ...(request.model ?? { realtime: false, onStopped() {} }),
    ...begin,
    record: recordFile !== undefined,
    save: saveFile !== undefined,
    about: program,
    onCall: onTrace,
  };
  const ran = await runModel({ ...asked, input, output, isTerminal }, options);
  const result = await writeRecord(ran, program, recordFile);
  if (result.problems || saveFile === undefined) return result;
  return await writeSnapshot(result.value, saveFile, options);
}

/** To save is what was asked for: the status is 0 if it was done, and what an interrupt makes it if that came first. */
async function writeSnapshot(
  result: RunResult,
  path: string,
  { onStopped }: ModelOptions,
): Promise<Outcome<RunResult>> {
  if (result.snapshot === undefined) {
    const message = `the program ended with status ${result.status} before it was stopped, so nothing was saved`;
    return fail("not-saved", message, "Stop it sooner, by --instructions or Ctrl-C.");
  }
  const written = await atomicWrite(path, [result.snapshot]);
  if (written.problems) return written;
  const executed = (result.instructions ?? []).reduce((sum, { total }) => sum + total, 0);
  const size = formatBytes(result.snapshot.length);
  onStopped(
    `saved after ${executed} instructions to ${path} (${size}): catkernel run --resume ${path} goes on`,
  );
  return succeed(result.stopped === "instructions" ? { ...result, status: 0 } : result);
}

async function readSaved(path: string): Promise<Outcome<Saved>> {
  const bytes = await readInput(path);
  if (bytes.problems) return bytes;
  const { snapshot, refusal } = readSnapshot(bytes.value);
  const fix = "Make one with --instructions N --save FILE.";
  if (refusal !== undefined) return fail("no-snapshot", `${path} ${refusal}`, fix);
  const host = snapshot.host as { about?: Program } | null;
  if (host?.about === undefined) return fail("no-snapshot", `${path} was not saved by catkernel run`, fix);
  return succeed({ snapshot, program: host.about });
}

/** A record repeats a run of the image that it was made with, and of no other. */
async function readReplay(path: string, image: Prepared): Promise<Outcome<RunRecord>> {
  const file = await readInput(path);
  if (file.problems) return file;
  const record = readModelRecord(file.value.toString("utf8"));
  if (record === undefined)
    return fail("no-record", `${path} is no record of a run on the model`, "Make one with --record FILE.");
  if (record.image.sha256 !== digest(image))
    return fail(
      "other-image",
      `${path} is the record of another image`,
      "Give the image, or the program and the kernel, that it was made with.",
    );
  return succeed(record);
}

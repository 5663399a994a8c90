/**
 * The trace that the model makes from outside is the trace that the kernel makes itself in another machine: QEMU, with a
 * clock that counts instructions as the model's does (-icount), so that neither host nor load decides who runs when.
 * Call for call and in order, but for two: how often Go's monitor naps, and what it takes of memory, because since Go
 * 1.26 it lays its heap at random. Addresses that chance chose are shown as such.
 */
import { spawnSync } from "node:child_process";
import { closeSync, createReadStream, openSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import test from "ava";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { fetchGuest } from "../../setup/guests.js";
import { bootOptions } from "../pack/boot-options.ts";
import { type Machine, qemuMachines } from "./machine.ts";
import { prepareImage } from "./prepare-image.ts";
import { qemuArguments } from "./qemu-arguments.ts";
import { qemuCommands } from "./qemu-machines.ts";
import { runModel } from "./run-model.ts";
import { parseRecordLine } from "./run-record.ts";

const folder = await mkdtemp(join(tmpdir(), "catkernel-trace-"));
test.after.always(() => rm(folder, { recursive: true }));

function hello(arch: Arch): string {
  const program = join(folder, `hello-${arch}`);
  const { status, stderr } = spawnSync("go", ["build", "-o", program, "."], {
    cwd: fileURLToPath(new URL("../../examples/hello/", import.meta.url)),
    env: { ...process.env, CGO_ENABLED: "0", GOOS: "linux", GOARCH: arch, GOFLAGS: "" },
  });
  if (status !== 0) throw new Error(`${stderr}`);
  return program;
}
const esbuild = (arch: Arch) => join(fetchGuest(`esbuild-${arch}`), "bin/esbuild");

const program = { env: [], args: ["--version"] };
const memoryBytes = 2 ** 28;

async function traceInModel(arch: Arch, image: string): Promise<string[]> {
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
function traceInQemu(arch: Arch, image: string): string[] {
  const machine: Machine = { arch, name: qemuMachines[arch][0], cpus: 1, memoryBytes };
  const commandLine = bootOptions(program, { record: true, tty: false, trace: true });
  const usual = qemuArguments(machine, image, commandLine);
  // Only QEMU's own execution counts instructions.
  const args = [...usual.with(usual.indexOf("-accel") + 1, "tcg"), "-icount", "shift=0,sleep=off"];
  const file = join(folder, "record");
  const record = openSync(file, "w");
  spawnSync(qemuCommands[arch], args, { stdio: ["ignore", "ignore", "ignore", record] });
  closeSync(record);
  return readFileSync(file, "utf8")
    .split("\n")
    .map((line) => parseRecordLine(line).trace)
    .filter((line) => line !== undefined)
    .map((line) => line.replace(/^\[\d+\] /, ""));
}

const untouchedByChance = (trace: readonly string[]) =>
  trace
    .filter((line) => !/^nanosleep\(|^mmap\(.*MAP_ANONYMOUS/.test(line))
    .map((line) => line.replace(/0x[0-9a-f]{6,}/g, "(an address)"));

for (const arch of archs)
  for (const [name, file] of [
    ["hello", hello],
    ["esbuild", esbuild],
  ] as const)
    test.serial(
      `${arch}: the model's trace of ${name} is the kernel's own in QEMU, call for call`,
      async (t) => {
        const { path, dispose } = (await prepareImage(file(arch), undefined, () => {})).value!;
        const inModel = untouchedByChance(await traceInModel(arch, path));
        const inQemu = untouchedByChance(traceInQemu(arch, path));
        await dispose();
        t.true(inModel.length > 100);
        t.regex(inModel.join("\n"), /\nwrite\(1, ".*\nexit_group\(0\) = \?$/);
        t.deepEqual(inModel, inQemu);
      },
    );

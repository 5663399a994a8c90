/** Runs a package's test binary on one machine, in the folder of its sources, as `go test -short` does. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { bootOptions } from "../../generator/pack/boot-options.ts";
import { qemuMachines } from "../../generator/run/machine.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Ran } from "../harness/compare.ts";
import { minorOf } from "../harness/go-toolchains.ts";
import { boot, imageOf } from "../harness/run-image.ts";
import { allBut } from "./all-but.ts";
import type { Library } from "./library.ts";
import { limitOf } from "./limits.ts";
import type { MachineName } from "./rows.ts";

export type TestRun = {
  library: Library;
  arch: Arch;
  package: string;
  binary: string;
  /** Tests that are not to be run. */
  without: readonly string[];
};

/** The first release with -test.v=test2json and -test.skip. */
const firstWithMarks = 20;

function testArguments({ library, package: name, without }: TestRun): string[] {
  const { seconds } = limitOf(name);
  const hasMarks = minorOf(library.version) >= firstWithMarks;
  const args = ["-test.short", hasMarks ? "-test.v=test2json" : "-test.v", "-test.paniconexit0"];
  args.push(`-test.timeout=${seconds - 20}s`);
  if (without.length > 0)
    args.push(
      hasMarks ? `-test.skip=${without.map(exactly).join("|")}` : `-test.run=${allBut(without.map(topOf))}`,
    );
  return args;
}

/** Before, a test is left out with all its parts. */
const topOf = (test: string) => test.split("/")[0]!;

/** -test.skip takes a pattern for each level. */
const exactly = (test: string) =>
  test
    .split("/")
    .map((part) => `^${part.replace(/[.*+?^$()[\]{}|\\]/g, "\\$&")}$`)
    .join("/");

const environment = (root: string, temporary: string) => [
  `GOROOT=${root}`,
  `HOME=${temporary}`,
  "PATH=/usr/bin:/bin",
  `TMPDIR=${temporary}`,
];

export async function runTests(run: TestRun, machine: MachineName, kernel?: Buffer): Promise<Ran> {
  if (machine === "native") return await runOnLinux(run);
  const { library, arch, package: name, binary } = run;
  const { seconds, instructions } = limitOf(name);
  const program = { bytes: readFileSync(binary), name: binary };
  const image = await imageOf(kernel!, program, library.tar);
  const commandLine = bootOptions(
    {
      env: environment(library.root, "/tmp"),
      cwd: join(library.root, "src", name),
      args: testArguments(run),
    },
    { record: true, tty: false },
  );
  const isModel = machine === "model";
  return await boot(
    { image, commandLine, input: Buffer.alloc(0) },
    {
      arch,
      name: isModel ? "model" : qemuMachines[arch][0],
      cpus: 2,
      memory: "2G",
      timeoutMs: (isModel ? 6 : 1) * seconds * 1000,
      ...(isModel && { tier: "auto", instructions }),
    },
  );
}

async function runOnLinux(run: TestRun): Promise<Ran> {
  const { library, arch, package: name, binary } = run;
  const temporary = mkdtempSync(join(tmpdir(), "conformance-"));
  const emulator = arch === "amd64" ? [] : ["qemu-riscv64"];
  const start = performance.now();
  try {
    const [command, ...rest] = [...emulator, binary, ...testArguments(run)];
    // The shell joins both outputs into one pipe, as the console does. In a group of its own, with what it starts.
    const child = spawn("/bin/sh", ["-c", 'exec "$0" "$@" 2>&1', command!, ...rest], {
      cwd: join(library.root, "src", name),
      env: Object.fromEntries(
        environment(library.root, temporary).map((assignment) => assignment.split(/=(.*)/s, 2)),
      ),
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    const pieces: Buffer[] = [];
    child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
    let isStopped = false;
    const endGroup = () => {
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch {
        // Nobody is left in it.
      }
    };
    const timer = setTimeout(() => {
      isStopped = true;
      endGroup();
    }, limitOf(name).seconds * 1000);
    const status = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
    });
    clearTimeout(timer);
    endGroup();
    // What it wrote is still in the pipe.
    if (!child.stdout.readableEnded) await new Promise((resolve) => child.stdout.once("close", resolve));
    const output = Buffer.concat(pieces).toString();
    return { output, status, ms: performance.now() - start, isStopped };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * The part `report`: what it costs to tell what a program can ask, and how large the kernels are that are cut to programs. The
 * command is timed from outside, as a user runs it; its memory is the most that it ever held.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kernelSizes } from "../../generator/report/kernel-sizes.ts";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { fetchGuest } from "../../setup/guests.js";

export type ReportCost = {
  readonly arch: Arch;
  readonly program: string;
  readonly fileBytes: number;
  /** The best of all runs. */
  readonly ms: number;
  /** CPU time of the same run, all threads. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly fullBytes: number;
  readonly cutBytes: number;
};

const root = join(import.meta.dirname, "../..");
const command = join(root, "bin/catkernel.js");
const sampleMs = 20;
/** USER_HZ is 100 on all machines of today. */
const tickMs = 10;
const goals = { ms: 3000, memoryBytes: 2 ** 30, helloBytes: 48 * 1024 };

function buildHello(arch: Arch): string {
  const folder = join(root, "build/bench");
  mkdirSync(folder, { recursive: true });
  const target = join(folder, `hello-${arch}`);
  const env = { ...process.env, GOOS: "linux", GOARCH: arch, CGO_ENABLED: "0" };
  execFileSync("go", ["build", "-trimpath", "-buildvcs=false", "-o", target, "."], {
    cwd: join(root, "examples/hello"),
    env,
  });
  return target;
}

type Run = { ms: number; cpuMs: number; memoryBytes: number };

/** One run of the command; Linux counts the memory that a process held at most (VmHWM), and its time (proc(5)). */
async function timeReport(program: string): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "bench-report-"));
  try {
    const start = performance.now();
    const args = [command, "report", program, "--format", "json", "-o", join(folder, "report.json")];
    const child = spawn(process.execPath, args, { stdio: "ignore" });
    let [memoryBytes, cpuMs] = [0, 0];
    const watching = setInterval(() => {
      const [, kib = "0"] = /VmHWM:\s+(\d+) kB/.exec(fileOf(child.pid, "status")) ?? [];
      memoryBytes = Math.max(memoryBytes, Number(kib) * 1024);
      const [user = 0, system = 0] =
        fileOf(child.pid, "stat").split(") ")[1]?.split(" ").slice(11, 13).map(Number) ?? [];
      cpuMs = Math.max(cpuMs, (user + system) * tickMs);
    }, sampleMs);
    await new Promise((resolve) => child.on("close", resolve));
    clearInterval(watching);
    return { ms: performance.now() - start, cpuMs, memoryBytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
function fileOf(pid: number | undefined, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return ""; // it has ended
  }
}

export async function benchReport(options: {
  arch: string | undefined;
  times: number;
}): Promise<ReportCost[]> {
  const costs: ReportCost[] = [];
  for (const arch of archs.filter((each) => options.arch === undefined || each === options.arch)) {
    const programs = {
      hello: buildHello(arch),
      esbuild: join(fetchGuest(`esbuild-${arch}`), "bin/esbuild"),
      tsc: join(fetchGuest(`typescript-${arch}`), "lib/tsc"),
    };
    for (const [program, file] of Object.entries(programs)) {
      const runs = [];
      for (let run = 0; run < options.times; run++) runs.push(await timeReport(file));
      const sizes = await kernelSizes(file, () => {});
      if (sizes.problems) throw new Error(sizes.problems.map(({ message }) => message).join("\n"));
      const { fullBytes = 0, cutBytes = 0 } = sizes.value;
      costs.push({
        arch,
        program,
        fileBytes: readFileSync(file).length,
        ms: Math.min(...runs.map(({ ms }) => ms)),
        cpuMs: Math.min(...runs.map(({ cpuMs }) => cpuMs)),
        memoryBytes: Math.max(...runs.map((run) => run.memoryBytes)),
        fullBytes,
        cutBytes,
      });
    }
  }
  return costs;
}

export function formatReportCosts(costs: readonly ReportCost[]): string {
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
  const lines = costs.map(({ arch, program, fileBytes, ms, cpuMs, memoryBytes, fullBytes, cutBytes }) => {
    const over = [
      ms > goals.ms ? "more than 3 s" : "",
      memoryBytes > goals.memoryBytes ? "more than 1 GiB" : "",
      program === "hello" && cutBytes > goals.helloBytes ? "the cut kernel has more than 48 KiB" : "",
    ].filter((text) => text !== "");
    const told = `report of ${mib(fileBytes)} in ${(ms / 1000).toFixed(2)} s (CPU ${(cpuMs / 1000).toFixed(2)} s) with ${mib(memoryBytes)}`;
    const missed = over.length > 0 ? `  NOT REACHED: ${over.join(", ")}` : "";
    return `${`${program} ${arch}`.padEnd(16)} ${told}; kernel ${kib(fullBytes)}, cut ${kib(cutBytes)}${missed}`;
  });
  return lines.join("\n");
}

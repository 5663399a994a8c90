/**
 * A process from its start to its end, as one sees it from outside: wall time, CPU time of all its threads, the most
 * memory it had, and what it wrote to standard output and to descriptor 3. CPU time and memory are Linux's word
 * (proc(5): /proc/PID/stat and status), asked for until the process is gone.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { oneWayPipe } from "../../generator/run/one-way-pipe.ts";

export type TimedProcess = {
  wallMs: number;
  /** Up to `askMs` less than it was. */
  cpuMs: number;
  peakBytes: number;
  console: string;
  /** What came on descriptor 3. */
  record: string;
  /** When it was started, in milliseconds since 1970. */
  startedAt: number;
  code: number | null;
  signal: string | null;
  /** Standard error. */
  complaints: string;
};

const askMs = 20;
/** Linux counts CPU time for processes in ticks of USER_HZ, the same on all architectures that Node runs on. */
const msPerTick = 10;

export async function timedProcess(
  command: string,
  args: readonly string[],
  { timeoutMs }: { timeoutMs: number },
): Promise<TimedProcess> {
  const consolePipe = oneWayPipe();
  const recordPipe = oneWayPipe();
  const start = performance.now();
  const child = spawn(command, args, {
    stdio: ["ignore", consolePipe.writeEnd, "pipe", recordPipe.writeEnd],
  });
  for (const { writeEnd } of [consolePipe, recordPipe]) closeSync(writeEnd);
  const [console, record, complaints] = [consolePipe.stream, recordPipe.stream, child.stderr!].map((stream) =>
    text(stream),
  );
  const seen = { cpuMs: 0, peakBytes: 0 };
  const asking = setInterval(() => look(child.pid, seen), askMs);
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    const wallMs = performance.now() - start;
    return {
      ...{ wallMs, ...seen, console: await console!, record: await record!, complaints: await complaints! },
      ...{ code, signal },
      startedAt: performance.timeOrigin + start,
    };
  } finally {
    clearInterval(asking);
    clearTimeout(timer);
  }
}

function look(pid: number | undefined, seen: { cpuMs: number; peakBytes: number }): void {
  try {
    // The second field, the name, may hold anything; after its parenthesis utime and stime are fields 14 and 15.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    seen.cpuMs = Math.max(seen.cpuMs, ticks * msPerTick);
    const peak = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    if (peak) seen.peakBytes = Math.max(seen.peakBytes, Number(peak[1]) * 1024);
  } catch {
    // It is gone.
  }
}

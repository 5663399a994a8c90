/**
 * Boots an image in QEMU and tells when what appeared: times in milliseconds since the machine was switched on. QEMU
 * is started with its CPUs stopped, so that its own start is not the guest's; both kernels get the same machine.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { qemuCommands } from "../generator/run/qemu-machines.ts";
import type { Arch } from "../runtime-abi/arch.ts";

export type Machine = {
  arch: Arch;
  cpus: number;
  /** In QEMU's words. */
  memory: string;
  /** The guest's clock counts its instructions, one a nanosecond: what it measures is then exact. */
  countInstructions?: boolean;
};

export type Boot = {
  kernel: string;
  commandLine: string;
  /** Linux's first root. */
  initrd?: string | undefined;
  machine: Machine;
  timeoutMs: number;
};

/** What came out and when; a text that did not come has no time. */
export type Boots = {
  console: string;
  record: string;
  /** When the text had come, on the console or in the record. */
  when(text: string | RegExp): number | undefined;
  /** When QEMU ended. */
  endMs: number;
  exitCode: number | null;
};

type Arrival = { atMs: number; length: number };
type Stream = { text: string; arrivals: Arrival[] };

export async function powerOn(boot: Boot): Promise<Boots> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const monitor = join(folder, "monitor");
  const qemu = spawn(qemuCommands[boot.machine.arch], qemuArguments(boot, monitor), {
    stdio: ["ignore", "pipe", "inherit", "pipe"],
  });
  let start = 0;
  const listen = (source: NodeJS.ReadableStream): Stream => {
    const stream: Stream = { text: "", arrivals: [] };
    source.on("data", (piece: Buffer) => {
      stream.text += piece.toString("latin1");
      stream.arrivals.push({ atMs: performance.now() - start, length: stream.text.length });
    });
    return stream;
  };
  const console = listen(qemu.stdout!);
  const record = listen(qemu.stdio[3] as NodeJS.ReadableStream);
  const ended = new Promise<number | null>((resolve) => qemu.on("close", (code) => resolve(code)));
  const timer = setTimeout(() => qemu.kill("SIGKILL"), boot.timeoutMs);
  try {
    start = await switchOn(monitor);
    const exitCode = await ended;
    const endMs = performance.now() - start;
    const when = (text: string | RegExp) => arrivalOf(console, text) ?? arrivalOf(record, text);
    return { console: console.text, record: record.text, when, endMs, exitCode };
  } finally {
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The machine of each architecture, and the devices by which a program's status and our record leave it. */
const hardware: Record<Arch, { option: string; cpu: string; devices: readonly string[] }> = {
  amd64: {
    option: "q35",
    cpu: "max",
    devices: ["isa-serial,chardev=record,iobase=0x2f8,irq=3", "isa-debug-exit,iobase=0xf4,iosize=4"],
  },
  riscv64: {
    option: "virt",
    cpu: "rv64",
    devices: ["virtio-serial-device", "virtconsole,chardev=record"],
  },
};

function qemuArguments({ kernel, commandLine, initrd, machine }: Boot, monitor: string): string[] {
  const { arch, cpus, memory, countInstructions = false } = machine;
  const { option, cpu, devices } = hardware[arch];
  return [
    ...["-machine", option, "-cpu", cpu, "-smp", `${cpus}`, "-m", memory],
    ...(countInstructions ? ["-icount", "shift=0,sleep=off"] : ["-accel", "tcg,thread=multi"]),
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
    ...["-serial", "stdio", "-chardev", "socket,id=record,fd=3"],
    ...devices.flatMap((device) => ["-device", device]),
    ...["-qmp", `unix:${monitor},server=on,wait=off`, "-S"],
    ...["-kernel", kernel, "-append", commandLine, ...(initrd === undefined ? [] : ["-initrd", initrd])],
  ];
}

/** Tells the waiting QEMU to go; returns the moment. */
async function switchOn(monitor: string): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await new Promise<number>((resolve, reject) => {
        const socket = createConnection(monitor);
        let answers = "";
        socket.on("error", reject);
        // QEMU greets, then answers {"return": {}} to each command.
        socket.on("data", (piece) => {
          const before = answers.length;
          answers += piece.toString();
          if (before === 0) socket.write('{"execute":"qmp_capabilities"}\n');
          else if (answers.includes('{"return": {}}')) {
            const now = performance.now();
            socket.end('{"execute":"cont"}\n');
            resolve(now);
          }
        });
      });
    } catch (error) {
      if (attempt > 200) throw error;
      await sleep(10);
    }
  }
}

function arrivalOf({ text, arrivals }: Stream, wanted: string | RegExp): number | undefined {
  const found = typeof wanted === "string" ? wanted : wanted.exec(text)?.[0];
  if (found === undefined) return undefined;
  const at = text.indexOf(found);
  if (at < 0) return undefined;
  return arrivals.find(({ length }) => length >= at + found.length)?.atMs;
}

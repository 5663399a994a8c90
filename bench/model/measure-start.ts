/** What has no program: how soon the model starts, what it weighs, on the disk and beside the guest's memory. */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Arch } from "../../runtime-abi/arch.ts";
import { fetchGuest } from "../../setup/guests.js";
import { median } from "../pairs.ts";
import { type Guest, runOnSide, startTime } from "./machines.ts";
import { timedProcess } from "./timed-process.ts";

const project = join(import.meta.dirname, "../..");

export type StartMeasured = {
  /** From the start of the process until the guest's first instruction has been executed. */
  firstInstructionMs: number;
  /** `catkernel run esbuild -- --version` from a cached kernel, and the same with --on qemu; whole processes. */
  versionMs: { model: number; qemu: number };
  memory: Memory[];
};

/** The most memory of each process, without what the guest had touched of its RAM. */
export type Memory = { what: string; modelBytes: number; qemuBytes: number; ramBytes: number };

const versionTimeoutMs = 300_000;

export async function measureStart(
  arch: Arch,
  guest: Guest,
  pairs: number,
): Promise<Omit<StartMeasured, "memory">> {
  const starts: number[] = [];
  for (let pair = 0; pair < Math.max(pairs, 3); pair++) {
    starts.push(await startTime(guest));
  }
  const command = async (on: "model" | "qemu") => {
    const esbuild = join(fetchGuest(`esbuild-${arch}`), "bin/esbuild");
    const args = [join(project, "bin/catkernel.js"), "run", "--on", on, esbuild, "--", "--version"];
    const ran = await timedProcess(process.execPath, args, { timeoutMs: versionTimeoutMs });
    if (ran.code !== 0) throw new Error(`catkernel run --on ${on}: ${ran.complaints}`);
    return ran.wallMs;
  };
  await command("model");
  const seen: { model: number[]; qemu: number[] } = { model: [], qemu: [] };
  for (let pair = 0; pair < Math.max(pairs, 3); pair++)
    for (const on of ["model", "qemu"] as const) seen[on].push(await command(on));
  return {
    firstInstructionMs: median(starts),
    versionMs: { model: median(seen.model), qemu: median(seen.qemu) },
  };
}

/** The guest touches the same pages on both: the same image does the same. */
export async function memoryBeside(what: string, guest: Guest): Promise<Memory> {
  const { memory } = (await runOnSide("auto", guest, "weigh")).model!;
  const { peakBytes } = await runOnSide("qemu", guest);
  const { ramBytes } = memory!;
  return { what, modelBytes: memory!.peakBytes - ramBytes, qemuBytes: peakBytes - ramBytes, ramBytes };
}

/** The files of both machines, types taken out, as they are and compressed. */
export function shippedSize(): { files: number; bytes: number; gzipBytes: number } {
  const model = join(project, "hw-models");
  const found = new Map<string, string>();
  const visit = (path: string) => {
    if (found.has(path)) return;
    const code = stripTypeScriptTypes(readFileSync(path, "utf8"));
    found.set(path, code);
    for (const [, name] of code.matchAll(/(?:from |import\(?)\s*"(\.[^"]+)"/g))
      visit(join(dirname(path), name!));
  };
  visit(join(model, "index.ts"));
  visit(join(model, "host/node.ts"));
  const code = [...found.values()].join("\n");
  return { files: found.size, bytes: code.length, gzipBytes: gzipSync(code).length };
}

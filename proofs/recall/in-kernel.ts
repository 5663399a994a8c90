/** What a program asks of our kernel, on the machine that comes along: its record counts calls by their values. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linuxNames } from "../../generator/demand/linux-names.ts";
import { argsOn } from "../../generator/read/table.ts";
import { parseRecordLine } from "../../generator/run/run-record.ts";
import { callsByNumber } from "../../generator/run/spec-calls.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Seen } from "./seen.ts";

const command = join(import.meta.dirname, "../../bin/catkernel.js");
/** Against hanging only. */
const timeout = 600_000;

export async function seenInKernel(arch: Arch, binary: string, args: readonly string[]): Promise<Seen[]> {
  const calls = await callsByNumber(arch);
  const folder = mkdtempSync(join(tmpdir(), "recall-"));
  const record = join(folder, "record");
  try {
    const run = [command, "run", binary, "--record", record, "--", ...args];
    const { stderr } = spawnSync(process.execPath, run, { stdio: ["ignore", "ignore", "pipe"], timeout });
    const lines = existsSync(record) ? readFileSync(record, "utf8").split("\n") : [];
    const seen = lines.flatMap((line): Seen[] => {
      const { asked } = parseRecordLine(line);
      if (asked === undefined) return [];
      const row = calls.get(asked.nr);
      const names = row === undefined ? [] : Object.keys(argsOn(row, arch));
      const words = names.map((name) => (name in asked.args ? BigInt(asked.args[name]!) : undefined));
      return [{ call: linuxNames(arch).get(asked.nr) ?? `${asked.nr}`, args: words }];
    });
    if (seen.length === 0) throw new Error(`${binary} left no record: ${stderr}`);
    return seen;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

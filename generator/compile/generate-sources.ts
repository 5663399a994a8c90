/** From the table to the generated C: reads and checks the table, then writes what the emitters make of it. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "../../runtime-abi/arch.ts";
import { checkTable } from "../check/check-table.ts";
import { readHouse } from "../check/read-house.ts";
import { emitKernel } from "../emit/emit.ts";
import { emitErrors } from "../emit/errors.ts";
import { type Outcome, succeed } from "../problem.ts";
import { readTable } from "../read/read-table.ts";
import type { Kept } from "../select/kept.ts";
import { selectRows } from "../select/select-rows.ts";
import { replaceFile } from "./replace-file.ts";

export type Generated = {
  /** File names in the folder, sorted. */
  files: readonly string[];
  /** SHA-256 of the calls, in hex: the nameplate's. */
  tableDigest: string;
};

/** `kept`: what of the table the kernel answers, if not all; `debug`: with what a kernel that checks itself looks up. */
export async function generateSources(
  arch: Arch,
  folder: string,
  kept?: Kept,
  debug = false,
): Promise<Outcome<Generated>> {
  const table = await readTable();
  if (table.problems) return table;
  const problems = checkTable(table.value, readHouse());
  if (problems.length > 0) return { problems };

  const rows = kept && selectRows(table.value, kept, arch);
  const files = new Map(emitKernel(table.value, arch, rows, kept));
  if (debug) files.set("errors.c", emitErrors(rows ?? table.value, arch));
  for (const [name, text] of files) {
    const path = join(folder, name);
    // Left alone if it is the same, so that a concurrent build never sees it gone.
    if (!existsSync(path) || readFileSync(path, "utf8") !== text) await replaceFile(path, text);
  }
  const calls = JSON.stringify(table.value.rows.map(({ call }) => call));
  const tableDigest = createHash("sha256").update(calls).digest("hex");
  return succeed({ files: [...files.keys()].sort(), tableDigest });
}

/**
 * Compiles C and assembly files, as many at a time as there are CPUs. An object file is named by the digest of all
 * that it is made from, so that one which is there already need not be made again, whoever made it.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import type { Outcome, Problem } from "../problem.ts";
import { succeed } from "../problem.ts";
import { runTool } from "./run-tool.ts";
import type { Toolchain } from "./toolchain.ts";

export type Batch = {
  toolchain: Toolchain;
  flags: readonly string[];
  includeFolders: readonly string[];
  /** Digest of every header that a file may include: a changed one compiles all again. */
  headersDigest: string;
  objectFolder: string;
};

/** The object files, in the order of `files` (absolute paths). */
export async function compileUnits(files: readonly string[], batch: Batch): Promise<Outcome<string[]>> {
  const objects: string[] = [];
  const problems: Problem[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < files.length; index = next++) {
      const object = await compileUnit(files[index] ?? "", batch);
      if (object.problems) problems.push(...object.problems);
      else objects[index] = object.value;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return problems.length > 0 ? { problems } : succeed(objects);
}

async function compileUnit(file: string, batch: Batch): Promise<Outcome<string>> {
  const { toolchain, flags, includeFolders, headersDigest, objectFolder } = batch;
  const hash = createHash("sha256").update(
    JSON.stringify([toolchain.identity, flags, headersDigest, basename(file)]),
  );
  const digest = hash
    .update(await readFile(file))
    .digest("hex")
    .slice(0, 24);
  const object = join(objectFolder, `${basename(file)}-${digest}.o`);
  if (existsSync(object)) return succeed(object);

  // Another build may be making the same file: each writes its own, and the last one stays.
  const temporary = `${object}.${process.pid}`;
  const includes = includeFolders.flatMap((folder) => ["-I", folder]);
  const done = await runTool(
    toolchain.clang,
    [...flags, ...includes, "-c", file, "-o", temporary],
    `${file} does not compile`,
  );
  if (done.problems) return done;
  await rename(temporary, object);
  return succeed(object);
}

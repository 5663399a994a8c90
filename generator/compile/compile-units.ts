/**
 * Compiles units, as many at a time as there are CPUs. An object file is named by the digest of all that it is made
 * from, so that one which is there already need not be made again, whoever made it.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import type { Outcome, Problem } from "../problem.ts";
import { succeed } from "../problem.ts";
import { touch } from "./prune.ts";
import { temporaryName } from "./replace-file.ts";
import { runTool } from "./run-tool.ts";
import type { Toolchain } from "./toolchain.ts";
import type { Unit } from "./units.ts";

export type Batch = {
  toolchain: Toolchain;
  flags: readonly string[];
  includeFolders: readonly string[];
  /** Digest of every header that a file may include: a changed one compiles all again. */
  headersDigest: string;
  objectFolder: string;
  /** Aborted when the build is to end. */
  stop?: AbortSignal;
};

type Source = { unit: Unit; texts: readonly Buffer[]; sizeBytes: number; index: number };

/** The object files, in the order of `units`. */
export async function compileUnits(units: readonly Unit[], batch: Batch): Promise<Outcome<string[]>> {
  const sources = await Promise.all(units.map((unit, index) => readUnit(unit, index)));
  const objects: string[] = [];
  const problems = new Map<number, Problem[]>();
  // The largest first: none is left to one CPU alone at the end.
  const waiting = sources.sort((a, b) => b.sizeBytes - a.sizeBytes || a.index - b.index);
  const worker = async () => {
    for (let source = waiting.shift(); source !== undefined; source = waiting.shift()) {
      const object = await compileUnit(source, batch);
      if (object.problems) problems.set(source.index, object.problems);
      else objects[source.index] = object.value;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  if (problems.size === 0) return succeed(objects);
  // A full disk is one problem, however many files it keeps from being written.
  const all = units.flatMap((_, index) => problems.get(index) ?? []);
  return { problems: [...new Map(all.map((problem) => [problem.message, problem])).values()] };
}

async function readUnit(unit: Unit, index: number): Promise<Source> {
  const texts = await Promise.all(unit.files.map((file) => readFile(file)));
  return { unit, texts, sizeBytes: texts.reduce((sum, text) => sum + text.length, 0), index };
}

async function compileUnit({ unit, texts }: Source, batch: Batch): Promise<Outcome<string>> {
  const { toolchain, flags, includeFolders, headersDigest, objectFolder } = batch;
  const hash = createHash("sha256").update(JSON.stringify([toolchain.identity, flags, headersDigest]));
  for (const [index, text] of texts.entries()) {
    hash.update(`${basename(unit.files[index] ?? "")} ${text.length}\n`).update(text);
    for (const carried of await carriedFiles(text, includeFolders))
      hash.update(`${carried.length}\n`).update(carried);
  }
  const object = join(objectFolder, `${unit.name}-${hash.digest("hex").slice(0, 24)}.o`);
  if (await touch(object)) return succeed(object);

  // Another build may be making the same file: each writes its own, and the last one stays.
  const temporary = temporaryName(object);
  const includes = includeFolders.flatMap((folder) => ["-I", folder]);
  // Several files are included one after the other by nothing: messages name each as it is called here.
  const [first = "", ...more] = unit.files;
  const input =
    more.length === 0
      ? [first]
      : [...unit.files.flatMap((file) => ["-include", file]), "-x", "c", "/dev/null"];
  const done = await runTool(
    toolchain.clang,
    [...flags, ...includes, "-c", ...input, "-o", temporary],
    `${more.length === 0 ? first : unit.name} does not compile`,
    batch.stop,
  );
  if (done.problems) return done;
  await rename(temporary, object);
  return succeed(object);
}

/** What a file takes in as bytes (`.incbin`), as the assembler will find it. */
async function carriedFiles(text: Buffer, folders: readonly string[]): Promise<Buffer[]> {
  const names = [...text.toString("latin1").matchAll(/^\s*\.incbin\s+"([^"]+)"/gm)].map(
    (match) => match[1] ?? "",
  );
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)).find(existsSync) ?? []);
  return await Promise.all(paths.map((path) => readFile(path)));
}

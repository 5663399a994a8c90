/**
 * Keeps the build folder small: of kernels and object files the newest stay, and what an interrupted build left behind
 * goes. Nothing goes that was made or used within the last hour, because another build may be about to use it.
 */
import { readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

const graceMs = 60 * 60 * 1000;
/** Of one architecture; a kernel counts with the ELF beside it. A build makes some 25 object files. */
const kept = { kernels: 8, objects: 200 };

const kernel = /^(kernel-[0-9a-f]{16})(?:\.elf)?$/;
const object = /^(.+-[0-9a-f]{24}\.o)$/;
/** What replace-file.ts calls files that are not finished, and what clang and lld make of that. */
const temporary = /\.\d+-\d+(?:[.-][\w.-]*)?$/;

/** Marks a file as used now. False if it is not there. */
export async function touch(path: string): Promise<boolean> {
  const now = new Date();
  return await utimes(path, now, now).then(
    () => true,
    // In a folder that may only be read nothing is removed, either.
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT",
  );
}

/** `folder` is an architecture's below the build folder. */
export async function prune(folder: string, nowMs = Date.now()): Promise<void> {
  await keepNewest(folder, kernel, kept.kernels, nowMs);
  await keepNewest(join(folder, "obj"), object, kept.objects, nowMs);
  for (const place of [folder, join(folder, "obj"), join(folder, "gen"), join(folder, "include")])
    await keepNewest(place, temporary, 0, nowMs);
}

/** Files whose names have the same first group (or all that match) belong together. */
async function keepNewest(folder: string, pattern: RegExp, count: number, nowMs: number): Promise<void> {
  const groups = new Map<string, { paths: string[]; usedMs: number }>();
  for (const name of await readdir(folder).catch(() => [])) {
    const match = pattern.exec(name);
    if (!match) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    // Another build prunes, too.
    if (found === undefined) continue;
    const group = groups.get(match[1] ?? name) ?? { paths: [], usedMs: 0 };
    group.paths.push(path);
    group.usedMs = Math.max(group.usedMs, found.mtimeMs);
    groups.set(match[1] ?? name, group);
  }
  const newestFirst = [...groups.values()].sort((a, b) => b.usedMs - a.usedMs);
  for (const { paths, usedMs } of newestFirst.slice(count)) {
    if (nowMs - usedMs < graceMs) continue;
    // A kernel goes before its ELF file, so that none is left without.
    for (const path of paths.sort()) await rm(path, { force: true }).catch(() => {});
  }
}

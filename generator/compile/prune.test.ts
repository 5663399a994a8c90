import { mkdirSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "ava";
import { prune, touch } from "./prune.ts";

const nowMs = Date.UTC(2030, 0, 1);
const hourMs = 3_600_000;

/** A build folder with these files, each used so many hours ago. */
function folderOf(files: readonly (readonly [string, number])[]): string {
  const folder = mkdtempSync(join(tmpdir(), "prune-"));
  for (const [name, hours] of files) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
    const used = new Date(nowMs - hours * hourMs);
    utimesSync(path, used, used);
  }
  return folder;
}

const kernels = (count: number, firstHours: number): [string, number][] =>
  Array.from({ length: count }, (_, index) => [`kernel-${`${index}`.padStart(16, "0")}`, firstHours + index]);

test("of kernels the newest stay, each with its ELF file", async (t) => {
  const files = kernels(10, 2);
  const folder = folderOf([...files, ...files.map(([name, hours]) => [`${name}.elf`, hours] as const)]);
  await prune(folder, nowMs);
  const left = files.slice(0, 8).flatMap(([name]) => [name, `${name}.elf`]);
  t.deepEqual(readdirSync(folder).sort(), left.sort());
});

test("what was used within the last hour stays, however many there are", async (t) => {
  const folder = folderOf(kernels(20, 0).map(([name]) => [name, 0.5]));
  await prune(folder, nowMs);
  t.is(readdirSync(folder).length, 20);
});

test("object files are kept within their bound, and what was not finished goes", async (t) => {
  const objects = Array.from({ length: 210 }, (_, index) => {
    return [`obj/mem-${`${index}`.padStart(24, "0")}.o`, 2 + index] as const;
  });
  const folder = folderOf([
    ...objects,
    ["obj/mem-000000000000000000000000.o.77-1", 3],
    ["obj/mem-000000000000000000000001.o.77-2", 0.5],
    ["gen/vdso.so.77-3", 3],
    ["gen/abi.h", 3],
    ["other", 1000],
  ]);
  await prune(folder, nowMs);
  t.is(readdirSync(join(folder, "obj")).length, 201);
  t.deepEqual(readdirSync(join(folder, "gen")), ["abi.h"]);
  t.true(readdirSync(folder).includes("other"));
});

test("using a file makes it new, and tells whether it is there", async (t) => {
  // 1970 and the days after: whatever the clock says now is newer.
  const folder = folderOf(kernels(9, nowMs / hourMs - 100));
  const oldest = "kernel-0000000000000008";
  t.true(await touch(join(folder, oldest)));
  t.false(await touch(join(folder, "none")));
  await prune(folder, Date.now() + 2 * hourMs);
  const left = readdirSync(folder);
  t.is(left.length, 8);
  t.true(left.includes(oldest));
});

test("there may be nothing to prune", async (t) => {
  await t.notThrowsAsync(prune(join(tmpdir(), "no-such-folder"), nowMs));
});

/** The result file when runs of several slices write it at once. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { readRows } from "./rows.ts";

const writers = 3;
const rowsOfEach = 20;

test("several runs keep their rows in one file, and none is lost to a lock that was left behind", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "rows-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "results.jsonl");
  symlinkSync(String(spawnSync("true").pid), `${file}.lock`);
  const script = `
    import { keepRows } from ${JSON.stringify(join(import.meta.dirname, "rows.ts"))};
    const [writer] = process.argv.slice(1);
    const place = { go: "go1.27.3", arch: "amd64", machine: "model" };
    for (let index = 0; index < ${rowsOfEach}; index++)
      keepRows([{ ...place, package: writer + "/" + index, status: "passed" }], ${JSON.stringify(file)});`;
  const children = Array.from({ length: writers }, (_, writer) =>
    spawn(process.execPath, ["--input-type=module", "-e", script, "--", `writer${writer}`], {
      stdio: ["ignore", "ignore", "inherit"],
    }),
  );
  const statuses = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0]));
  t.deepEqual(statuses, Array(writers).fill(0));
  t.is(readRows(file).length, writers * rowsOfEach);
  t.deepEqual(readdirSync(folder), ["results.jsonl"]);
});

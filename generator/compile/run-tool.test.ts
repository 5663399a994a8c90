import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { runTool } from "./run-tool.ts";

/** A tool that is this shell script; `$1` is the output. */
async function tool(script: string) {
  const folder = mkdtempSync(join(tmpdir(), "tool-"));
  for (const name of ["out-other", "out.1-23", "before"]) writeFileSync(join(folder, name), "");
  const { problems = [] } = await runTool(
    "/bin/sh",
    ["-c", script, "-o", join(folder, "out.1-2")],
    "it fails",
  );
  return { folder, problems, left: readdirSync(folder).sort() };
}

test("what a tool complains of is the problem, and nothing is left of its output", async (t) => {
  const { problems, left } = await tool('echo half > "$1"; echo half > "$1.tmp77"; echo wrong >&2; exit 1');
  t.deepEqual(
    problems.map(({ code, message }) => [code, message]),
    [["does-not-build", "it fails:\nwrong"]],
  );
  t.deepEqual(left, ["before", "out-other", "out.1-23"]);
});

test("a linker that a full disk has killed is told as a full disk", async (t) => {
  const { folder, problems } = await tool("echo PLEASE submit a bug report >&2; kill -BUS $$");
  t.deepEqual(
    problems.map(({ message }) => message),
    [`cannot write in ${folder}: no space left on device`],
  );
});

test("a tool that succeeds keeps its output", async (t) => {
  const { problems, left } = await tool('echo whole > "$1"');
  t.deepEqual(problems, []);
  t.true(left.includes("out.1-2"));
});

import { execFileSync } from "node:child_process";
import test from "ava";
import { hostProgram } from "../host-program.ts";

const parts = [
  "area",
  "pages",
  "heap",
  "pagetable",
  "fault",
  "oom",
  "map",
  "protect",
  "remap",
  "advise",
  "shootdown",
];
const sources = ["mem/space.test.c", ...parts.map((part) => `mem/${part}.c`), "lib/lock.c", "lib/string.c"];

test("random maps, faults, advice and moves agree with a model of one record per page", async (t) => {
  // Large pages come early, so that they are cut and moved too.
  const program = await hostProgram(sources, ["HUGE_AFTER_PAGES=64"]);
  for (const seed of ["1", "2", "3"])
    t.regex(execFileSync(program, [seed, "5000"], { encoding: "utf8" }), /^ok: 5000 steps, [1-9]/);
});

test("the same with small pages only", async (t) => {
  const program = await hostProgram(sources, ["HUGE_AFTER_PAGES=-1ul"]);
  t.is(
    execFileSync(program, ["4", "5000"], { encoding: "utf8" }),
    "ok: 5000 steps, 0 sightings of huge pages\n",
  );
});

import { execFileSync } from "node:child_process";
import test from "ava";
import { hostProgram } from "../host-program.ts";
import { treeSources } from "./tree-sources.ts";

test("what is made for want of memory is not made at all, at whatever block it is out", async (t) => {
  const program = await hostProgram(["fs/no-memory.test.c", ...treeSources]);
  const output = execFileSync(program, { encoding: "utf8" });
  t.regex(output, /^(\w+, \d+ bytes: \d+ blocks\n){10}$/);
});

import { execFileSync } from "node:child_process";
import test from "ava";
import { hostProgram } from "../host-program.ts";

test("a CPU that is woken to flush forgets what was taken before it rested, whatever is taken next", async (t) => {
  const program = await hostProgram(["mem/shootdown.test.c"]);
  t.is(execFileSync(program, { encoding: "utf8" }), "ok\n");
});

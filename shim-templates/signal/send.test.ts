import { execFileSync } from "node:child_process";
import test from "ava";
import { hostProgram } from "../host-program.ts";

test("a thread that ends leaves a signal of the process to another one", async (t) => {
  const program = await hostProgram(["signal/send.test.c", "signal/send.c", "lib/lock.c"]);
  t.is(execFileSync(program, { encoding: "utf8" }), "ok\n");
});

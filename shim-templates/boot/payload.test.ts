import { execFileSync } from "node:child_process";
import test from "ava";
import { hostProgram } from "../host-program.ts";

test("each wrong payload gets its sentence, damaged ones are never read beyond their end", async (t) => {
  const parts = ["payload.test", "elf", "tar-check", "options"].map((part) => `boot/${part}.c`);
  const program = await hostProgram([...parts, "lib/string.c"]);
  t.is(execFileSync(program, { encoding: "utf8" }), "ok\n");
});

import { execFileSync } from "node:child_process";
import test from "ava";
import { hostProgram } from "../../../host-program.ts";

test("ACPI's tables are understood, and damaged ones do no harm", async (t) => {
  const sources = ["acpi.test", "acpi", "../machine"].map((part) => `arch/amd64/platform/${part}.c`);
  const program = await hostProgram([...sources, "lib/string.c"]);
  t.is(execFileSync(program, { encoding: "utf8" }), "ok\n");
});

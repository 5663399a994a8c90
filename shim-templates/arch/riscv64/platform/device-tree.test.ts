import { execFileSync } from "node:child_process";
import test from "ava";
import { hostProgram } from "../../../host-program.ts";

test("a device tree is understood, and damaged ones are never read beyond their end", async (t) => {
  const parts = [
    "device-tree.test",
    "device-tree",
    "flat-tree",
    "tree-property",
    "../machine",
    "../image/memory",
  ];
  const sources = parts.map((part) => `arch/riscv64/platform/${part}.c`);
  const program = await hostProgram([...sources, "lib/string.c"]);
  t.is(execFileSync(program, { encoding: "utf8" }), "ok\n");
});

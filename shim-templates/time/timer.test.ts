import { execFileSync } from "node:child_process";
import test from "ava";
import { hostProgram } from "../host-program.ts";

test("random timers fire when they are due, earliest first, and the clock keeps the counter's time", async (t) => {
  const program = await hostProgram(["time/timer.test.c", "time/timer.c", "time/clock.c", "lib/lock.c"]);
  // 10 MHz is the RISC-V machine's counter; odd ones show rounding.
  for (const [seed, hertz] of [
    ["1", "10000000"],
    ["2", "2419201337"],
    ["3", "3579545"],
    ["4", "1000000000"],
  ] as const)
    t.regex(execFileSync(program, [seed, hertz], { encoding: "utf8" }), /^ok: [1-9]\d{3,} fired\n$/);
});

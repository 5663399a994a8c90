import { execFileSync } from "node:child_process";
import test from "ava";
import { hostProgram } from "../host-program.ts";

const parts = ["epoll.test", "epoll", "epoll-wait", "eventfd", "poll", "watch"].map(
  (part) => `poll/${part}.c`,
);
const files = ["io", "file", "fd", "inode", "lock-file", "pipe", "fifo"].map((part) => `fs/${part}.c`);

test("random registrations, reads, writes and waits give the events that Linux gives", async (t) => {
  if (process.platform !== "linux" || process.arch !== "x64") {
    t.pass("the calls are compared with those of x86-64 Linux, which this machine does not run");
    return;
  }
  const program = await hostProgram([...parts, ...files, "lib/string.c"]);
  for (const seed of ["1", "2", "3"]) {
    const output = execFileSync(program, [seed, "30000"], { encoding: "utf8" });
    t.is(output, "30000 steps agree, 0 pages and 1 blocks are left\n");
  }
});

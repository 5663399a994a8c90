import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { hostProgram } from "../host-program.ts";
import { treeSources } from "./tree-sources.ts";

// A tmpfs orders and counts as this kernel does; elsewhere holes may be of another size.
const place = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
// Only user 0 may do everything: another one becomes it in a name space of its own.
const asRoot = process.getuid?.() === 0 ? [] : ["unshare", "--user", "--map-root-user"];

test("random calls on the tree give what Linux gives, and nothing is left in memory", async (t) => {
  if (process.platform !== "linux" || process.arch !== "x64") {
    t.pass("the calls are compared with those of x86-64 Linux, which this machine does not run");
    return;
  }
  const program = await hostProgram(["fs/tree.test.c", ...treeSources]);
  for (const seed of ["1", "2", "3"]) {
    const directory = mkdtempSync(join(place, "catkernel-tree-"));
    try {
      const [command, ...args] = [...asRoot, program, seed, "20000", directory];
      const output = execFileSync(command!, args, { encoding: "utf8" });
      t.is(output, "20000 steps agree, 0 pages and 4 blocks are left\n");
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
});

import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { Kept } from "../select/kept.ts";
import { templates } from "./kernel-sources.ts";
import { scriptWithout } from "./link-vdso.ts";

async function symbols(arch: string, ...calls: string[]): Promise<string[]> {
  const kept: Kept = { calls: new Map(calls.map((call) => [call, "all"])), values: new Map(), paths: "any" };
  const script = join(templates, "arch", arch, "vdso.lds");
  const path = await scriptWithout(kept, script, await mkdtemp(join(tmpdir(), "vdso-")));
  return [...(await readFile(path, "utf8")).matchAll(/^\s*__vdso_(\w+);$/gm)].map(([, name = ""]) => name);
}

test("a vDSO answers the calls that are kept, and handlers return to riscv64's", async (t) => {
  t.deepEqual(await symbols("amd64", "clock_gettime", "read"), ["clock_gettime"]);
  t.deepEqual(await symbols("amd64", "getrandom"), ["getrandom"]);
  t.deepEqual(await symbols("riscv64", "riscv_flush_icache"), ["flush_icache", "rt_sigreturn"]);
});

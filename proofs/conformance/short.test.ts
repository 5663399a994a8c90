/**
 * A dozen packages of Go's own tests on the machine that comes along, with two CPUs, on both architectures: there the same run
 * repeats itself to the instruction. What fails has to have its reason in `expected.ts`, as in the whole table.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { archs } from "../../runtime-abi/arch.ts";
import { goToolchains } from "../harness/go-toolchains.ts";
import { kernelFile } from "../harness/kernel-file.ts";
import { applies, compareRows } from "./compare.ts";
import { expected } from "./expected.ts";
import { compileTests, libraryOf } from "./library.ts";
import { makeRow } from "./make-row.ts";
import { readRows } from "./rows.ts";
import { runTests } from "./run-tests.ts";

/** Those that ask much of a kernel for what they cost: files, timers, threads, memory given back, the environment. */
const chosen = [
  "context",
  "expvar",
  "internal/poll",
  "internal/runtime/atomic",
  "io",
  "io/fs",
  "iter",
  "log",
  "os/user",
  "runtime/debug",
  "testing/fstest",
  "weak",
];

const toolchain = goToolchains().at(-1)!;
const library = libraryOf(toolchain, chosen);
/** Older releases have not all of them. */
const there = chosen.filter((name) => existsSync(join(library.root, "src", name)));

for (const arch of archs) {
  for (const name of there) {
    test.serial(`the tests of ${name} by ${toolchain.version} pass on ${arch}`, async (t) => {
      t.timeout(20 * 60_000);
      const where = { go: toolchain.version, arch, machine: "model", package: name } as const;
      const compiled = compileTests(library, arch, name);
      if (compiled.wrong !== undefined) return t.fail(compiled.wrong);
      const entries = expected.filter((entry) => applies(entry, where));
      const without = entries.flatMap(({ ends, tests }) => (ends ? tests : []));
      const kernel = readFileSync(await kernelFile(arch));
      const run = { library, arch, package: name, binary: compiled.binary, without };
      const ran = await runTests(run, "model", kernel);
      const row = makeRow(where, ran);
      const linux = readRows().filter(
        ({ machine, package: other }) => machine === "native" && other === name,
      );
      t.true((row.passed ?? 0) > 0, ran.output.slice(-2000));
      t.deepEqual(
        compareRows([...linux, row], entries).problems.filter(
          (problem) => !problem.startsWith("expected.ts"),
        ),
        [],
        ran.output.slice(-2000),
      );
    });
  }
}

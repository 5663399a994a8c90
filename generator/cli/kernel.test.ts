import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import test from "ava";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const realClang = spawnSync("sh", ["-c", "command -v clang"], { encoding: "utf8" }).stdout.trim();

/** A folder to build in, with a clang that does this instead of compiling: `$out` is what it should have written. */
function workshop(compile: string) {
  const folder = mkdtempSync(join(tmpdir(), "kernel-"));
  const clang = join(folder, "clang");
  const findOutput = 'while [ $# -gt 1 ]; do [ "$1" = -o ] && out=$2; shift; done';
  const script = `#!/bin/sh\n[ "$1" = --version ] && exec '${realClang}' --version\n${findOutput}\n${compile}\n`;
  writeFileSync(clang, script);
  chmodSync(clang, 0o755);
  const env = {
    ...process.env,
    PATH: `${folder}${delimiter}${process.env.PATH}`,
    CATKERNEL_BUILD: join(folder, "build"),
  };
  const output = join(folder, "kernel");
  const child = spawn(process.execPath, [main, "kernel", "-o", output], { env });
  return { folder, output, child };
}

/** Files where kernels and object files are made, and what is unfinished among the generated sources. */
function leftovers(folder: string): string[] {
  const filesIn = (name: string) =>
    readdirSync(join(folder, "build/amd64", name), { withFileTypes: true }).filter((entry) => entry.isFile());
  const generated = filesIn("gen").filter(({ name }) => /\d$/.test(name));
  return [...filesIn("."), ...filesIn("obj"), ...generated].map(({ name }) => name);
}

for (const [signal, status] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  test(`${signal} in the middle of a build: one sentence, nothing half-written`, async (t) => {
    const { folder, output, child } = workshop('echo half > "$out"; : > "$0.started"; exec sleep 600');
    const exited = new Promise((resolve) => child.on("exit", resolve));
    const said = text(child.stderr);
    // The compiler never ends by itself, so this waits for no more than its start.
    while (!existsSync(join(folder, "clang.started")))
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill(signal);
    t.is(await exited, status);
    t.is((await said).split("\n").at(-2), `catkernel: interrupted by ${signal}: no kernel was made`);
    t.false(existsSync(output));
    t.deepEqual(leftovers(folder), []);
  });

test("a full disk is one sentence, however many files do not fit", async (t) => {
  const complaint = "error: unable to open output file: 'No space left on device'";
  const { folder, output, child } = workshop(`echo half > "$out"; echo "${complaint}" >&2; exit 1`);
  const exited = new Promise((resolve) => child.on("exit", resolve));
  const said = await text(child.stderr);
  t.is(await exited, 1);
  t.regex(said, /^catkernel: cannot write in \S+build\/amd64\/obj: no space left on device$/m);
  t.is(said.match(/no space/g)?.length, 1);
  t.false(existsSync(output));
  t.deepEqual(leftovers(folder), []);
});

test("a build folder that cannot be made is told in one sentence", (t) => {
  const env = { ...process.env, CATKERNEL_BUILD: join(main, "build") };
  const { status, stderr } = spawnSync(process.execPath, [main, "kernel", "-o", "/nowhere"], {
    env,
    encoding: "utf8",
  });
  t.regex(stderr, /^catkernel: cannot write in \S+main\.ts\/build\S*: not a directory\n {2}Make room/);
  t.is(status, 1);
});

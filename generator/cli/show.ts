/**
 * `npm start`: the whole way once, on a program that nobody here wrote. Generates the kernel, cats it with esbuild,
 * boots the image twice: for its version, and to bundle a small program. Explanations go to standard error, what the
 * guest says to standard output.
 */
import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { fetchGuest } from "../../setup/guests.js";
import { buildKernel } from "../compile/build-kernel.ts";
import { atomicWrite } from "../pack/atomic-write.ts";
import { readInput } from "../pack/read-input.ts";
import { formatProblem, type Outcome, succeed } from "../problem.ts";
import { formatBytes } from "../run/memory-size.ts";
import { type RunRequest, runImage } from "../run/run-image.ts";
import { progress } from "./progress.ts";

const tell = (text: string) => process.stderr.write(`${text}\n`);

/** What esbuild is given to bundle: it takes in all of preact. */
const source = `import { h, render } from "preact";
export const greet = (name, place) => render(h("p", null, "Hello, ", name), place);
`;

async function show(folder: string): Promise<Outcome<number>> {
  const kernel = await buildKernel("amd64", progress);
  if (kernel.problems) return kernel;
  const program = await readInput(join(fetchGuest("esbuild-amd64"), "bin/esbuild"));
  if (program.problems) return program;

  // Exactly what cat does.
  const image = join(folder, "image");
  const written = await atomicWrite(image, [kernel.value.bytes, program.value]);
  if (written.problems) return written;
  const sizes = [kernel.value.bytes, program.value].map(({ length }) => formatBytes(length));
  tell(`\nA kernel of ${sizes[0]} was generated from the table in spec/. Behind it stands esbuild (${sizes[1]}), a Go
program, as it comes from the npm registry:

  cat kernel esbuild > image

QEMU boots the image; the program is asked for --version, and this is its answer:\n`);
  const asked = await runImage({ ...machine, file: image, program: { env: [], args: ["--version"] } });
  if (asked.problems || asked.value.status !== 0) return asked.problems ? asked : succeed(asked.value.status);

  const root = join(folder, "root");
  await mkdir(join(root, "src/node_modules"), { recursive: true });
  await writeFile(join(root, "src/hello.js"), source);
  await cp(fetchGuest("preact"), join(root, "src/node_modules/preact"), { recursive: true });
  tell(`\nNow with two CPUs and a folder as its files: esbuild bundles and minifies a program that uses preact.

  npx catkernel run --cpus 2 --root DIR esbuild -- --bundle --minify src/hello.js\n`);
  const args = ["--bundle", "--minify", "--format=esm", "--log-level=warning", "src/hello.js"];
  const esbuild = join(fetchGuest("esbuild-amd64"), "bin/esbuild");
  const output = new PassThrough();
  const answer = buffer(output);
  const bundled = await runImage({
    ...machine,
    file: esbuild,
    root,
    cpus: 2,
    output,
    program: { env: [], args },
  });
  output.end();
  if (bundled.problems || bundled.value.status !== 0)
    return bundled.problems ? bundled : succeed(bundled.value.status);
  const bundle = await answer;
  console.log(`${bundle.toString("utf8", 0, 90)} ... ${bundle.toString("utf8", bundle.length - 60).trim()}`);
  tell(`\n${bundle.length} bytes in all. ${compareWithLinux(esbuild, args, root, bundle)}`);
  tell(`
That was no Linux: every system call of esbuild was answered by the kernel that was just made.
Next:
  npx catkernel syscalls                     what this kernel can do, call by call
  npx catkernel run --trace GOBINARY         watch a program's system calls
  npx catkernel --help`);
  return succeed(0);
}

/** Where the same binary runs on the host, its word on the same task is the measure. */
function compareWithLinux(esbuild: string, args: string[], root: string, bundle: Buffer): string {
  if (process.platform !== "linux" || process.arch !== "x64") return "";
  const { stdout } = spawnSync(esbuild, args, { cwd: root });
  return stdout.equals(bundle)
    ? "The same esbuild on Linux writes the same bytes."
    : "The same esbuild on Linux writes other bytes: that is a bug in catkernel.";
}

const machine = {
  cpus: 1,
  memoryBytes: 2 ** 30,
  progress,
  input: Readable.from([]),
  output: process.stdout,
  isTerminal: false,
} satisfies Partial<RunRequest>;

const folder = await mkdtemp(join(tmpdir(), "catkernel-show-"));
try {
  const outcome = await show(folder);
  for (const problem of outcome.problems ?? []) tell(`catkernel: ${formatProblem(problem)}`);
  process.exitCode = outcome.problems ? 1 : outcome.value;
} finally {
  await rm(folder, { recursive: true, force: true });
}

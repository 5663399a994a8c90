/**
 * `npm start`: the whole way once for each architecture, on a program that nobody here wrote. Generates the kernel, cats
 * it with esbuild, boots the image for its version, twice, and then lets both bundle a small program. Explanations go
 * to standard error, what the guests say to standard output.
 */
import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { fetchGuest } from "../../setup/guests.js";
import { buildKernel } from "../compile/build-kernel.ts";
import { atomicWrite } from "../pack/atomic-write.ts";
import { readInput } from "../pack/read-input.ts";
import { formatProblem, type Outcome, succeed } from "../problem.ts";
import { formatBytes } from "../run/memory-size.ts";
import { type RunRequest, runImage } from "../run/run-image.ts";
import type { RunResult } from "../run/run-qemu.ts";
import { progress } from "./progress.ts";

const tell = (text: string) => process.stderr.write(`${text}\n`);

/** What esbuild is given to bundle: it takes in all of preact. */
const source = `import { h, render } from "preact";
export const greet = (name, place) => render(h("p", null, "Hello, ", name), place);
`;
const bundleArgs = ["--bundle", "--minify", "--format=esm", "--log-level=warning", "src/hello.js"];

const esbuild = (arch: Arch) => join(fetchGuest(`esbuild-${arch}`), "bin/esbuild");

const count = (instructions: number) => instructions.toLocaleString("en-US");

/** Exactly what cat does, and the program's answer to --version, twice: the second run is the first. */
async function askVersion(arch: Arch, folder: string): Promise<Outcome<number>> {
  const kernel = await buildKernel(arch, progress);
  if (kernel.problems) return kernel;
  const program = await readInput(esbuild(arch));
  if (program.problems) return program;
  const image = join(folder, `image-${arch}`);
  const written = await atomicWrite(image, [kernel.value.bytes, program.value]);
  if (written.problems) return written;
  const size = formatBytes(kernel.value.bytes.length);
  tell(`
${arch}: a kernel of ${size}, generated from the table in spec/, and esbuild, a Go program, as it comes from the npm registry.

  cat kernel esbuild > image
  npx catkernel run image -- --version
`);
  const totals: number[] = [];
  for (const isAgain of [false, true]) {
    const asked = await runImage({ ...machine, file: image, program: { env: [], args: ["--version"] } });
    if (asked.problems || asked.value.status !== 0)
      return asked.problems ? asked : succeed(asked.value.status);
    const { total, user } = sum(asked.value.instructions);
    totals.push(total);
    if (!isAgain)
      tell(`${count(total)} instructions, ${count(user)} of them esbuild's, the others the kernel's. Again:`);
  }
  const isSame = totals[0] === totals[1];
  tell(
    `${count(totals[1]!)} instructions. ${isSame ? "Every run is the same." : "Two runs differ: that is a bug in catkernel."}`,
  );
  return succeed(isSame ? 0 : 1);
}

const sum = (cpus: RunResult["instructions"] = []) => ({
  total: cpus.reduce((all, { total }) => all + total, 0),
  user: cpus.reduce((all, { user }) => all + user, 0),
});

/** What esbuild makes of the source below `root`, in the image. */
async function bundle(arch: Arch, root: string): Promise<Outcome<RunResult & { bytes: Buffer }>> {
  const output = new PassThrough();
  const answer = buffer(output);
  const program = { env: [], args: bundleArgs };
  const ran = await runImage({ ...machine, file: esbuild(arch), root, cpus: 2, output, program });
  output.end();
  return ran.problems ? ran : succeed({ ...ran.value, bytes: await answer });
}

async function show(folder: string): Promise<Outcome<number>> {
  for (const arch of archs) {
    const asked = await askVersion(arch, folder);
    if (asked.problems || asked.value !== 0) return asked;
  }

  const root = join(folder, "root");
  await mkdir(join(root, "src/node_modules"), { recursive: true });
  await writeFile(join(root, "src/hello.js"), source);
  await cp(fetchGuest("preact"), join(root, "src/node_modules/preact"), { recursive: true });
  tell(`
Both again, with two CPUs and a folder as their files: esbuild bundles and minifies a program that uses preact.

  npx catkernel run --cpus 2 --root DIR esbuild -- --bundle --minify src/hello.js
`);
  const bundles: Buffer[] = [];
  for (const arch of archs) {
    const bundled = await bundle(arch, root);
    if (bundled.problems) return bundled;
    const { status, bytes, instructions } = bundled.value;
    if (status !== 0) return succeed(status);
    bundles.push(bytes);
    console.log(`${bytes.toString("utf8", 0, 64)} ... ${bytes.toString("utf8", bytes.length - 30).trim()}`);
    tell(`${arch}: ${count(bytes.length)} bytes, ${count(sum(instructions).total)} instructions`);
  }
  const verdict = compare(root, bundles);
  tell(`${verdict.text}

That was no Linux: every system call was answered by the kernels just made, and every instruction executed by the
machine in hw-models/. Next:
  npx catkernel run --trace GOBINARY         boot a program and watch its system calls
  npx catkernel syscalls                     what these kernels can do, call by call
  npx catkernel --help`);
  return succeed(verdict.same ? 0 : 1);
}

/** The measure is the word of the same program on the host, where it runs there; else the two must agree. */
function compare(root: string, bundles: readonly Buffer[]): { same: boolean; text: string } {
  const onHost = process.platform === "linux" && process.arch === "x64";
  const truth = onHost ? spawnSync(esbuild("amd64"), bundleArgs, { cwd: root }).stdout : bundles[0]!;
  const same = bundles.every((bytes) => bytes.equals(truth));
  const who = onHost ? "The same esbuild on Linux" : "The other architecture";
  return {
    same,
    text: same ? `${who} writes the same bytes.` : `${who} writes other bytes: that is a bug in catkernel.`,
  };
}

const machine = {
  on: "model",
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

/** The verb as a user meets it: exit status and sentence for every kind of bad input, and where the answer goes. */
import { spawnSync } from "node:child_process";
import { existsSync, openSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { elfHeader, programHeader, segmentInterpreter } from "../elf/elf-layout.ts";
import { handmadeElf, segmentAt } from "../elf/handmade-elf.ts";
import { handmadeKernel } from "../pack/handmade-kernel.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "catkernel-report-"));

const dynamic = handmadeElf();
dynamic.writeUInt32LE(segmentInterpreter, segmentAt[1] + programHeader.type);
const arm = handmadeElf(183);
const cut = handmadeElf().subarray(0, elfHeader.size + 3);

await writeFile(join(folder, "empty"), "");
await writeFile(join(folder, "text"), "#!/bin/sh\n");
await writeFile(join(folder, "cut"), cut);
await writeFile(join(folder, "dynamic"), dynamic);
await writeFile(join(folder, "arm"), arm);
await writeFile(join(folder, "c-program"), handmadeElf());
await writeFile(join(folder, "kernel"), handmadeKernel());
await writeFile(join(folder, "image"), Buffer.concat([handmadeKernel(), handmadeElf()]));
await writeFile(join(folder, "no-record"), "hello\n");
// Two gigabytes that take no room.
writeFileSync(join(folder, "zeros"), "");
truncateSync(join(folder, "zeros"), 2 ** 31);
writeFileSync(join(folder, "zeros-behind"), "\x7fELF\x02\x01\x01");
truncateSync(join(folder, "zeros-behind"), 2 ** 31);

test.after.always(() => rm(folder, { recursive: true }));

/** Node may not take more than this for its heap: a file is not read whole to be refused. */
const heap = "--max-old-space-size=256";

function report(words: readonly string[], options: { stdout?: number } = {}) {
  const stdio = ["ignore", options.stdout ?? "pipe", "pipe"] as const;
  const child = spawnSync(process.execPath, [heap, main, "report", ...words], {
    cwd: folder,
    encoding: "utf8",
    stdio: [...stdio],
  });
  return { status: child.status, stdout: child.stdout ?? "", stderr: child.stderr };
}

/** One sentence, exit status 4. */
function refuses(name: string, sentence: RegExp): void {
  test.serial(`${name} is not a binary for this kernel`, (t) => {
    const { status, stdout, stderr } = report([name]);
    t.is(stderr, "");
    t.regex(stdout.replaceAll(/\s+/g, " "), /^NOT A BINARY FOR THIS KERNEL /);
    t.regex(stdout.replaceAll(/\s+/g, " "), sentence);
    t.is(status, 4);
  });
}

refuses("empty", /empty is not an ELF file\./);
refuses("text", /text is not an ELF file\./);
refuses("zeros", /zeros is not an ELF file\./);
refuses("zeros-behind", /zeros-behind has 2147483648 bytes/);
refuses("cut", /cut is cut off/);
refuses("arm", /arm is for arm64/);
refuses("dynamic", /dynamic is dynamic/);
refuses("c-program", /c-program is no Go program/);
refuses("image", / the program in image is no Go program/);

test.serial("as JSON the refusal has the same shape as any report", (t) => {
  const { status, stdout } = report(["text", "--format", "json"]);
  t.is(status, 4);
  t.like(JSON.parse(stdout), { format: "catkernel report 1", verdict: { exitStatus: 4 }, requests: [] });
});

/** What is wrong with the command rather than with the program: exit status 1, nothing on standard output. */
function complains(words: string, message: RegExp): void {
  test.serial(`catkernel report ${words}`, (t) => {
    const { status, stdout, stderr } = report(words.split(" "));
    t.regex(stderr, message);
    t.is(stdout, "");
    t.is(status, 1);
  });
}

complains("missing", /cannot read missing: no such file or directory/);
complains(".", /cannot read \./);
complains("kernel", /kernel is a kernel without a program\n {2}Name the program, or an image/);
complains("text --format pdf", /--format pdf is not known\n {2}Known are: text, json, html\./);
complains("text --fail-on everything", /--fail-on everything is not known/);
complains(
  "text --run no-record",
  /no-record is no record of a run\n {2}Make one: catkernel run --record FILE/,
);
complains("text --run missing", /cannot read missing/);
complains("text -o /dev/full", /cannot write \/dev\/full: no space left on device/);
complains("text -o no/where", /cannot write no\/where: no such file or directory/);

test.serial("a full disk is one sentence, and leaves no half report", (t) => {
  if (!existsSync("/dev/full")) return t.pass("this system has no full device");
  const { status, stderr } = report(["text"], { stdout: openSync("/dev/full", "w") });
  t.regex(stderr, /cannot write to standard output: no space left on device/);
  t.is(status, 1);
});

test.serial("-o writes the page there and nothing on standard output", (t) => {
  const { stdout } = report(["text", "--format", "html", "-o", "page.html"]);
  t.is(stdout, "");
  t.true(existsSync(join(folder, "page.html")));
});

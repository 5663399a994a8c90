import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { handmadeElf } from "../elf/handmade-elf.ts";
import { handmadeKernel } from "../pack/handmade-kernel.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "catkernel-cli-"));
await writeFile(join(folder, "kernel"), handmadeKernel());
await writeFile(join(folder, "program"), handmadeElf());
await writeFile(join(folder, "riscv"), handmadeElf(243));
await writeFile(join(folder, "text"), "hello\n");
test.after.always(() => rm(folder, { recursive: true }));

function catkernel(words: string, env: NodeJS.ProcessEnv = process.env) {
  const args = words === "" ? [] : words.split(" ");
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: "utf8", env, input: "" });
}

/** One sentence on standard error, exit status 1, nothing on standard output. */
function complains(words: string, message: RegExp): void {
  test.serial(`catkernel ${words}`, (t) => {
    const { status, stdout, stderr } = catkernel(words);
    t.regex(stderr, message);
    t.is(stdout, "");
    t.is(status, 1);
  });
}

complains("frobnicate", /^catkernel: there is no catkernel frobnicate\n {2}Known are: /);
complains("kernel --arch vax", /there is no architecture vax/);
complains("kernel --for text", /text is not an ELF file/);
complains("kernel --for program,missing", /cannot read missing: no such file or directory/);
complains("kernel --frob", /Unknown option '--frob'\n/);
complains("pack kernel", /catkernel pack needs more words/);
complains("pack kernel program extra", /does not know what to do with extra/);
complains("pack text program", /text does not begin with a kernel/);
complains("pack kernel text", /text is not an ELF file/);
complains("pack kernel missing", /cannot read missing: no such file or directory/);
complains("pack kernel riscv", /riscv is for riscv64, but kernel is a kernel for amd64/);
complains("pack kernel program -o no/image", /cannot write no\/image: no such file or directory/);
complains("pack kernel program --root missing", /cannot read missing/);
complains("pack kernel program --env A", /--env A is no NAME=value/);
complains("pack kernel program --cwd src", /--cwd src is not an absolute path/);
complains("run", /catkernel run needs an image or a program/);
complains("run missing", /cannot read missing/);
complains("run text", /text is not an ELF file/);
complains("run kernel", /kernel is a kernel without a program/);
complains("run program --memory lots", /--memory lots is no size/);
complains("run program --on paper", /--on paper is not known/);
complains("run program --on qemu --seed 2", /--seed is for the model: [^\n]+\n {2}Leave --on qemu out/);
complains("run program --on qemu --count", /--count is for the model/);
complains("run program --on qemu --realtime", /--realtime is for the model/);
complains("run program --on qemu --trace=instructions", /--trace=instructions is for the model/);
complains("run program --machine q35", /--machine chooses among QEMU's machines: [^\n]+\n.* add --on qemu/);
complains("run program --on qemu --save file", /--save is for the model/);
complains("run program --instructions some", /--instructions some is no number/);
complains("run --resume missing", /cannot read missing: no such file/);
complains(
  "run --resume text",
  /text is no snapshot of a machine\n {2}Make one with --instructions N --save FILE/,
);
complains("run --resume text --cpus 2", /--cpus cannot be given to a machine that was saved/);
complains("run --resume text --env A=b", /--env cannot be given to a machine that was saved/);
complains(
  "run --resume text -- word",
  /arguments for the program cannot be given to a machine that was saved/,
);
complains("run program --replay text --cpus 2", /--cpus cannot be given to a run that is repeated/);
complains("run program --replay text", /text is no record of a run on the model/);
complains("run program --seed many", /--seed many is no number/);
complains("run program --trace=all", /--trace=all is not known/);
complains("syscalls frobnicate", /Linux has no call frobnicate/);
complains("doctor -- words", /takes no arguments for a program/);

test.serial("pack writes an image and tells its digest", async (t) => {
  const { status, stdout } = catkernel("pack kernel program -o packed --json -- one two");
  t.is(status, 0);
  const answer = JSON.parse(stdout);
  t.like(answer, { path: "packed", arch: "amd64" });
  t.regex(answer.sha256, /^[0-9a-f]{64}$/);
  t.true(existsSync(join(folder, "packed")));
});
test.serial("a failure leaves nothing half-written", async (t) => {
  catkernel("pack kernel text -o half");
  catkernel("pack kernel program -o no/image");
  t.deepEqual(
    (await readdir(folder)).filter((name) => /half|^\./.test(name)),
    [],
  );
});
test.serial("every verb has help with an example", (t) => {
  const overview = catkernel("--help").stdout;
  for (const verb of ["kernel", "pack", "run", "syscalls", "doctor"]) {
    t.true(overview.includes(`  ${verb} `));
    t.regex(
      catkernel(`${verb} --help`).stdout,
      new RegExp(`^Usage: catkernel ${verb} [^]*\nExample:\n  catkernel ${verb}`),
    );
  }
});
test.serial("the table is printed whole, and one call of it", (t) => {
  const listing = JSON.parse(catkernel("syscalls --json").stdout);
  t.true(listing.calls.length > 300);
  t.like(JSON.parse(catkernel("syscalls madvise --json").stdout), {
    name: "madvise",
    nr: { amd64: 28, riscv64: 233 },
  });
  t.regex(catkernel("syscalls madvise").stdout, /MADV_DONTNEED/);
});
test.serial("doctor names the one command when something is missing", (t) => {
  const { status, stdout } = catkernel("doctor", { ...process.env, PATH: folder });
  t.is(status, 1);
  t.regex(stdout, /clang +missing/);
  t.regex(stdout, /apt-get install -y --no-install-recommends clang lld .*qemu-system-x86/);
});
test.serial("without clang a kernel cannot be built, and doctor is named", (t) => {
  const { status, stderr } = catkernel("kernel -o k", { ...process.env, PATH: folder });
  t.is(status, 1);
  t.regex(
    stderr,
    /^catkernel: clang, which compiles the kernel, was not found: not installed\n.*catkernel doctor/,
  );
});

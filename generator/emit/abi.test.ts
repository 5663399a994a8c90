import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { layOut } from "../../runtime-abi/layout.ts";
import { structs } from "../../runtime-abi/structs.ts";
import { emitAbiHeader } from "./abi-header.ts";

// The values themselves are compared with the installed headers by generator/check/check-abi.ts.

const include = fileURLToPath(new URL("../../shim-templates/include", import.meta.url));
const targets = { amd64: "x86_64-unknown-none-elf", riscv64: "riscv64-unknown-none-elf" };

const compile = (arch: Arch, text: string): void => {
  const file = join(mkdtempSync(join(tmpdir(), "abi-")), "abi.h");
  writeFileSync(file, text);
  execFileSync(
    "clang",
    [
      `--target=${targets[arch]}`,
      "-std=c11",
      "-ffreestanding",
      "-Wall",
      "-Wextra",
      "-Werror",
      "-fsyntax-only",
      "-Wno-pragma-once-outside-header",
      "-x",
      "c",
      "-I",
      include,
      file,
    ],
    { stdio: "pipe" },
  );
};

for (const arch of archs)
  test(`clang lays out the structs of abi.h as computed for ${arch}`, (t) => {
    t.notThrows(() => compile(arch, emitAbiHeader(arch)));
  });

test("a wrong size in abi.h does not compile", (t) => {
  const wrong = emitAbiHeader("amd64").replace(
    "sizeof(struct abi_stat) == 144",
    "sizeof(struct abi_stat) == 128",
  );
  t.throws(() => compile("amd64", wrong));
});

test("what has no header as its witness has the sizes and offsets of the manuals", (t) => {
  const sizes = (arch: Arch, ...names: string[]) =>
    names.map((name) => layOut(structs, arch).get(name)?.size);
  t.deepEqual(sizes("amd64", "siginfo", "linux_dirent64", "rt_sigframe", "fd_set"), [128, 19, 440, 128]);
  t.deepEqual(sizes("riscv64", "siginfo", "riscv_fp_state", "rt_sigframe"), [128, 528, 1088]);
  const info = layOut(structs, "amd64").get("siginfo")?.fields ?? [];
  const offsets = Object.fromEntries(info.map(({ name, offset }) => [name, offset]));
  t.like(offsets, { si_code: 8, si_pid: 16, si_addr: 16, si_uid: 20, si_value: 24, si_status: 24 });
});

/** Compiles caller/ for an architecture: a static program without a library, made with the headers of the table. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findToolchain } from "../../generator/compile/toolchain.ts";
import { emitKernel } from "../../generator/emit/emit.ts";
import { readTable } from "../../generator/read/read-table.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { unwrap } from "../harness/unwrap.ts";
import { numbersHeader, rowsHeader } from "./call-rows.ts";

const root = join(import.meta.dirname, "../..");
const sources = join(import.meta.dirname, "caller");
/** Of `struct slot`, asserted in its header. */
const slotBytes = 96;

const archFlags: Record<Arch, readonly string[]> = {
  amd64: ["--target=x86_64-unknown-none-elf", "-mno-red-zone"],
  // No relaxation: gp is anybody's.
  riscv64: [
    "--target=riscv64-unknown-none-elf",
    "-march=rv64gc",
    "-mabi=lp64d",
    "-mcmodel=medany",
    "-mno-relax",
  ],
};
const emulations: Record<Arch, string> = { amd64: "elf_x86_64", riscv64: "elf64lriscv" };

export async function buildCaller(arch: Arch): Promise<Buffer> {
  const { clang, lld } = unwrap(findToolchain());
  const { value: table } = await readTable(join(root, "spec"));
  const folder = mkdtempSync(join(tmpdir(), "caller-"));
  try {
    writeFileSync(join(folder, "abi.h"), emitKernel(table!, arch).get("abi.h")!);
    writeFileSync(join(folder, "rows.h"), rowsHeader(table!, arch));
    writeFileSync(join(folder, "numbers.h"), numbersHeader(table!, arch, slotBytes));
    const includes = [folder, join(sources, arch), sources, join(root, "shim-templates/include")];
    const files = [
      ...readdirSync(sources)
        .filter((name) => name.endsWith(".c"))
        .sort(),
      join(arch, "machine.S"),
    ];
    const objects = files.map((file, index) => {
      const object = join(folder, `${index}.o`);
      const flags = [
        ...archFlags[arch],
        ...[
          "-std=c11",
          "-O2",
          "-ffreestanding",
          "-fno-stack-protector",
          "-fno-builtin",
          "-fno-strict-aliasing",
        ],
        ...["-fno-asynchronous-unwind-tables", "-Wall", "-Wextra", "-Werror", "-Wno-unused-const-variable"],
        ...includes.flatMap((path) => ["-I", path]),
      ];
      execFileSync(clang, [...flags, "-c", join(sources, file), "-o", object], { stdio: "inherit" });
      return object;
    });
    const program = join(folder, "program");
    execFileSync(lld, [
      "-m",
      emulations[arch],
      "-static",
      "-T",
      join(sources, "caller.lds"),
      "-o",
      program,
      ...objects,
    ]);
    return readFileSync(program);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

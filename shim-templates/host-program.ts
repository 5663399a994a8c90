/**
 * Compiles parts of the kernel as a program of this machine, for tests that need no machine to boot: the files under
 * test as they are, a `*.test.c` that stands for the rest, and the headers generated from the table.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { emitKernel } from "../generator/emit/emit.ts";
import { readTable } from "../generator/read/read-table.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** `address`: with AddressSanitizer, whose library not every clang has. */
export type HostOptions = { arch?: Parameters<typeof emitKernel>[1]; address?: boolean };

/** The path of the program. `sources` are relative to shim-templates/; `defines` as NAME=VALUE. */
export async function hostProgram(
  sources: readonly string[],
  defines: readonly string[] = [],
  { arch = "amd64", address = false }: HostOptions = {},
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "host-"));
  const { value: table } = await readTable(here("../spec/"));
  for (const [file, text] of emitKernel(table!, arch)) writeFileSync(join(folder, file), text);
  const includes = [here("mem/test-arch"), here("include"), here("."), folder].flatMap((name) => [
    "-I",
    name,
  ]);
  const program = join(folder, "program");
  execFileSync("clang", [
    "-std=c11",
    "-O1",
    "-fno-builtin",
    "-fno-strict-aliasing",
    // An overflow or a shift too far ends the program; structs of the ELF file may lie anywhere.
    "-fsanitize=undefined",
    "-fsanitize-trap=undefined",
    "-fno-sanitize=alignment",
    ...(address ? ["-fsanitize=address"] : []),
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wno-unused-parameter",
    // The tests have locks of their own.
    "-DLOCK_CALLS",
    ...defines.map((define) => `-D${define}`),
    ...includes,
    ...sources.map((source) => here(source)),
    "-o",
    program,
  ]);
  return program;
}

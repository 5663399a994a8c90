// The dispatcher, the trace and the record run here, on this machine, with the tables of fixture/.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { readTable } from "../read/read-table.ts";
import { emitKernel } from "./emit.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const shim = (path: string): string => here(`../../shim-templates/${path}`);
const golden = new URL("./goldens/host.txt", import.meta.url);
const { value: table } = await readTable(here("./fixture/"));

const run = (arch: Arch): string => {
  const folder = mkdtempSync(join(tmpdir(), "host-"));
  for (const [file, text] of emitKernel(table!, arch)) writeFileSync(join(folder, file), text);
  const program = join(folder, "host");
  const sources = ["call", "trace", "record", "call-name", "format"].map((name) => shim(`core/${name}.c`));
  execFileSync("clang", [
    "-std=c11",
    "-O1",
    "-ffreestanding",
    "-fno-strict-aliasing",
    "-Wall",
    "-Werror",
    "-I",
    shim("include"),
    "-I",
    folder,
    "-I",
    here("./host"),
    "-I",
    shim(""),
    here("./host/main.c"),
    ...sources,
    join(folder, "dispatch.c"),
    join(folder, "names.c"),
    "-o",
    program,
  ]);
  return execFileSync(program, { encoding: "utf8" });
};

// The summary comes last, in the order of a hash of call numbers, which differ.
const withSortedSummary = (text: string): string => {
  const [calls = "", summary = ""] = text.split(/(?<=a trace in the record\n)/);
  return calls + summary.split("\n").sort().join("\n");
};

// Registers in the other order reach the same parameters.
const expected: Readonly<Record<Arch, (text: string) => string>> = {
  amd64: (text) => text,
  riscv64: (text) => text.replaceAll("ctid 3 tls 4", "ctid 4 tls 3"),
};

for (const arch of archs)
  test(`arguments are prepared, answers copied and calls shown as written down, with the tables of ${arch}`, (t) => {
    const output = run(arch);
    if (process.env.UPDATE_GOLDENS && arch === "amd64") writeFileSync(golden, output);
    t.is(withSortedSummary(output), withSortedSummary(expected[arch](readFileSync(golden, "utf8"))));
  });

/**
 * One package on one machine: compiled, run, and made a row. What Linux says of its tests is asked once, and kept in the build
 * folder. A package in which something fails without a reason in `expected.ts` is run once more on a machine whose time is
 * the host's: what passes then is told as flaky.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildFolder } from "../../generator/compile/build-folder.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Ran } from "../harness/compare.ts";
import { applies, compareRows } from "./compare.ts";
import { expected } from "./expected.ts";
import { compileTests, fileNameOf, type Library } from "./library.ts";
import { makeRow } from "./make-row.ts";
import { parseTests, type TestOutcome } from "./parse-tests.ts";
import { type MachineName, type Row, readRows, type Where } from "./rows.ts";
import { runTests } from "./run-tests.ts";

export type Task = {
  library: Library;
  arch: Arch;
  machine: MachineName;
  package: string;
  /** Not for Linux. */
  kernel?: Buffer | undefined;
  /** Not run once more for what fails. */
  once?: boolean;
};

/** The rows that came of it: with an image also that of Linux, if it had to be asked. */
export async function runPackage(task: Task): Promise<Row[]> {
  const { library, arch, machine, package: name } = task;
  const where: Where = { go: library.version, arch, machine, package: name };
  const compiled = compileTests(library, arch, name);
  if (compiled.wrong !== undefined)
    return [{ ...where, status: "did not compile", ending: compiled.wrong.slice(0, 160) }];
  const linux = machine === "native" ? undefined : await askLinux(library, name);
  const entries = expected.filter((entry) => entry.ends && applies(entry, where));
  const without = entries.flatMap(({ tests }) => tests);
  const run = { library, arch, package: name, binary: compiled.binary, without };
  const withLeftOut = (row: Row): Row => (without.length > 0 ? { ...row, leftOut: without } : row);
  const ran = await runTests(run, machine, task.kernel);
  keepOutput(where, ran);
  if (machine === "native") {
    if (arch === "amd64") keepLinux(where, ran);
    return [withLeftOut(makeRow(where, ran))];
  }
  const row = withLeftOut(makeRow(where, ran, linux!.tests));
  const others = linux!.row === undefined ? [] : [linux!.row];
  if (machine === "model" || task.once || isExplained(row, others)) return [...others, row];
  const again = await runTests(run, machine, task.kernel);
  const second = withLeftOut(makeRow(where, again, linux!.tests));
  const flaky = (row.failing ?? []).filter((test) => !(second.failing ?? []).includes(test));
  if (!isExplained(second, others)) keepOutput(where, again);
  return [...others, { ...second, ...(flaky.length > 0 && { flaky }) }];
}

function isExplained(row: Row, others: readonly Row[]): boolean {
  const linux = [...readRows().filter(({ machine }) => machine === "native"), ...others];
  const needed = expected.filter((entry) => applies(entry, row));
  return compareRows([...linux, row], needed).problems.every((problem) => problem.startsWith("expected.ts"));
}

type Linux = { tests: Map<string, TestOutcome>; row?: Row };

/** The amd64 program is the witness for both architectures. */
async function askLinux(library: Library, name: string): Promise<Linux> {
  const where: Where = { go: library.version, arch: "amd64", machine: "native", package: name };
  const file = linuxFile(where);
  if (existsSync(file)) return { tests: new Map(JSON.parse(readFileSync(file, "utf8"))) };
  const [row] = await runPackage({ library, arch: "amd64", machine: "native", package: name });
  const known = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
  return { tests: new Map(known), row: row! };
}

function keepLinux(where: Where, { output }: Ran): void {
  writeFileSync(linuxFile(where), JSON.stringify([...parseTests(output)]));
}

const linuxFile = ({ go, package: name }: Where) =>
  join(buildFolder("conformance", "linux", go), `${fileNameOf(name)}.json`);

/** What the last run said, to look at. */
function keepOutput(
  { go, arch, machine, package: name }: Where,
  { output, status, instructions }: Ran,
): void {
  const folder = buildFolder("conformance", "output", `${go}-${arch}-${machine}`);
  const counted = instructions === undefined ? "" : `, ${(instructions / 1e9).toFixed(1)}e9 instructions`;
  writeFileSync(join(folder, `${fileNameOf(name)}.txt`), `${output}\n[status ${status}${counted}]\n`);
}

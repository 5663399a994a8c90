/**
 * npm run conformance [-- --arch A --go V --machine M PACKAGE-REGEX...]: the tests of Go's own standard library, compiled by
 * stock Go, on Linux and as images in QEMU and on the model. What was run takes the place of its lines in results.jsonl, all
 * else stays; so it can be made in slices. Without words, all of it: many hours.
 */
import { readFileSync } from "node:fs";
import { findTool } from "../../generator/compile/toolchain.ts";
import { qemuCommands } from "../../generator/run/qemu-machines.ts";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { fetchToolchain, newestRelease, oldestRelease } from "../harness/go-toolchains.ts";
import { kernelFile } from "../harness/kernel-file.ts";
import { readOptions, refuse } from "../harness/options.ts";
import { compareRows } from "./compare.ts";
import { expected } from "./expected.ts";
import { whyLeftOut } from "./left-out.ts";
import { type Library, libraryOf, packagesOf } from "./library.ts";
import { keepRows, type MachineName, machines, type Row, readRows, type Where } from "./rows.ts";
import { runPackage } from "./run-package.ts";
import { summarize, summaryTable } from "./summary.ts";

const releases = [oldestRelease, newestRelease];

// What was broken off has no result; the machine model would call it stopped.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

function chosen<T extends string>(option: string, words: readonly string[], known: readonly T[]): T[] {
  const wrong = words.find((word) => !known.some((name) => name === word));
  if (wrong !== undefined) refuse(`--${option} ${wrong} is none of ${known.join(", ")}`);
  return known.filter((name) => words.includes(name));
}

function pattern(word: string): RegExp {
  try {
    return new RegExp(`^(?:${word})$`);
  } catch (error) {
    refuse(`${word} is no regular expression: ${(error as Error).message}`);
  }
}

const { values, positionals } = readOptions({
  allowPositionals: true,
  options: {
    arch: { type: "string", multiple: true, default: [...archs] },
    go: { type: "string", multiple: true, default: [...releases] },
    machine: { type: "string", multiple: true, default: [...machines] },
    compare: { type: "boolean", default: false },
    once: { type: "boolean", default: false },
  },
});
const wantedArchs = chosen("arch", values.arch, archs);
const wantedMachines = chosen("machine", values.machine, machines);
const wantedReleases = chosen(
  "go",
  values.go.map((version) => version.replace(/^(?=\d)/, "go")),
  releases,
);
const patterns = positionals.map(pattern);
/** In the order of the words. */
const wanted = (names: readonly string[]) =>
  patterns.length === 0
    ? names
    : [...new Set(patterns.flatMap((one) => names.filter((name) => one.test(name))))];

/** Nothing, or why the machine is not there. */
function whyMissing(arch: Arch, machine: MachineName): string | undefined {
  if (machine === "model") return undefined;
  if (machine === "native") {
    if (process.platform !== "linux" || process.arch !== "x64") return "this is not Linux on amd64";
    return arch === "amd64" || findTool("qemu-riscv64").problems === undefined
      ? undefined
      : "qemu-riscv64 is not installed";
  }
  return findTool(qemuCommands[arch]).problems?.[0]?.message;
}

async function runAll(library: Library): Promise<number> {
  let count = 0;
  for (const arch of wantedArchs) {
    const names = packagesOf(library, arch).filter((name) => whyLeftOut(name) === undefined);
    const place = (machine: MachineName, name: string): Where => ({
      go: library.version,
      arch,
      machine,
      package: name,
    });
    const known = new Set(readRows().map((row) => `${row.go} ${row.arch} ${row.machine} ${row.package}`));
    const isKnown = (row: Where) => known.has(`${row.go} ${row.arch} ${row.machine} ${row.package}`);
    const all = wantedMachines.flatMap((machine) => names.map((name) => place(machine, name)));
    keepRows(all.filter((row) => !isKnown(row)).map((row) => ({ ...row, status: "not run" })));

    const missing = new Map(wantedMachines.map((machine) => [machine, whyMissing(arch, machine)]));
    for (const [machine, why] of missing)
      if (why !== undefined) console.error(`${arch} ${machine}: the machine is missing: ${why}`);
    const images = wantedMachines.some(
      (machine) => machine !== "native" && missing.get(machine) === undefined,
    );
    const kernel = images ? readFileSync(await kernelFile(arch)) : undefined;
    for (const name of wanted(names)) {
      for (const machine of wantedMachines) {
        count++;
        if (missing.get(machine) !== undefined) {
          keepRows([{ ...place(machine, name), status: "machine missing" }]);
          continue;
        }
        const start = performance.now();
        const rows = await runPackage({ library, arch, machine, package: name, kernel, once: values.once });
        keepRows(rows);
        for (const row of rows) console.error(lineOf(row, performance.now() - start));
      }
    }
  }
  return count;
}

function lineOf(row: Row, ms: number): string {
  const counts = row.passed === undefined ? "" : `, ${row.passed}+ ${row.failed}- ${row.skipped}?`;
  const names = [...(row.failing ?? []), ...(row.skippedHere ?? []).map((name) => `${name} (skipped)`)];
  const tail = [...names, ...(row.ending === undefined ? [] : [row.ending])].join(" ");
  const where = `${row.go} ${row.arch} ${row.machine} ${row.package}`;
  return `${where}: ${row.status}${counts}, ${Math.round(ms / 1000)} s ${tail}`;
}

if (!values.compare) {
  let count = 0;
  for (const release of wantedReleases) {
    const toolchain = fetchToolchain(release);
    if (toolchain === undefined)
      console.error(
        `conformance: ${release} is not at hand: install Go 1.21 or newer, which fetches it; its rows stay as they are`,
      );
    else count += await runAll(libraryOf(toolchain));
  }
  if (count === 0) refuse("nothing was run: no package that can be run has such a name");
}

const rows = readRows();
for (const line of summaryTable(summarize(rows, expected))) console.log(line);
const { problems } = compareRows(rows, expected);
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

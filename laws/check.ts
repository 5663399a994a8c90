/**
 * `npm run check`: everything that can be said about the sources without running the kernel. Types, format and lint by
 * their tools; the laws of this folder; the table by the generator's own checker. All of them run, all problems show.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { check as checkTable } from "../generator/check/check.ts";
import { formatProblem } from "../generator/problem.ts";
import { amd64 } from "../hw-models/isa/amd64/isa.ts";
import { whyCustom as whyCustomAmd64 } from "../hw-models/isa/amd64/why-custom.ts";
import { riscv64 } from "../hw-models/isa/riscv64/isa.ts";
import { whyCustom as whyCustomRiscv64 } from "../hw-models/isa/riscv64/why-custom.ts";
import { customCount, customProblems } from "./customs.ts";
import { importProblems } from "./imports.ts";
import { longFileProblems } from "./long-files.ts";
import { unmirroredFiles, unmirroredFunctions } from "./mirror.ts";
import { aloneIn, mayNameArchitecture } from "./mirror-exceptions.ts";
import { sharedCodeProblems } from "./shared-code.ts";
import { sourceFiles } from "./source-files.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs one of the tools in node_modules/.bin; its output comes whole, so that two do not mix. */
async function tool(name: string, ...args: string[]): Promise<string[]> {
  const child = spawn(join(root, "node_modules/.bin", name), args, { cwd: root });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const status = await new Promise((resolve) => child.on("close", resolve));
  return status === 0 ? [] : [output.trim()];
}

function laws(): string[] {
  return sourceFiles(root).flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const imports = /\.[tj]s$/.test(path) ? importProblems(path, text) : [];
    return [...imports, ...longFileProblems(path, text)].map(formatProblem);
  });
}

/** The laws about the kernel's two architectures. */
function mirror(): string[] {
  const folder = join(root, "shim-templates");
  const sources = new Map(
    sourceFiles(folder).map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );
  const shared = [...sources].flatMap(([path, text]) => sharedCodeProblems(path, text, mayNameArchitecture));
  const unmirrored = [...unmirroredFiles(sources, aloneIn), ...unmirroredFunctions(sources)];
  return [...unmirrored, ...shared].map(formatProblem);
}

/** The machine model's instruction sets, and why some of their rows have no meaning. */
const instructionSets = [
  [amd64, whyCustomAmd64],
  [riscv64, whyCustomRiscv64],
] as const;

const checks: Record<string, () => Promise<string[]> | string[]> = {
  types: () => tool("tsc"),
  "format and lint": () => tool("biome", "check", "--error-on-warnings"),
  laws,
  mirror,
  customs: () => instructionSets.flatMap(([isa, why]) => customProblems(isa, why)).map(formatProblem),
  table: async () => (await checkTable()).map(formatProblem),
};

/** What is told even if it is as it should be. */
const notes: Record<string, () => string[]> = {
  customs: () => instructionSets.flatMap(([isa, why]) => customCount(isa, why)),
};

let failed = false;
const runs = Object.entries(checks).map(async ([name, check]) => ({ name, complaints: await check() }));
for (const { name, complaints } of await Promise.all(runs)) {
  console.log(`${complaints.length === 0 ? "ok  " : "FAIL"} ${name}`);
  for (const note of notes[name]?.() ?? []) console.log(`     ${note}`);
  for (const complaint of complaints) console.log(complaint);
  failed ||= complaints.length > 0;
}
process.exitCode = failed ? 1 : 0;

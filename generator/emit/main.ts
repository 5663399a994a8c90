// Writes what is generated for kernels, without compiling it: node generator/emit/main.ts [ARCH ...]
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { archs } from "../../runtime-abi/arch.ts";
import { formatProblem } from "../problem.ts";
import { readTable } from "../read/read-table.ts";
import { emitKernel } from "./emit.ts";

const build = fileURLToPath(new URL("../../build/", import.meta.url));
const asked = process.argv.slice(2);
const { value: table, problems } = await readTable();
for (const problem of problems ?? []) console.error(formatProblem(problem));
if (problems) process.exitCode = 1;
if (table)
  for (const arch of archs.filter((one) => asked.length === 0 || asked.includes(one))) {
    mkdirSync(`${build}${arch}/gen`, { recursive: true });
    for (const [file, text] of emitKernel(table, arch)) writeFileSync(`${build}${arch}/gen/${file}`, text);
  }

/**
 * Runs proofs by hand: node proofs/harness/main.ts [--native] [--cpus 1,2,4] [--kernel FILE] [--go COMMAND]
 * [--output] [NAME...]. Prints the table that the tests print, and with --output what each run printed.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildProofs, goToolchain } from "./build-proofs.ts";
import { kernelFile } from "./kernel-file.ts";
import { places, proveAll } from "./prove-all.ts";
import { readProofs } from "./read-proofs.ts";
import { formatTable } from "./table.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    native: { type: "boolean", default: false },
    output: { type: "boolean", default: false },
    cpus: { type: "string", default: "1,2,4" },
    kernel: { type: "string" },
    go: { type: "string", default: "go" },
  },
});

const wanted = values.cpus.split(",").map(Number);
const results = await proveAll({
  binary: buildProofs(goToolchain(values.go), "amd64"),
  proofs: readProofs(positionals),
  places: places.filter(({ cpus }) => wanted.includes(cpus)),
  kernel: values.native ? undefined : readFileSync(values.kernel ?? (await kernelFile())),
  onRun: ({ proof, where, ran }) => {
    console.error(`${proof.name}: ${where}, ${Math.round(ran.ms)} ms`);
    if (values.output) console.error(ran.output);
  },
});
console.log(formatTable(results));
process.exitCode = results.some(({ failures }) => failures.length > 0) ? 1 : 0;

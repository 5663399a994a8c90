/**
 * npm run bench [-- PART...]: five parts, by default all. `linux`: our kernel beside Debian's Linux on the same QEMU
 * machine. `calls`: what calls cost on both, in instructions; `go`: what Go's own benchmarks do. `model`: the bundled
 * machine beside QEMU with the same image. `report`: what it costs to tell what a program can ask. Each takes its sides in
 * turns, on both architectures, prints a table of ratios and writes build/bench-PART.json. What is to be reached stands in
 * the reports; what is not reached is said.
 * Options: --arch A (only that one), --pairs N (how often each is measured; 5, model 3), --quick (2 pairs, model 1, and
 * the small tasks only); model: --work REGEX (only works of such names), --side auto, interpreter or qemu (only those).
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Arch, archs } from "../runtime-abi/arch.ts";
import { benchLinux } from "./bench-linux.ts";
import { benchCalls } from "./calls/bench-calls.ts";
import { formatCalls } from "./calls/report-calls.ts";
import { benchGo } from "./go/bench-go.ts";
import { formatGo } from "./go/report-go.ts";
import { benchModel } from "./model/bench-model.ts";
import { type SideName, sides } from "./model/machines.ts";
import { formatModelReport } from "./model/report-model.ts";
import { benchReport, formatReportCosts } from "./report/bench-report.ts";
import { formatReport } from "./report.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    arch: { type: "string" },
    pairs: { type: "string" },
    quick: { type: "boolean", default: false },
    work: { type: "string" },
    side: { type: "string", multiple: true },
  },
});
const { arch, quick } = values;
if (arch !== undefined && !archs.includes(arch as Arch))
  throw new Error(`--arch is one of ${archs.join(", ")}`);
for (const side of values.side ?? [])
  if (!sides.includes(side as SideName)) throw new Error(`--side is one of ${sides.join(", ")}`);
const parts = positionals.length > 0 ? positionals : ["linux", "calls", "go", "model", "report"];
const pairs = (usual: number, few: number) => Number(values.pairs ?? (quick ? few : usual));

for (const part of parts) {
  if (part === "linux") {
    const report = await benchLinux({ arch, quick, pairs: pairs(5, 2) });
    if (report.measured.length === 0) continue;
    write(part, report);
    console.log(formatReport(report.measured));
  } else if (part === "calls") {
    const calls = await benchCalls({ arch });
    if (calls.length === 0) continue;
    write(part, calls);
    console.log(formatCalls(calls));
  } else if (part === "go") {
    const costs = await benchGo({ arch });
    if (costs.length === 0) continue;
    write(part, costs);
    console.log(formatGo(costs));
  } else if (part === "model") {
    const work = values.work === undefined ? undefined : new RegExp(values.work, "i");
    const wanted = values.side as SideName[] | undefined;
    const report = await benchModel({ arch, work, quick, pairs: pairs(3, 1), sides: wanted });
    write(part, report);
    console.log(formatModelReport(report));
  } else if (part === "report") {
    const costs = await benchReport({ arch, times: pairs(3, 1) });
    write(part, costs);
    console.log(formatReportCosts(costs));
  } else throw new Error(`the bench has no part ${part}: linux, calls, go, model, report`);
}

function write(part: string, report: object): void {
  const build = join(import.meta.dirname, "../build");
  mkdirSync(build, { recursive: true });
  writeFileSync(join(build, `bench-${part}.json`), `${JSON.stringify(report, null, 2)}\n`);
}

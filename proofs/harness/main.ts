/**
 * Runs proofs by hand: node proofs/harness/main.ts [--arch A] [--native] [--cpus 1,2,4,8] [--machine M] [--kernel FILE] [--cut] [--debug]
 * [--seed N] [--go COMMAND] [--output] [NAME...]. Prints the table that the tests print, and with --output what each run
 * printed. --kernel takes an own kernel instead of one made from the sources; it needs --arch. --debug takes the one that
 * checks itself while it runs, and prints how deep its stacks were used; --cut one that is cut to the proofs' binary.
 * --seed is another order of the model's CPUs.
 */
import { readFileSync } from "node:fs";
import type { Arch } from "../../runtime-abi/arch.ts";
import { goToolchain } from "./build-proofs.ts";
import { cutKernel } from "./cut-kernel.ts";
import { makePlan } from "./make-plan.ts";
import { archsOf, readOptions, refuse } from "./options.ts";
import { eightCpus, modelPlaces, places } from "./places.ts";
import { proveAll } from "./prove-all.ts";
import { readProofs } from "./read-proofs.ts";
import { DeepestStacks } from "./stack-uses.ts";
import { formatTable } from "./table.ts";

const { values, positionals } = readOptions({
  allowPositionals: true,
  options: {
    arch: { type: "string" },
    native: { type: "boolean", default: false },
    output: { type: "boolean", default: false },
    cpus: { type: "string", default: "1,2,4" },
    machine: { type: "string" },
    kernel: { type: "string" },
    cut: { type: "boolean", default: false },
    debug: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    go: { type: "string", default: "go" },
  },
});

const wantedArchs = archsOf(values.arch);
const wantedCpus = values.cpus.split(",").map(Number);
const plan = await makePlan(
  goToolchain(values.go),
  wantedArchs,
  values.native
    ? []
    : [...places, ...modelPlaces, ...eightCpus]
        .filter(
          ({ cpus, name }) =>
            wantedCpus.includes(cpus) && (values.machine === undefined || name === values.machine),
        )
        .map((place) => ({ ...place, seed: Number(values.seed) })),
  { debug: values.debug },
);
if (values.kernel !== undefined) {
  if (values.arch === undefined) refuse("--kernel FILE needs --arch");
  plan.kernels[values.arch as Arch] = readFileSync(values.kernel);
}
if (values.cut)
  for (const arch of wantedArchs)
    plan.kernels[arch] = await cutKernel(readFileSync(plan.binaries[arch]!), "proofs");
const deepest = new DeepestStacks();
const results = await proveAll({
  ...plan,
  proofs: readProofs(positionals),
  onRun: ({ proof, where, ran, wrong }) => {
    console.error(
      `${proof.name}: ${where}, ${Math.round(ran.ms)} ms${wrong === undefined ? "" : `: ${wrong}`}`,
    );
    if (values.output) console.error(ran.output);
    deepest.note(ran);
  },
});
console.log(formatTable(results));
const deep = deepest.problems();
for (const line of values.debug ? [...deepest.lines(), ...deep] : []) console.log(line);
process.exitCode = results.some(({ failures }) => failures.length > 0) || deep.length > 0 ? 1 : 0;

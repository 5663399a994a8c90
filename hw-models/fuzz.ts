/**
 * `npm run fuzz`: the long version of the random tests. Ten million random instructions for each architecture do in the
 * model what they do outside of it: on the CPU at hand (amd64) and in QEMU (riscv64). The first difference ends it, with the
 * code around it and the command that shows it again.
 *
 *     npm run fuzz -- [--arch amd64|riscv64] [--instructions N] [--seed N] [--only REGEX]
 */
import { parseArgs } from "node:util";
import { fuzzAmd64 } from "./isa/amd64/native/fuzz.ts";
import { fuzzRiscv64 } from "./isa/riscv64/fuzz/fuzz.ts";

const fuzzers = { amd64: fuzzAmd64, riscv64: fuzzRiscv64 } as const;
type Arch = keyof typeof fuzzers;
const isArch = (name: string): name is Arch => name in fuzzers;

const { values } = parseArgs({
  options: {
    arch: { type: "string" },
    instructions: { type: "string", default: "10000000" },
    seed: { type: "string", default: "1000" },
    only: { type: "string" },
  },
});

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
function wholeNumber(name: string, text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : refuse(`--${name} is a whole number, not "${text}"`);
}
const { arch } = values;
if (arch !== undefined && !isArch(arch)) refuse(`--arch is amd64 or riscv64, not "${arch}"`);
if (values.only !== undefined && arch !== "amd64") refuse("--only chooses rows of --arch amd64");
const seed = wholeNumber("seed", values.seed);
const instructions = wholeNumber("instructions", values.instructions);
const only = values.only === undefined ? undefined : new RegExp(values.only, "i");

for (const name of arch === undefined ? (Object.keys(fuzzers) as Arch[]) : [arch as Arch]) {
  const began = performance.now();
  const found = fuzzers[name]({
    instructions,
    seed,
    only,
    report(done) {
      const seconds = Math.round((performance.now() - began) / 1000);
      process.stderr.write(`${name}: ${done} of ${instructions} instructions agree, ${seconds} s\n`);
    },
  });
  if (found === undefined) continue;
  process.stderr.write(`${name}: ${found.what}\n`);
  if (found.seed === undefined) continue;
  const same = only === undefined ? "" : ` --only '${only.source}'`;
  process.stderr.write(
    `again: npm run fuzz -- --arch ${name} --seed ${found.seed} --instructions 1${same}\n`,
  );
  process.exitCode = 1;
}

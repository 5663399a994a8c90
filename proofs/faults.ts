/**
 * Faults on purpose, by hand: node proofs/faults.ts [--arch A] [--cpus 1,4] [--seeds FIRST-LAST] [--kind calls,memory,timers]
 * [--in-turn] [NAME...]. Every seed is tried with every proof on every number of CPUs; --in-turn: with one proof on one
 * number, the next seed with the next. Status 1 if a kernel was at fault; what each round ended with is told on the way.
 */
import { faultKinds, faultRound, kernelAtFault, waitsForThread } from "./harness/fault-rounds.ts";
import { archsOf, readOptions, refuse } from "./harness/options.ts";
import { readProofs } from "./harness/read-proofs.ts";

const { values, positionals } = readOptions({
  allowPositionals: true,
  options: {
    arch: { type: "string" },
    cpus: { type: "string", default: "1,4" },
    seeds: { type: "string", default: "1-100" },
    kind: { type: "string", default: faultKinds.join(",") },
    "in-turn": { type: "boolean", default: false },
  },
});

const numbers = /^(\d{1,6})-(\d{1,6})$/.exec(values.seeds);
if (!numbers) refuse("--seeds is FIRST-LAST, as in 1-100");
const wanted = values.kind.split(",");
const strange = wanted.find((name) => !faultKinds.some((kind) => kind === name));
if (strange !== undefined) refuse(`--kind ${strange}: known are ${faultKinds.join(", ")}`);
const proofs = readProofs(positionals.length > 0 ? positionals : ["start", "files", "pipes", "futex"]);
const wantedCpus = values.cpus.split(",").map(Number);
const pairs = wantedCpus.flatMap((cpus) => proofs.map((proof) => ({ cpus, proof })));

const ends = new Map<string, number>();
let wrong = 0;
for (let seed = Number(numbers[1]); seed <= Number(numbers[2]); seed++)
  for (const arch of archsOf(values.arch))
    for (const kind of faultKinds.filter((name) => wanted.includes(name)))
      for (const { cpus, proof } of values["in-turn"] ? [pairs[seed % pairs.length]!] : pairs) {
        const round = { proof, arch, cpus, seed, kind };
        const ran = await faultRound(round);
        const what = kernelAtFault(round, ran);
        const end = waitsForThread(round, ran)
          ? "waits for a thread that clone did not make"
          : `status ${ran.status}`;
        ends.set(`${kind}: ${end}`, (ends.get(`${kind}: ${end}`) ?? 0) + 1);
        if (what !== undefined) wrong++;
        console.log(
          `${proof.name} ${arch} ${cpus} CPUs ${seed}:${kind}: ${end}${what === undefined ? "" : `: ${what}`}`,
        );
      }
for (const [end, count] of [...ends].sort()) console.log(`${String(count).padStart(6)} ${end}`);
console.log(wrong === 0 ? "no kernel was at fault" : `${wrong} rounds in which a kernel was at fault`);
process.exitCode = wrong === 0 ? 0 : 1;

/**
 * Many random cases, through the CPU and through a model of it. As a program: `node fuzz.ts [CASES] [SEED]`, half of
 * them single instructions, half of them sequences.
 */
import type { Isa } from "../../isa.ts";
import { MODE_32, MODE_USER } from "../decode.ts";
import { makeRandom } from "../encode.ts";
import { core, patterns } from "../isa.ts";
import { type Case, cannotAskCpu, type Result, withCpu } from "./cases.ts";
import { compare } from "./compare.ts";
import { makeEngineWorld } from "./engine-world.ts";
import { generate, isTestable } from "./generate.ts";
import { runCase } from "./world.ts";

/** What the CPU is compared with; made once for many cases. */
export type Model = () => (given: Case) => Result;

const isa = core as unknown as Isa;
export const evaluator: Model = () => (given) => runCase(isa, given);
export const interpreter: Model = () => makeEngineWorld(isa, "interpreter").run;

export type FuzzRequest = {
  readonly model: Model;
  readonly count: number;
  /** Instructions in a case. */
  readonly length: number;
  readonly seed: number;
  readonly mode: number;
};

/** The number of cases that were made and the differences, in words. */
export function fuzz({ model, count, length, seed, mode }: FuzzRequest): { cases: number; wrong: string[] } {
  const random = makeRandom(seed);
  const testable = patterns.filter((pattern) => isTestable(isa, pattern, mode));
  let turn = 0;
  const choose = () => testable[length === 1 ? turn++ % testable.length : random(testable.length)]!;
  const cases = Array.from({ length: count }, () => generate(isa, random, length, mode, choose)).filter(
    ({ code }) => code.length > 0,
  );
  const answers = withCpu((ask) => ask(cases));
  const run = model();
  const wrong = cases.flatMap((given, index) => {
    const found = compare(given, answers[index]!, run(given));
    const text = given.patterns.map(({ row }) => row.syntax).join("; ");
    const bytes = Buffer.from(given.code).toString("hex");
    return found.length === 0 ? [] : [`${text} (${bytes}): ${found.join(", ")}`];
  });
  return { cases: cases.length, wrong };
}

if (process.argv[1] === import.meta.filename) {
  const why = cannotAskCpu();
  if (why !== undefined) console.log(why);
  const total = why === undefined ? Number(process.argv[2] ?? 10_000_000) : 0;
  const batch = 20_000;
  let done = 0;
  let failed = 0;
  for (let seed = Number(process.argv[3] ?? 1); done < total; seed++) {
    const length = seed & 1 ? 1 : 2 + (seed % 9);
    const { cases, wrong } = fuzz({
      model: interpreter,
      count: batch,
      length,
      seed,
      mode: seed % 3 === 0 ? MODE_32 : MODE_USER,
    });
    done += cases * length;
    failed += wrong.length;
    for (const each of wrong.slice(0, 10)) console.log(`seed ${seed}: ${each}`);
  }
  console.log(`amd64: ${done} instructions, ${failed} cases end otherwise than on the CPU`);
  process.exitCode = failed > 0 ? 1 : 0;
}

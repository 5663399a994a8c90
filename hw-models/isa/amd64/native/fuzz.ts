/**
 * Many random cases, through the CPU and through a model of it.
 */
import type { Fuzzer } from "../../fuzzer.ts";
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
/** Translates what runs once: slow. */
export const translator: Model = () => makeEngineWorld(isa, "translator").run;

export type CasesRequest = {
  readonly model: Model;
  readonly count: number;
  /** Instructions in a case. */
  readonly length: number;
  readonly seed: number;
  readonly mode: number;
  /** Only rows whose syntax matches. */
  readonly only?: RegExp | undefined;
};

type Found = { cases: number; wrong: string[] };

/** The number of cases that were made and the differences, in words. */
export function fuzz({ model, count, length, seed, mode, only }: CasesRequest): Found {
  const random = makeRandom(seed);
  const testable = patterns.filter(
    (pattern) => isTestable(isa, pattern, mode) && (only?.test(pattern.row.syntax) ?? true),
  );
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

/**
 * Rounds of single instructions and of sequences until that many instructions agree with the CPU. What a round does
 * follows from its number alone.
 */
export const fuzzAmd64: Fuzzer = ({ instructions, seed, only, report }) => {
  const why = cannotAskCpu();
  if (why !== undefined) return { what: why };
  let done = 0;
  for (let round = seed; done < instructions; round++) {
    const length = round & 1 ? 1 : 2 + (round % 9);
    const mode = round % 3 === 0 ? MODE_32 : MODE_USER;
    const translates = round % 10 === 0;
    const { cases, wrong } = fuzz({
      model: translates ? translator : interpreter,
      count: translates ? 1_000 : 20_000,
      length,
      seed: round,
      mode,
      only,
    });
    if (wrong.length > 0) return { what: `seed ${round}: ${wrong.slice(0, 10).join("\n")}`, seed: round };
    if (cases === 0) return { what: "no row that can be asked for matches" };
    done += cases * length;
    report(done);
  }
  return undefined;
};

/** The rows against the CPU at hand: random instructions on random registers, memory and flags. */
import test from "ava";
import type { Isa } from "../isa.ts";
import { makeRandom } from "./encode.ts";
import { core, patterns } from "./isa.ts";
import { cannotAskCpu, withCpu } from "./native/cases.ts";
import { compare } from "./native/compare.ts";
import { generate, isTestable } from "./native/generate.ts";
import { runCase } from "./native/world.ts";

const isa = core as unknown as Isa;
const testable = patterns.filter((pattern) => isTestable(isa, pattern));

function agrees(title: string, count: number, length: number): void {
  test(title, (t) => {
    const why = cannotAskCpu();
    if (why !== undefined) {
      t.log(why);
      t.pass(why);
      return;
    }
    const random = makeRandom(20251121 + length);
    let turn = 0;
    const choose = () => testable[length === 1 ? turn++ % testable.length : random(testable.length)]!;
    const cases = Array.from({ length: count }, () => generate(isa, random, length, choose));
    const asked = cases.filter(({ code }) => code.length > 0);
    const answers = withCpu((ask) => ask(asked));
    const wrong = asked.flatMap((given, index) => {
      const found = compare(given, answers[index]!, runCase(isa, given));
      const text = given.patterns.map(({ row }) => row.syntax).join("; ");
      return found.length === 0
        ? []
        : [`${text} (${Buffer.from(given.code).toString("hex")}): ${found.join(", ")}`];
    });
    t.deepEqual(wrong.slice(0, 20), []);
    t.true(asked.length > count * 0.9);
  });
}

agrees("every row does to registers, flags and memory what the CPU does", 20_000, 1);
agrees("sequences of instructions end as on the CPU", 3_000, 6);

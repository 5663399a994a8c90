/** The rows against the CPU at hand: random instructions on random registers, memory and flags. */
import test from "ava";
import { MODE_32, MODE_USER } from "./decode.ts";
import { cannotAskCpu } from "./native/cases.ts";
import { evaluator, fuzz, interpreter, type Model, translator } from "./native/fuzz.ts";

function agrees(title: string, model: Model, count: number, length: number, mode = MODE_USER): void {
  test(title, (t) => {
    const why = cannotAskCpu();
    if (why !== undefined) t.log(why);
    else {
      const { cases, wrong } = fuzz({ model, count, length, seed: 20251121 + length, mode });
      t.deepEqual(wrong.slice(0, 20), []);
      t.true(cases > count * 0.9);
    }
    t.pass();
  });
}

agrees("every row means what the CPU does to registers, flags and memory", evaluator, 2_000, 1);
agrees("every row, as the interpreter executes it, does what the CPU does", interpreter, 30_000, 1);
agrees("sequences of instructions end as on the CPU", interpreter, 12_000, 6);
agrees("32-bit code does what the CPU does in compatibility mode", interpreter, 10_000, 1, MODE_32);
agrees("translated instructions do what the CPU does", translator, 2_000, 1);
agrees("translated sequences end as on the CPU", translator, 300, 8);

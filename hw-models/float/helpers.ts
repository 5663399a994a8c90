/**
 * The library as functions that meanings call when their fast path will not do. Two for each row of `operations.ts`,
 * both pure: `float.add.d` gives the bits of the result, `float.add.d.flags` the exceptions as they stand in the
 * architecture's status register. Both take the operands' bits and a last word that says how to round: MXCSR as it
 * is, or RISC-V's number of the rounding mode.
 */
import type { Helper, Type } from "../meaning/expression.ts";
import { exactHelpers } from "./exact.ts";
import { operations } from "./operations.ts";
import { orderHelpers } from "./order.ts";
import { fflags, riscvMode, x86Mode } from "./rules.ts";

const integerType = (width: 32 | 64) => (width === 32 ? "i32" : "i64");

function ofOperation(rules: "x86" | "riscv", name: string): Helper[] {
  const { takes, gives, compute } = operations[name]!;
  const types: Type[] = [...takes.map(integerType), "i32"];
  const run = (args: (bigint | number | Uint8Array)[]) => {
    const control = args.at(-1) as number;
    const mode = rules === "x86" ? x86Mode(control) : riscvMode(control);
    return compute(mode, ...takes.map((width, at) => BigInt.asUintN(width, BigInt(args[at] as bigint))));
  };
  return [
    {
      name: `float.${name}`,
      takes: types,
      gives: integerType(gives),
      host(...args) {
        const bits = BigInt.asIntN(gives, run(args).bits);
        return gives === 32 ? Number(bits) : bits;
      },
    },
    {
      name: `float.${name}.flags`,
      takes: types,
      gives: "i32",
      host: (...args) => (rules === "x86" ? run(args).flags : fflags(run(args).flags)),
    },
  ];
}

/** For `Isa.helpers`. */
export function floatHelpers(rules: "x86" | "riscv"): Record<string, Helper> {
  const hosts = Object.keys(operations).flatMap((name) => ofOperation(rules, name));
  return Object.fromEntries(
    [...hosts, ...exactHelpers(rules), ...orderHelpers(rules)].map((helper) => [helper.name, helper]),
  );
}

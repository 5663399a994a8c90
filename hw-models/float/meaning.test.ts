/** The meanings, fast paths and all, by the evaluator, against the library. */
import test from "ava";
import type { Decoded, Instruction, Isa } from "../isa/isa.ts";
import { name, read, set } from "../meaning/build.ts";
import { evaluate } from "../meaning/evaluate.ts";
import type { Cell, Expr } from "../meaning/expression.ts";
import type { Statement } from "../meaning/statement.ts";
import { hardBits, random } from "./cases.ts";
import { compare } from "./compare.ts";
import { binary32, binary64, type Result } from "./format.ts";
import { fusedMultiplyAdd } from "./fused.ts";
import { floatHelpers } from "./helpers.ts";
import { roundToIntegral, toInteger } from "./integer.ts";
import { kits } from "./kit.ts";
import { type Computed, Floats } from "./meaning.ts";
import { operations } from "./operations.ts";
import { extreme, ordered } from "./order.ts";
import { fflags, type Mode, riscvMode, x86Mode } from "./rules.ts";

type Below = ReturnType<typeof random>;
type Rules = "x86" | "riscv";
type Case = {
  readonly takes: readonly (32 | 64)[];
  readonly gives: 32 | 64;
  readonly expected: (mode: Mode, ...bits: bigint[]) => Result;
};
type Subject = Case & {
  readonly name: string;
  meaning(float: Floats, args: Expr[], how: Expr<"i32">): Computed;
};

const register: Cell<"i32"> = { name: "control", type: "i32", offset: 24 };
const program: Cell<"i64"> = { name: "pc", type: "i64", offset: 16 };
const at = [32, 40, 48, 56] as const; // three operands and the result

const floats = ["s", "d"] as const;
const rowOf = (name: string): Case => {
  const { takes, gives, compute } = operations[name]!;
  return { takes, gives, expected: compute };
};
const subject = (name: string, meaning: Subject["meaning"], row = name): Subject => ({
  name,
  meaning,
  ...rowOf(row),
});

/** What both architectures have; `how` is RISC-V's rounding mode. */
const shared = (rules: Rules): Subject[] => [
  ...Object.keys(operations)
    .filter(
      (name) => /^(add|sub|mul|div|sqrt)|^cvt\.[sd]\./.test(name) && (rules === "riscv" || !/u$/.test(name)),
    )
    .map((name) => subject(name, (float, args, how) => float.arithmetic(name, args, how))),
  ...floats.flatMap((letter) => [
    ...(rules === "x86" ? (["w", "l"] as const) : (["w", "wu", "l", "lu"] as const)).map((to) =>
      subject(`cvt.${to}.${letter}`, (float, [a], how) =>
        toInteger(float, to, kits[letter] as never, a as never, rules === "riscv" ? how : undefined),
      ),
    ),
    ...(["min", "max"] as const).map((which) =>
      subject(`${which}.${letter}`, (float, [a, b]) =>
        extreme(float, kits[letter] as never, which, [a as never, b as never]),
      ),
    ),
    ...[false, true].map((signalling): Subject => {
      const format = letter === "s" ? binary32 : binary64;
      return {
        name: `${signalling ? "signalling" : "quiet"} comparison of ${letter}`,
        takes: [format.width, format.width],
        gives: 32,
        meaning(float, [a, b]) {
          const kit = kits[letter] as typeof kits.d;
          const { is, ...pair } = ordered(float, kit, signalling, [a as never, b as never]);
          return { is, value: kit.compare("lt", pair.a, pair.b) };
        },
        expected(mode, a, b) {
          const { order, flags } = compare(format, signalling, a!, b!, mode);
          return { bits: order === "less" ? 1n : 0n, flags };
        },
      };
    }),
  ]),
];
const ofRiscv = floats.map((letter) =>
  subject(`madd.${letter}`, (float, args, how) => fusedMultiplyAdd(float, letter, args as never, how)),
);
/** The rounding mode is the instruction's: 4 means MXCSR's. */
const ofX86 = floats.flatMap((letter) => [
  subject(`round.${letter}`, (float, [a]) =>
    roundToIntegral(float, kits[letter] as never, a as never, { type: "i32", is: "const", value: 4 }),
  ),
  subject(
    `quiet round.${letter}`,
    (float, [a]) =>
      roundToIntegral(float, kits[letter] as never, a as never, { type: "i32", is: "const", value: 12 }),
    `rint.${letter}`,
  ),
]);

const typeOf = (name: string, position: number, width: 32 | 64): "i32" | "i64" | "f32" | "f64" => {
  const [, to, from] = name.split(".");
  const integer = /^cvt/.test(name) && /^[wl]/.test((position < 3 ? from : to) ?? "");
  return `${integer ? "i" : "f"}${width}` as "f64";
};

function instruction(float: Floats, { name: title, takes, gives, meaning }: Subject): Instruction {
  const operands: Record<string, Instruction["operands"][string]> = {
    how: { in: "immediate", type: "i32" },
  };
  const args = takes.map((width, index) => {
    const type = typeOf(title, index, width);
    operands[index] = { in: "register", field: `r${index}` as "r0", type, width: (width / 8) as 8 };
    return read({ operand: String(index), type });
  });
  const computed = meaning(float, args, read({ operand: "how", type: "i32" }));
  operands.result = { in: "register", field: "r3", type: computed.value.type, width: (gives / 8) as 8 };
  const result = name(computed.value);
  const statements: Statement[] = [...computed.is, result.is];
  statements.push(set({ operand: "result", type: computed.value.type }, result.value as never));
  return { name: title, operands, meaning: statements };
}

/** Runs every subject on hard operands; gives what differs. */
function compareAll(
  rules: Rules,
  subjects: readonly Subject[],
  rounds: number,
  operandsOf = (takes: Case["takes"], below: Below) => takes.map((width) => hardBits(width, below)),
): string[] {
  const float = new Floats({ rules, register });
  const isa = {
    instructions: subjects.map((each) => instruction(float, each)),
    pc: program,
    helpers: floatHelpers(rules),
  } as unknown as Isa;
  const state = new DataView(new ArrayBuffer(80));
  const world = { isa, state, read: () => never(), write: () => never(), custom: () => never() };
  const below = random(754);
  const wrong: string[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [index, { name, takes, gives, expected }] of subjects.entries()) {
      const bits = operandsOf(takes, below);
      bits.forEach((each, position) => {
        state.setBigUint64(at[position]!, each, true);
      });
      const rounding = below(3) > 0 ? 0 : below(rules === "x86" ? 4 : 5);
      const sticky = below(4); // no flag is set, inexact, or some or all that denormal numbers raise
      const flush = below(4) === 0 ? [0x40, 0x8000, 0x8040][below(3)]! : 0;
      const before =
        rules === "x86"
          ? 0x1f80 | (rounding << 13) | flush | [0, 0x20, 0x22, 0x32][sticky]!
          : [0, 1, 1, 3][sticky]!;
      state.setUint32(register.offset, before, true);
      const decoded = {
        instruction: index,
        length: 4,
        r0: at[0],
        r1: at[1],
        r2: at[2],
        r3: at[3],
        immediate: rounding,
        immediateHigh: 0,
      };
      const fault = evaluate(world, decoded as unknown as Decoded, 0n);
      const result = expected(rules === "x86" ? x86Mode(before) : riscvMode(rounding), ...bits);
      const after = before | (rules === "x86" ? result.flags : fflags(result.flags));
      const show = (value: bigint, control: number) => `${value.toString(16)}, ${control.toString(16)}`;
      const seen = show(
        BigInt.asUintN(gives, state.getBigUint64(at[3], true)),
        state.getUint32(register.offset, true),
      );
      const said = show(result.bits, after);
      if (seen === said && fault === undefined) continue;
      const given = bits.map((each) => each.toString(16)).join(" ");
      wrong.push(
        `${name} ${given}, rounding ${rounding}, control ${before.toString(16)}: ${seen}, not ${said}`,
      );
    }
  }
  return wrong.slice(0, 20);
}
const never = () => {
  throw new Error("no memory here");
};

test("x86's meanings give the library's bits and flags, fast or slow", (t) => {
  t.deepEqual(compareAll("x86", [...shared("x86"), ...ofX86], 600), []);
});
test("RISC-V's meanings give the library's bits and flags, fast or slow", (t) => {
  t.deepEqual(compareAll("riscv", [...shared("riscv"), ...ofRiscv], 600), []);
});

/** A product and an addend so far apart, with so few bits set, that the sum is a tie or next to one. */
function nearTies(takes: Case["takes"], below: Below): bigint[] {
  const [width, fractionBits, bias] = takes[0] === 64 ? [63n, 52n, 1023] : [31n, 23n, 127];
  const last = Number(fractionBits);
  const apart = below(2) === 0 ? below(4 * last) - 2 * last : last * (1 + below(2)) + below(6) - 3;
  return [0, 0, apart].map((exponent) => {
    const bit = () => 1n << BigInt(below(last));
    const fraction = [
      0n,
      1n,
      bit(),
      bit() | bit(),
      bit() | 1n,
      (1n << fractionBits) - bit(),
      (1n << fractionBits) - 1n,
    ][below(7)]!;
    return (BigInt(below(2)) << width) | (BigInt(exponent + bias + below(3)) << fractionBits) | fraction;
  });
}

test("fused multiply-add is rounded once, next to a tie too", (t) => {
  t.deepEqual(compareAll("riscv", ofRiscv, 8000, nearTies), []);
});

/**
 * Floating-point arithmetic, extensions F and D. The rounding mode is a field of most instructions: the common one of
 * each gets a meaning of its own, the mode of fcsr another, and the rest a third.
 *
 * Source: The RISC-V Instruction Set Manual, Volume I, version 20191213, chapters 11 and 12.
 */
import { fusedMultiplyAdd } from "../../../float/fused.ts";
import { toInteger } from "../../../float/integer.ts";
import { double, type FloatType, type Kit, type Letter, single } from "../../../float/kit.ts";
import { Floats, type RoundingMode } from "../../../float/meaning.ts";
import { extreme, ordered } from "../../../float/order.ts";
import { f32, get, i32, i64, set, trap, when } from "../../../meaning/build.ts";
import type { Expr } from "../../../meaning/expression.ts";
import type { Statement } from "../../../meaning/statement.ts";
import {
  fdd,
  fs1,
  fs1d,
  fs2,
  fs2d,
  fs3,
  fs3d,
  type Meant,
  type Row,
  rd,
  rs1,
  rs1w,
  wholeWord,
  wholeWord32,
} from "../row.ts";
import { cause, fcsr } from "../state.ts";
import { dirty, setSingle, unboxed } from "./rv64f-moves.ts";

const float = new Floats({ rules: "riscv", register: fcsr });

/** What distinguishes the two formats: how operands are read and results written. */
type Format<L extends Letter> = {
  readonly letter: L;
  readonly fmt: string;
  readonly kit: Kit<L>;
  readonly a: Expr<FloatType[L]>;
  readonly b: Expr<FloatType[L]>;
  readonly c: Expr<FloatType[L]>;
  readonly put: (value: Expr) => Statement[];
};
const asSingle = (register: Expr<"i64">) => f32.reinterpret_i32(i32.wrap_i64(unboxed(register)));
const s: Format<"s"> = {
  letter: "s",
  fmt: "00",
  kit: single,
  a: asSingle(fs1),
  b: asSingle(fs2),
  c: asSingle(fs3),
  put: (value) => setSingle(i64.extend_i32_u(i32.reinterpret_f32(value as Expr<"f32">))),
};
const d: Format<"d"> = {
  letter: "d",
  fmt: "01",
  kit: double,
  a: fs1d,
  b: fs2d,
  c: fs3d,
  put: (value) => [set(fdd, value as Expr<"f64">), dirty],
};

const toNearest = 0;
const towardsZero = 1;
const dynamic = 7;
const rmField = (word: number) => (word >>> 12) & 7;

/** A row whose field rm says how to round; `usual` is the mode that compilers put there. */
function rounded(
  form: string,
  encoding: string,
  usual: number,
  meaning: (rounding: RoundingMode) => readonly Statement[],
): Row {
  const frm = i32.shr_u(get(fcsr), 5);
  const reserved = when(i32.ge_u(frm, 5), [trap(cause.illegal, i64.and(wholeWord, 0xffffffffn))]);
  const written = i32.and(i32.shr_u(wholeWord32, 12), 7);
  const meant: Meant[] = [
    { meaning: meaning(usual) },
    { meaning: [reserved, ...meaning(frm)] },
    { meaning: meaning(written), rare: true },
  ];
  const choose = (word: number) => {
    const rm = rmField(word);
    if (rm === usual) return 0;
    if (rm === dynamic) return 1;
    return rm > 4 ? -1 : 2;
  };
  return { form, encoding, meant, choose, floating: true };
}
const fixed = (form: string, encoding: string, ...meaning: readonly Statement[]): Row => ({
  form,
  encoding,
  meant: [{ meaning }],
  floating: true,
});

function computing<L extends Letter>({ letter, fmt, kit, a, b, c, put }: Format<L>): Row[] {
  const binary = (name: string, funct5: string) =>
    rounded(
      `f${name}.${letter} fd, fs1, fs2, rm`,
      `${funct5}${fmt} fs2 fs1 rm fd 1010011`,
      toNearest,
      (rm) => {
        const result = float.arithmetic<L>(`${name}.${letter}`, [a, b], rm);
        return [...result.is, ...put(result.value)];
      },
    );
  const fused = (name: string, opcode: string, operands: readonly [Expr, Expr, Expr]) =>
    rounded(
      `f${name}.${letter} fd, fs1, fs2, fs3, rm`,
      `fs3 ${fmt} fs2 fs1 rm fd ${opcode}`,
      toNearest,
      (rm) => {
        const result = fusedMultiplyAdd(float, letter, operands, rm);
        return [...result.is, ...put(result.value)];
      },
    );
  const minus = (value: Expr<FloatType[L]>) => kit.one("neg", value);
  const extremes = (which: "min" | "max", funct3: string) => {
    const result = extreme(float, kit, which, [a, b]);
    const encoding = `00101${fmt} fs2 fs1 ${funct3} fd 1010011`;
    return fixed(`f${which}.${letter} fd, fs1, fs2`, encoding, ...result.is, ...put(result.value));
  };
  const compares = (name: "eq" | "lt" | "le", funct3: string) => {
    const operands = ordered(float, kit, name !== "eq", [a, b]);
    const result = set(rd, i64.extend_i32_u(kit.compare(name, operands.a, operands.b)));
    const encoding = `10100${fmt} fs2 fs1 ${funct3} rd 1010011`;
    return fixed(`f${name}.${letter} rd, fs1, fs2`, encoding, ...operands.is, result, dirty);
  };
  return [
    binary("add", "00000"),
    binary("sub", "00001"),
    binary("mul", "00010"),
    binary("div", "00011"),
    rounded(`fsqrt.${letter} fd, fs1, rm`, `01011${fmt} 00000 fs1 rm fd 1010011`, toNearest, (rm) => {
      const result = float.arithmetic<L>(`sqrt.${letter}`, [a], rm);
      return [...result.is, ...put(result.value)];
    }),
    fused("madd", "1000011", [a, b, c]),
    fused("msub", "1000111", [a, b, minus(c)]),
    fused("nmsub", "1001011", [minus(a), b, c]),
    fused("nmadd", "1001111", [minus(a), b, minus(c)]),
    extremes("min", "000"),
    extremes("max", "001"),
    compares("le", "000"),
    compares("lt", "001"),
    compares("eq", "010"),
  ];
}

const integers = [
  { name: "w", code: "00000", source: rs1w },
  { name: "wu", code: "00001", source: rs1w },
  { name: "l", code: "00010", source: rs1 },
  { name: "lu", code: "00011", source: rs1 },
] as const;

function converting<L extends Letter>({ letter, fmt, kit, a, put }: Format<L>): Row[] {
  return integers.flatMap(({ name, code, source }) => {
    // A double holds every 32-bit integer: the assembler writes no rounding mode.
    const isExact = letter === "d" && (name === "w" || name === "wu");
    return [
      rounded(
        `fcvt.${name}.${letter} rd, fs1, rm`,
        `11000${fmt} ${code} fs1 rm rd 1010011`,
        towardsZero,
        (rm) => {
          const result = toInteger(float, name, kit, a, rm);
          const wide = result.value as Expr;
          const value = wide.type === "i32" ? i64.extend_i32_s(wide as Expr<"i32">) : (wide as Expr<"i64">);
          return [...result.is, set(rd, value), dirty];
        },
      ),
      rounded(
        `fcvt.${letter}.${name} fd, rs1${isExact ? "" : ", rm"}`,
        `11010${fmt} ${code} rs1 rm fd 1010011`,
        toNearest,
        (rm) => {
          const result = float.arithmetic<L>(`cvt.${letter}.${name}`, [source], rm);
          return [...result.is, ...put(result.value)];
        },
      ),
    ];
  });
}

const betweenFormats: readonly Row[] = [
  rounded("fcvt.s.d fd, fs1, rm", "0100000 00001 fs1 rm fd 1010011", toNearest, (rm) => {
    const result = float.arithmetic<"s">("cvt.s.d", [d.a], rm);
    return [...result.is, ...s.put(result.value)];
  }),
  // Exact: the assembler writes no rounding mode.
  rounded("fcvt.d.s fd, fs1", "0100001 00000 fs1 rm fd 1010011", toNearest, (rm) => {
    const result = float.arithmetic<"d">("cvt.d.s", [s.a], rm);
    return [...result.is, ...d.put(result.value)];
  }),
];

export const rv64fArithmetic: readonly Row[] = [
  ...computing(s),
  ...computing(d),
  ...converting(s),
  ...converting(d),
  ...betweenFormats,
];

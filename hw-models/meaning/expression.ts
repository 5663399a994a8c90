/**
 * The vocabulary in which an instruction's meaning is written: expressions. They are data, built by the functions of
 * this file and of `build.ts`, and read by everything that executes or explains a row: the interpreter's generator,
 * the translator, the evaluator that the tests trust. A type parameter carries the WebAssembly type, so that a row
 * that mixes widths does not compile.
 *
 * An expression has no effect, but a load may fault; nothing of the instruction has happened by then (see
 * `statement.ts`).
 */
import type { Operator, ScalarOperator, Type, VectorOperator } from "./operators.ts";
import type { Statement } from "./statement.ts";

/** A place in a CPU's state, at a fixed offset: the program counter, a CSR, the pieces of the flags. */
export type Cell<T extends Type = Type> = {
  readonly name: string;
  readonly type: T;
  /** Bytes from the start of the CPU's state. */
  readonly offset: number;
};

/**
 * An operand of an instruction, found in fields of the decoded instruction (`Instruction.operands` says which kind it
 * is). `T` is the type in which the meaning reads and writes it.
 */
export type Operand<T extends Type = Type> = { readonly operand: string; readonly type: T };

/** A value that is computed once and used more often; see the statement `let`. */
export type Temp<T extends Type = Type> = { readonly temp: number; readonly type: T };

/** Width of a memory access in bytes. 16 is for v128. */
export type Size = 1 | 2 | 4 | 8 | 16;

/** One node. `type` is the type of its value. */
export type Expr<T extends Type = Type> = { readonly type: T } & (
  | { readonly is: "const"; readonly value: bigint | number | Uint8Array }
  | {
      readonly is: "operator";
      readonly name: ScalarOperator | VectorOperator;
      readonly args: readonly Expr[];
    }
  /** A lane read or replaced (`i32x4.extract_lane`, ...) or `i8x16.shuffle`: operators with immediates. */
  | {
      readonly is: "lane";
      readonly name: LaneOperator;
      readonly lanes: readonly number[];
      readonly args: readonly Expr[];
    }
  /** Both sides are computed. */
  | { readonly is: "select"; readonly args: readonly [Expr<"i32">, Expr, Expr] }
  /** Only the chosen side is computed: for a rare and slow one, or one that would divide by zero. */
  | { readonly is: "either"; readonly args: readonly [Expr<"i32">, Expr, Expr] }
  | { readonly is: "operand"; readonly operand: Operand }
  /** The effective address of a memory operand, before translation. */
  | { readonly is: "address"; readonly operand: Operand }
  | { readonly is: "cell"; readonly cell: Cell }
  | { readonly is: "temp"; readonly temp: Temp }
  /**
   * Reads guest memory at a virtual address. Narrow loads are extended as `signed` says. May fault; `forWrite`: as a
   * store of these bytes would (atomic memory operations), so that the store that follows cannot.
   */
  | {
      readonly is: "load";
      readonly size: Size;
      readonly signed: boolean;
      readonly forWrite?: boolean;
      readonly args: readonly [Expr<"i64">];
    }
  /** The instruction's own address, and that of the next one: constants for the translator. */
  | { readonly is: "pc" }
  | { readonly is: "next-pc" }
  /** A flag, or a condition made of flags, of the last flag-setting statement: i32, 0 or 1. */
  | { readonly is: "flag"; readonly name: string }
  /** A pure function of `Isa.helpers`. */
  | { readonly is: "call"; readonly helper: string; readonly args: readonly Expr[] }
);

export type LaneOperator =
  | "i8x16.shuffle"
  | "i8x16.extract_lane_s"
  | "i8x16.extract_lane_u"
  | "i8x16.replace_lane"
  | "i16x8.extract_lane_s"
  | "i16x8.extract_lane_u"
  | "i16x8.replace_lane"
  | "i32x4.extract_lane"
  | "i32x4.replace_lane"
  | "i64x2.extract_lane"
  | "i64x2.replace_lane"
  | "f32x4.extract_lane"
  | "f32x4.replace_lane"
  | "f64x2.extract_lane"
  | "f64x2.replace_lane";

/** Values that are named first, and what becomes of them. */
export type Computation<T extends Type = Type> = {
  readonly is: readonly Statement[];
  readonly value: Expr<T>;
};

/**
 * A function that meanings may call. Its body is again an expression, or statements that name values and one
 * (`Computation`); or, where that would be hopeless (exact rounding), `host`: a TypeScript function over bits, called
 * rarely.
 * Integers travel as bigint (i64) or number (i32), floats as their bits, vectors as 16 bytes.
 */
export type Helper = {
  readonly name: string;
  readonly takes: readonly Type[];
  readonly gives: Type;
  readonly body?: (...args: Expr[]) => Expr | Computation;
  readonly host?: (...args: (bigint | number | Uint8Array)[]) => bigint | number | Uint8Array;
};

export const isComputation = (body: Expr | Computation): body is Computation => Array.isArray(body.is);

export type { Operator, ScalarOperator, Type, VectorOperator };

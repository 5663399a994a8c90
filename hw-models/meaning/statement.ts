/**
 * Statements: what an instruction does. Executed in order. Invariant, kept by the rows and tested by fault injection:
 * everything that can fault comes before the first change of a register, cell or flag, so that a fault leaves the
 * state as it was before the instruction; what must break this (a string instruction, which may be resumed) is custom.
 *
 * If no `jump` was executed, the next instruction follows. The program counter cell is the engine's business; what a
 * trap or a custom finds in it says `Cpu.instructionPc`. A memory operand that is both read and set in one meaning is
 * translated for writing once, at its first read.
 */
import type { Cell, Expr, Operand, Size, Temp } from "./expression.ts";

export type Statement =
  /** Writes a register operand, or stores to a memory operand (may fault). Width and extension: the operand's. */
  | { readonly do: "set"; readonly operand: Operand; readonly value: Expr }
  | { readonly do: "put"; readonly cell: Cell; readonly value: Expr }
  /** Stores the low `size` bytes at a virtual address. May fault. */
  | { readonly do: "store"; readonly size: Size; readonly address: Expr<"i64">; readonly value: Expr }
  /** Computes a value once. A second `let` of the same temp, perhaps inside an `if`, replaces it from there on. */
  | { readonly do: "let"; readonly temp: Temp; readonly value: Expr }
  | {
      readonly do: "if";
      readonly condition: Expr<"i32">;
      readonly then: readonly Statement[];
      readonly else: readonly Statement[];
    }
  /** Goes on at the target; ends the statement list. */
  | { readonly do: "jump"; readonly target: Expr<"i64"> }
  /**
   * Sets the flags as `kind` (of `Isa.flags`) derives them from up to three values, lazily: nothing is computed before
   * a flag is asked for. A kind that keeps a flag takes the old one as a value.
   */
  | { readonly do: "flags"; readonly kind: string; readonly values: readonly Expr<"i64">[] }
  /** An exception: `cause` in the architecture's numbering, `value` what goes into stval, CR2 or the error code. */
  | { readonly do: "trap"; readonly cause: number; readonly value: Expr<"i64"> }
  /**
   * The escape hatch: leaves to `Isa.customs[name]`, in TypeScript, with the exact state in memory. Counted by
   * `npm run check`. `values` are handed over.
   */
  | { readonly do: "custom"; readonly name: string; readonly values: readonly Expr<"i64">[] };

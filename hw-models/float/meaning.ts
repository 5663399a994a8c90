/**
 * Floating point as instruction rows use it. WebAssembly's operator computes first; a cheap test of control register,
 * operands and result then says whether it may stand: rounding is to nearest, the sticky "inexact" is already set, and
 * nothing else can have happened. If not, `exact.ts` looks again, and only then the library of this folder is called,
 * for the bits and for the flags. (QEMU calls the idea "hardfloat"; Cota and Carloni, VEE 2019.) A NaN of WebAssembly's,
 * whose bits are not defined, never passes.
 *
 *     const sum = float.arithmetic("add.d", [read(f.f64(0)), read(f.f64(1))]);
 *     return [...sum.is, set(f.f64(0), sum.value)];
 */
import {
  call,
  constant,
  either,
  f32,
  f64,
  get,
  i32,
  i64,
  name,
  put,
  rename,
  select,
  trap,
  when,
} from "../meaning/build.ts";
import type { Cell, Expr } from "../meaning/expression.ts";
import type { Statement } from "../meaning/statement.ts";
import { nativeResult } from "./exact.ts";
import { both, type double, kits, type Letter, not, single } from "./kit.ts";

/** Statements that compute something, and the value, which may be used after them, as often as one likes. */
export type Computed<E extends Expr = Expr> = { readonly is: readonly Statement[]; readonly value: E };

/** What is particular to an architecture's control and status register. */
export type FloatState = {
  readonly rules: "x86" | "riscv";
  /** MXCSR or fcsr. */
  readonly register: Cell<"i32">;
};

/** A rounding mode in RISC-V's numbers, with DYN already replaced; x86 has none, for MXCSR says it. */
export type RoundingMode = Expr<"i32"> | number;

/** MXCSR (SDM volume 1, 10.2.3): exceptions 0-5, DAZ 6, their masks 7-12, rounding 13-14, FTZ 15. fcsr: NX is bit 0. */
const mxcsr = {
  denormal: 2,
  underflow: 0x10,
  inexact: 0x20,
  denormalsAreZero: 0x40,
  denormalMask: 0x100,
  underflowMask: 0x800,
  inexactMask: 0x1000,
  rounding: 0x6000,
  flushToZero: 0x8000,
};

export class Floats {
  readonly rules: "x86" | "riscv";
  readonly register: Expr<"i32">;
  readonly state: FloatState;

  constructor(state: FloatState) {
    this.state = state;
    this.rules = state.rules;
    this.register = get(state.register);
  }

  /** `bits` of the register are as `value` says. */
  private holds(bits: number, value: number): Expr<"i32"> {
    return value === 0 ? i32.eqz(i32.and(this.register, bits)) : i32.eq(i32.and(this.register, bits), value);
  }

  /** "Inexact" is set already and stays without consequence. */
  sticky(): Expr<"i32"> {
    const { inexact, inexactMask } = mxcsr;
    return this.rules === "riscv"
      ? i32.and(this.register, 1)
      : this.holds(inexact | inexactMask, inexact | inexactMask);
  }
  /** Results are rounded to nearest and not flushed; even an exact tiny one is nothing special. */
  nearest(rounding?: RoundingMode): Expr<"i32"> {
    const { underflowMask, rounding: control, flushToZero } = mxcsr;
    if (this.rules === "x86") return this.holds(control | flushToZero | underflowMask, underflowMask);
    return i32.eqz(asExpr(rounding));
  }
  /** As above, flushed or not. */
  roundsToNearest(rounding?: RoundingMode): Expr<"i32"> {
    return this.rules === "x86" ? this.holds(mxcsr.rounding, 0) : i32.eqz(asExpr(rounding));
  }
  /** Both `sticky` and `nearest`. */
  easy(rounding?: RoundingMode): Expr<"i32"> {
    if (this.rules === "riscv") {
      return rounding === 0 ? this.sticky() : both(this.nearest(rounding), this.sticky());
    }
    const { rounding: control, flushToZero, underflowMask, inexact, inexactMask } = mxcsr;
    const quiet = underflowMask | inexact | inexactMask;
    return this.holds(control | flushToZero | quiet, quiet);
  }
  /** Underflow and what denormal operands raise are set and without consequence, too: any finite result may stand. */
  private soaked(): Expr<"i32"> {
    if (this.rules === "riscv") return i32.eq(i32.and(this.register, 3), 3);
    const { inexact, inexactMask, underflow, underflowMask, denormal, denormalMask, denormalsAreZero } =
      mxcsr;
    const all = inexact | inexactMask | underflow | underflowMask | denormal | denormalMask;
    return this.holds(all | denormalsAreZero, all);
  }
  /** What the library is told of how to round. */
  control(rounding?: RoundingMode): Expr<"i32"> {
    return this.rules === "x86" ? this.register : asExpr(rounding);
  }

  /**
   * Raises exceptions, given as the register has them. On x86 unmasked ones trap, with the flags as the trap's value;
   * of these, invalid, denormal and divide-by-zero come before a result exists, so that the others do not arise.
   */
  raise(flags: Expr<"i32">): Statement[] {
    const raised = name(flags);
    const set = put(this.state.register, i32.or(this.register, raised.value));
    return [raised.is, ...this.trapIfUnmasked(raised.value), set];
  }
  /** The trap alone; `earlier` are masked ones that an earlier step of the same instruction raised. */
  trapIfUnmasked(flags: Expr<"i32">, earlier: Expr<"i32"> = constant("i32", 0)): Statement[] {
    if (this.rules === "riscv") return [];
    const unmasked = name(i32.and(flags, not32(i32.shr_u(this.register, 7))));
    const first = select(i32.and(unmasked.value, 7), i32.and(flags, 7), flags);
    return [unmasked.is, when(unmasked.value, [trap(19, i64.extend_i32_u(i32.or(earlier, first)))])];
  }

  /** Bits and flags by the library's operation. */
  softly(operation: string, args: readonly Expr[], control: Expr<"i32">): { bits: Expr; raise: Statement[] } {
    const words = args.map(asBits);
    const gives = operation.split(".")[1] === "s" ? "i32" : "i64";
    const bits = call(gives, `float.${operation}`, ...words, control);
    return { bits, raise: this.raise(call("i32", `float.${operation}.flags`, ...words, control)) };
  }

  /** add, sub, mul, div, sqrt of ".s" or ".d", and conversions to a floating-point format. */
  arithmetic<L extends Letter = "d">(
    operation: string,
    operands: readonly Expr[],
    rounding?: RoundingMode,
  ): Computed<Expr<{ s: "f32"; d: "f64" }[L]>> {
    const named = operands.map((operand) => name(operand));
    const args = named.map(({ value }) => value);
    const result = name(nativeResult(operation, ...args) as Expr<"f64">);
    const soft = this.softly(operation, args, this.control(rounding));
    const slow = [...soft.raise, rename(result, asFloat(soft.bits) as Expr<"f64">)];
    const exact = call("i32", `float.${operation}.exact`, ...args, result.value);
    const soaked = both(this.soaked(), kits[operation.split(".")[1] as "d"].finite(result.value));
    const harmless = either(soaked, one, exact);
    const again = both(this.isAlwaysExact(operation) ? one : this.nearest(rounding), harmless);
    const check = this.cannotRaise(operation)
      ? []
      : [when(not(this.fast(operation, args, result.value, rounding)), [when(not(again), slow)])];
    return { is: [...named.map(({ is }) => is), result.is, ...check], value: result.value as never };
  }

  private isAlwaysExact = (operation: string) => operation === "cvt.d.s";
  private cannotRaise = (operation: string) => operation === "cvt.d.w" || operation === "cvt.d.wu";

  /** The test in front of everything. */
  private fast(operation: string, args: readonly Expr[], result: Expr, rounding?: RoundingMode): Expr<"i32"> {
    const [what, to, from] = operation.split(".") as [string, Letter, string];
    const easy = this.easy(rounding);
    const kit = kits[to] as typeof double;
    const r = result as Expr<"f64">;
    if (what === "cvt") {
      if (from === "s")
        return this.rules === "x86" ? both(single.normal(args[0] as never), kit.finite(r)) : kit.finite(r);
      return from === "d" ? both(easy, kit.ample(r)) : easy;
    }
    const operands = this.rules === "x86" ? args.map((each) => kit.normal(each as Expr<"f64">)) : [];
    if (what === "add" || what === "sub") return both(easy, kit.finite(r), ...operands);
    return both(easy, kit.ample(r), ...operands);
  }
}

/**
 * For several lanes at once: their exceptions are collected, and raised together at the end, so that a lane's trap does
 * not come after another lane's change.
 */
export class Lanes extends Floats {
  private readonly flags = name(constant("i32", 0));
  private readonly earlier = name(constant("i32", 0));
  readonly start: readonly Statement[] = [this.flags.is, this.earlier.is];
  private readonly together: Floats;

  constructor(float: Floats) {
    super(float.state);
    this.together = float;
  }
  override raise(flags: Expr<"i32">): Statement[] {
    return [rename(this.flags, i32.or(this.flags.value, flags))];
  }
  /** Lanes within lanes leave the trap to the outermost. */
  override trapIfUnmasked(): Statement[] {
    return [];
  }
  /** Where the lanes' results are operands again: what is unmasked traps before anything more is computed. */
  between(): Statement[] {
    return [
      when(this.flags.value, this.together.trapIfUnmasked(this.flags.value, this.earlier.value)),
      rename(this.earlier, i32.or(this.earlier.value, this.flags.value)),
      rename(this.flags, constant("i32", 0)),
    ];
  }
  end(): Statement[] {
    const all = name(i32.or(this.earlier.value, this.flags.value));
    const trapping = this.together.trapIfUnmasked(this.flags.value, this.earlier.value);
    return [all.is, when(all.value, [...trapping, ...this.together.raise(all.value)])];
  }
}

const one = constant("i32", 1);
export const asExpr = (value: RoundingMode | undefined): Expr<"i32"> =>
  typeof value === "object" ? value : constant("i32", value ?? 0);
export const not32 = (value: Expr<"i32">): Expr<"i32"> => i32.xor(value, -1);

/** Floats as their bits, integers as they are. */
export function asBits(value: Expr): Expr {
  if (value.type === "f32") return i32.reinterpret_f32(value as Expr<"f32">);
  return value.type === "f64" ? i64.reinterpret_f64(value as Expr<"f64">) : value;
}
export const asFloat = (bits: Expr): Expr =>
  bits.type === "i32" ? f32.reinterpret_i32(bits as Expr<"i32">) : f64.reinterpret_i64(bits as Expr<"i64">);

/**
 * What the tiers did, for tuning: counts, never times. The generated code counts only in a module of its own, written when
 * statistics are asked for; the slow paths in TypeScript always do, for next to nothing. A guest sees neither.
 *
 * The generated code's counters are 64 bits wide and lie in the first 64 KiB of the linear memory: a row of named ones,
 * then two for each handler.
 */
import type { Isa } from "../isa/isa.ts";
import type { Code } from "../wasm/code.ts";
import { i32, i64 } from "../wasm/opcodes.ts";
import type { Interpreter } from "./interpreter.ts";

/** Counted by the interpreter's module. */
const counterNames = [
  /** Instructions that the interpreter executed, in all and on pages that have a unit. */
  "interpreted",
  "interpretedBesideUnit",
  /** Units entered by the interpreter, and from another unit. */
  "entered",
  "chained",
  /** Units left by a jump: to a page of which the fetch TLB knows nothing, that has no unit, that has no entry there. */
  "leftForUnknownPage",
  "leftForPageWithoutUnit",
  "leftForPlaceWithoutEntry",
  /** Units left because the interpreter is to execute an instruction. */
  "held",
  /** Jumps of the interpreter to places without an entry, on pages with and without a unit. */
  "arrivedBesideEntries",
  "arrivedOnPageWithoutUnit",
] as const;
export type CounterName = (typeof counterNames)[number];

/** Counted by TypeScript. */
export const slowCounts = () => ({
  fetches: 0,
  accesses: 0,
  stores: 0,
  decodes: 0,
  crossings: 0,
  slotPages: 0,
  fills: 0,
  fetchFlushes: 0,
  writeFlushes: 0,
  wholeFlushes: 0,
  pageFlushes: 0,
  translations: 0,
  units: 0,
  unitInstructions: 0,
  unitBytes: 0,
  dropped: 0,
  evicted: 0,
  forgottenAll: 0,
});
export type SlowCounts = ReturnType<typeof slowCounts>;

export type Statistics = Readonly<SlowCounts> &
  Readonly<Partial<Record<CounterName, number>>> & {
    /** Instructions that units left to the interpreter, by name, with why; the most frequent first. */
    readonly heldBy?: readonly { name: string; why: string; count: number }[];
    /** Instructions that the interpreter executed out of line, by name. */
    readonly outOfLine?: readonly { name: string; count: number }[];
  };

const at = 1024;
const byHandler = 4096;
const mostHandlers = 3840;

export const counterAddress = (name: CounterName): number => at + 8 * counterNames.indexOf(name);
export const heldAddress = byHandler;
export const outOfLineAddress = byHandler + 8 * mostHandlers;

/** Adds one at a constant address plus, if given, 8 times the handler's number in a local. */
export function writeCount(code: Code, address: number, handler?: number): void {
  const place = (): void => {
    if (handler === undefined) {
      code.i32(0);
      return;
    }
    code.get(handler);
    code.i32(3);
    code.byte(i32.shl);
  };
  place();
  place();
  code.loadI64(address);
  code.i64Small(1);
  code.byte(i64.add);
  code.storeI64(address);
}

/** Why a unit may leave an instruction to the interpreter. What can do neither lacked fuel for its block. */
function why(isa: Isa, instruction: number): string {
  const row = isa.instructions[instruction]!;
  const text = JSON.stringify(row.meaning, (_key, value) => (typeof value === "bigint" ? 0 : value));
  if (row.flow === "fence") return "fence";
  if (text.includes('"do":"custom"')) return "custom";
  if (text.includes('"do":"store"') || text.includes('"is":"load"')) return "access";
  if (Object.values(row.operands).some((place) => place.in === "memory")) return "access";
  return text.includes('"do":"trap"') ? "trap" : "fuel";
}

/** `counts`: what the generated code counted is there, too. */
export function readStatistics(
  isa: Isa,
  interpreter: Interpreter,
  view: DataView,
  slow: SlowCounts,
  counts: boolean,
): Statistics {
  if (!counts) return { ...slow };
  const number = (address: number): number => Number(view.getBigUint64(address, true));
  const handlers = interpreter.outOfLine + isa.instructions.length;
  const listed = (from: number) => {
    const sums = new Map<number, number>();
    for (let handler = 2; handler < handlers; handler++) {
      const count = number(from + 8 * handler);
      const instruction = interpreter.instructionOf(handler);
      if (count > 0) sums.set(instruction, (sums.get(instruction) ?? 0) + count);
    }
    return [...sums].sort((one, other) => other[1] - one[1] || one[0] - other[0]);
  };
  return {
    ...slow,
    ...Object.fromEntries(counterNames.map((name) => [name, number(counterAddress(name))])),
    heldBy: listed(heldAddress).map(([instruction, count]) => {
      return { name: isa.instructions[instruction]!.name, why: why(isa, instruction), count };
    }),
    outOfLine: listed(outOfLineAddress).map(([instruction, count]) => {
      return { name: isa.instructions[instruction]!.name, count };
    }),
  };
}

export function checkHandlers(handlers: number): void {
  if (handlers > mostHandlers) throw new Error(`${handlers} handlers are more than statistics have room for`);
}

/**
 * Writes tier 1: a module with the central function (`central.ts`), the functions of helpers and flags, and the table in
 * which functions out of line and units of tier 2 find their places. Functions out of line are modules of their own.
 */
import type { Instruction, Isa } from "../isa/isa.ts";
import { ModuleWriter } from "../wasm/module.ts";
import { memory, op } from "../wasm/opcodes.ts";
import { writeCentral } from "./central.ts";
import { InterpreterContext, importSlowPaths } from "./interpreter-context.ts";
import { cpuLayout, handler, slot, slotShift, units } from "./layout.ts";
import { OutOfLineLowering, outOfLine } from "./out-of-line.ts";
import { checkHandlers } from "./statistics.ts";
import { importUses } from "./translator/uses.ts";

export type Interpreter = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Handler of instruction n: inline, or 0; out of line: `outOfLine` + n. */
  readonly inline: Uint16Array;
  readonly outOfLine: number;
  /** The instruction of a handler of either form. */
  instructionOf(handlerNumber: number): number;
  /** Where the units' functions begin in the exported table. */
  readonly unitTable: number;
};

/** `counts`: with statistics. */
export function writeInterpreter(isa: Isa, counts = false): Interpreter {
  const context = new InterpreterContext(isa, counts);
  const shift = slotShift(isa);
  const inline = new Uint16Array(isa.instructions.length);
  const hot: number[] = [];
  isa.instructions.forEach(({ rare }, index) => {
    if (rare) return;
    inline[index] = handler.first + hot.length;
    hot.push(index);
  });
  const first = handler.first + hot.length;
  if (counts) checkHandlers(first + isa.instructions.length);

  writeCentral(context, shift, hot, first + isa.instructions.length);
  const flagNames = Object.values(isa.flagKinds ?? {}).flatMap(({ flags }) => Object.keys(flags));
  for (const name of new Set([...flagNames, ...Object.keys(isa.conditions ?? {})])) {
    context.module.exportFunction(`flag ${name}`, context.flag(name));
  }
  const unitTable = first + isa.instructions.length;
  context.module.table(unitTable + units);
  context.module.exportTable("table");
  const missing = writeMissing(context);
  context.module.elements(handler.first, new Array(unitTable - handler.first).fill(missing));
  // Units call helpers, too.
  for (const name of Object.keys(isa.helpers)) {
    context.module.exportFunction(`helper ${name}`, context.helper(name));
  }
  return {
    bytes: context.module.toBytes(),
    inline,
    outOfLine: first,
    instructionOf: (number) => (number < first ? hot[number - handler.first]! : number - first),
    unitTable,
  };
}

/**
 * Stands in the table for every function out of line until it is needed: `supply` puts the real one there. A program
 * uses a few hundred forms; writing all of them would cost more than short runs take.
 */
function writeMissing(context: InterpreterContext): number {
  const { index, code } = context.module.function(outOfLine.takes, ["i32"]);
  code.get(outOfLine.slot);
  code.access(memory.i32Load16U, slot.handler);
  code.call(context.slow.supply);
  code.get(0);
  code.get(outOfLine.slot);
  code.get(outOfLine.bank);
  code.get(outOfLine.slot);
  code.access(memory.i32Load16U, slot.handler);
  code.callIndirect(context.module.type(outOfLine.takes, ["i32"]));
  return index;
}

/** The module of one instruction's function out of line, exported as "handler". */
export function writeSupplement(isa: Isa, instruction: Instruction): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  module.importMemory("engine", "memory");
  const slow = importSlowPaths(module);
  const imported = importUses(module, isa, [instruction]);
  const { index, code } = module.function(outOfLine.takes, ["i32"]);
  module.exportFunction("handler", index);
  const functions = { isa, cpu: cpuLayout(isa), slow, ...imported };
  const falls = new OutOfLineLowering(functions, code).meaning(instruction);
  if (falls) code.i32(0);
  else code.byte(op.unreachable);
  return module.toBytes();
}

/**
 * Writes tier 1: a module with a function out of line for every instruction, the central function (`central.ts`), the
 * functions of helpers and flags, and the table in which units of tier 2 find their places.
 */
import type { Isa } from "../isa/isa.ts";
import { op } from "../wasm/opcodes.ts";
import { writeCentral } from "./central.ts";
import { HandlerLowering, outOfLine } from "./handlers.ts";
import { InterpreterContext } from "./interpreter-context.ts";
import { handler, slotShift, units } from "./layout.ts";

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

export function writeInterpreter(isa: Isa): Interpreter {
  const context = new InterpreterContext(isa);
  const shift = slotShift(isa);
  const inline = new Uint16Array(isa.instructions.length);
  const hot: number[] = [];
  isa.instructions.forEach(({ rare }, index) => {
    if (rare) return;
    inline[index] = handler.first + hot.length;
    hot.push(index);
  });
  const first = handler.first + hot.length;

  const functions = isa.instructions.map((instruction) => {
    const { index, code } = context.module.function(outOfLine.takes, ["i32"]);
    const falls = new HandlerLowering(context, code, shift).meaning(instruction);
    if (falls) code.i32(0);
    else code.byte(op.unreachable);
    return index;
  });
  writeCentral(context, shift, hot, handler.first + hot.length + functions.length);
  const flagNames = Object.values(isa.flagKinds ?? {}).flatMap(({ flags }) => Object.keys(flags));
  for (const name of new Set([...flagNames, ...Object.keys(isa.conditions ?? {})])) {
    context.module.exportFunction(`flag ${name}`, context.flag(name));
  }
  // By handler number: an inline arm that gives up has its function, too.
  const byHandler = [...hot.map((index) => functions[index]!), ...functions];
  const unitTable = handler.first + byHandler.length;
  context.module.table(unitTable + units);
  context.module.exportTable("table");
  context.module.elements(handler.first, byHandler);
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

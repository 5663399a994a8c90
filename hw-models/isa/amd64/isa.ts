/** The amd64 architecture, as the engine sees it. */
import { trap } from "../../meaning/build.ts";
import type { Helper } from "../../meaning/expression.ts";
import type { Isa } from "../isa.ts";
import { bitHelpers } from "./bits.ts";
import { MODE_USER, MODES, makeDecoder } from "./decode.ts";
import { disassemble } from "./disassemble.ts";
import { expand } from "./expand.ts";
import { conditions, flagKinds } from "./flags.ts";
import { frameCustoms } from "./frames.ts";
import { frequent } from "./frequent.ts";
import { repeatCustoms } from "./repeat.ts";
import { row } from "./row.ts";
import { rows } from "./rows.ts";
import { cryptoHelpers } from "./sse-crypto.ts";
import { floatingHelpers } from "./sse-float.ts";
import { stringHelpers } from "./sse-string.ts";
import { flagKind, flagValues, rip, stateBytes, stateLayout } from "./state.ts";
import { systemCustoms } from "./system/customs.ts";
import { enterTrap } from "./system/exceptions.ts";
import { takeInterrupt, wakes } from "./system/interrupts.ts";
import { decodeMode } from "./system/mode.ts";
import { translate } from "./system/paging.ts";
import { reset } from "./system/reset.ts";
import { wideDivisions } from "./wide.ts";

const INVALID_OPCODE = 6;
const GENERAL_PROTECTION = 13;

/** What is no instruction here, and what user mode may not execute. Without opcode: the decoder chooses them. */
const faultRows = [
  row("0F FF", "(INVALID)", () => [trap(INVALID_OPCODE)], { rare: true, flow: "jump" }),
  row("0F FF", "(PRIVILEGED)", () => [trap(GENERAL_PROTECTION)], { rare: true, flow: "jump" }),
];
const faultForms = expand(faultRows);
const expanded = expand(rows);

export const instructions = [...faultForms.instructions, ...expanded.instructions].map((instruction) =>
  // Not a copy: that would make all meanings.
  Object.assign(instruction, { rare: !frequent.has(instruction.name) }),
);
/** The rows' forms, with the numbers of their instructions. */
export const patterns = expanded.patterns.map((pattern) => ({
  ...pattern,
  instruction: pattern.instruction + faultForms.instructions.length,
}));
export const decode = makeDecoder(patterns, { invalidOpcode: 0, generalProtection: 1 });
export const helpers: Readonly<Record<string, Helper>> = Object.fromEntries(
  [...bitHelpers, ...wideDivisions, ...floatingHelpers, ...cryptoHelpers, ...stringHelpers].map((helper) => [
    helper.name,
    helper,
  ]),
);
export const core = {
  name: "amd64",
  instructions,
  stateBytes,
  stateLayout,
  pc: rip,
  slotBytes: 32,
  alignment: 1,
  helpers,
  flagCells: { kind: flagKind, values: flagValues },
  flagKinds,
  conditions,
  customs: { ...repeatCustoms, ...frameCustoms, ...systemCustoms },
  decode,
} as const;

export const amd64: Isa = {
  ...core,
  modes: MODES,
  decodeMode,
  isUser: (mode) => mode === MODE_USER,
  translate,
  enterTrap,
  takeInterrupt,
  wakes,
  reset,
  disassemble: (decoded, pc) => disassemble(instructions[decoded.instruction]!, decoded, pc),
};

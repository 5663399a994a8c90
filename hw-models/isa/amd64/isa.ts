/** The amd64 architecture, as the engine sees it. */

import { trap } from "../../meaning/build.ts";
import { makeDecoder } from "./decode.ts";
import { expand } from "./expand.ts";
import { row } from "./row.ts";
import { rows } from "./rows.ts";

const INVALID_OPCODE = 6;
const GENERAL_PROTECTION = 13;

/** What is no instruction here, and what user mode may not execute. Without opcode: the decoder chooses them. */
const faultRows = [
  row("0F FF", "(INVALID)", () => [trap(INVALID_OPCODE)], { rare: true, flow: "jump" }),
  row("0F FF", "(PRIVILEGED)", () => [trap(GENERAL_PROTECTION)], { rare: true, flow: "jump" }),
];
const faultForms = expand(faultRows);
const expanded = expand(rows);

export const instructions = [...faultForms.instructions, ...expanded.instructions];
/** The rows' forms, with the numbers of their instructions. */
export const patterns = expanded.patterns.map((pattern) => ({
  ...pattern,
  instruction: pattern.instruction + faultForms.instructions.length,
}));
export const decode = makeDecoder(patterns, { invalidOpcode: 0, generalProtection: 1 });

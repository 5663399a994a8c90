/**
 * Does a program see what the kernel never wrote? A debug kernel fills fresh pages, freed objects and unused stack with a
 * byte; the machine model repeats a run to the instruction. So two runs that differ in that byte alone must print the
 * same and take the same number of instructions; if not, something came out of the kernel, or led it, that nobody put there.
 */
import { readFileSync } from "node:fs";
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Ran } from "../harness/compare.ts";
import { kernelFile } from "../harness/kernel-file.ts";
import { type Attack, type Attacked, bootAttack, judge } from "./attack.ts";
import { buildCaller } from "./build-caller.ts";

/** No bit of the one is as in the other. */
const bytes = [0x69, 0x96] as const;

export type PoisonTarget = { kernel: { bytes: Buffer }; program: Buffer };

export async function poisonTarget(arch: Arch): Promise<PoisonTarget> {
  return { kernel: { bytes: readFileSync(await kernelFile(arch, true)) }, program: await buildCaller(arch) };
}

/** Both runs; a difference between them is a harm. */
export async function attackPoisoned({ kernel, program }: PoisonTarget, attack: Attack): Promise<Attacked> {
  const run = async (poison: number) => await bootAttack(kernel, program, { ...attack, on: "model", poison });
  const one = await run(bytes[0]);
  const attacked = judge(one, attack, one.isStopped ? "it did not come to its end" : undefined);
  if (attacked.harm !== undefined) return attacked;
  const harm = difference(one, await run(bytes[1]));
  return { ...attacked, ...(harm && { harm }) };
}

function difference(one: Ran, other: Ran): string | undefined {
  const [lines, others] = [one.output.split("\n"), other.output.split("\n")];
  const index = lines.findIndex((line, at) => line !== others[at]);
  if (index >= 0) return `"${lines[index]}" is with other poison "${others[index]}"`;
  if (one.instructions === other.instructions) return undefined;
  return `${one.instructions} instructions, with other poison ${other.instructions}`;
}

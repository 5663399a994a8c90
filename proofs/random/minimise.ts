/**
 * Finds few steps of a program that still differ, by leaving out ever smaller parts of it (Zeller and Hildebrandt, Simplifying
 * and Isolating Failure-Inducing Input, 2002). Steps are chosen independently of each other, so any part of a
 * program is one; a run answers for as many parts as a command line holds.
 */
import type { Said, Sides } from "./sides.ts";

/** Characters of arguments in one run: boot command lines are short. */
const lineLength = 1200;

export async function minimise(seed: string, all: readonly number[], sides: Sides): Promise<number[]> {
  let steps = [...all];
  for (let parts = 2; steps.length > 1; ) {
    const size = Math.ceil(steps.length / parts);
    const without = Array.from({ length: Math.ceil(steps.length / size) }, (_, i) => [
      ...steps.slice(0, i * size),
      ...steps.slice((i + 1) * size),
    ]).filter((candidate) => candidate.length > 0);
    const fewer = await firstThatDiffers(seed, without, sides);
    if (fewer !== undefined) {
      steps = fewer;
      parts = Math.max(parts - 1, 2);
    } else if (size === 1) break;
    else parts = Math.min(parts * 2, steps.length);
  }
  return steps;
}

async function firstThatDiffers(
  seed: string,
  candidates: readonly number[][],
  { linux, kernel }: Sides,
): Promise<number[] | undefined> {
  for (let from = 0; from < candidates.length; ) {
    const some: number[][] = [];
    for (let length = 0; from < candidates.length && length < lineLength; from++) {
      some.push(candidates[from]!);
      length += argument(seed, candidates[from]!).length;
    }
    const programs = some.map((steps) => argument(seed, steps));
    const [right, ours] = [await linux(programs, false), await kernel(programs, false)];
    const first = some.findIndex((_, i) => !same(right.programs[i], ours.programs[i]));
    // A run that ends early says nothing of the programs behind the one that ended it.
    if (first >= 0) return some[first];
  }
  return undefined;
}

export const argument = (seed: string, steps: readonly number[]) => `${seed}:${steps.join(",")}`;

export function same(one: Said | undefined, other: Said | undefined): boolean {
  return one?.lines.join("\n") === other?.lines.join("\n");
}

/** How deep each way into the kernel went, of all runs: kernels that check themselves say it at their end. Half of each stack stays free. */
import type { Ran, StackUse } from "./compare.ts";

export class DeepestStacks {
  readonly #deepest = new Map<string, StackUse>();

  note({ stacks }: Ran): void {
    for (const use of stacks ?? [])
      if (use.bytes > (this.#deepest.get(use.path)?.bytes ?? 0)) this.#deepest.set(use.path, use);
  }

  has = (path: string): boolean => this.#deepest.has(path);

  /** Deepest first. */
  uses = (): StackUse[] => [...this.#deepest.values()].sort((a, b) => b.bytes - a.bytes);

  lines = (): string[] => this.uses().map(({ path, bytes, of }) => `${bytes} of ${of} ${path}`);

  /** What is wrong with them. */
  problems = (): string[] =>
    this.uses()
      .filter(({ bytes, of }) => bytes > of / 2)
      .map(({ path, bytes, of }) => `${path} takes ${bytes} of ${of} bytes of stack`);
}

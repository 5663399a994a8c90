/**
 * The boot command line: words `name=value`, then `--` and the program's arguments. A word with anything special in it
 * stands in double quotes, in which a backslash keeps the next character. The reader is shim-templates/boot/options.c.
 */

export type ProgramOptions = {
  /** NAME=value each. */
  env: readonly string[];
  cwd?: string | undefined;
  args: readonly string[];
};

/** Kernel options by name, without the `catkernel.` that the kernel knows them by. */
export type KernelOptions = {
  trace?: boolean;
  record?: boolean;
  tty?: boolean;
  cpus?: number;
  /** riscv64: `sv48` or `sv39`. */
  paging?: string;
  /** Of a kernel that checks itself: `SEED` or `SEED:calls`, `SEED:memory`, `SEED:timers` fail on purpose. */
  fault?: string;
  /** Of one that checks itself: the byte that memory holds which nobody has written, 1 to 255. */
  poison?: number;
};

export function bootOptions(program: ProgramOptions, kernel: KernelOptions = {}): string {
  const words = Object.entries(kernel).map(
    ([name, value]) => `catkernel.${name}=${typeof value === "boolean" ? Number(value) : value}`,
  );
  words.push(...program.env.map((assignment) => `env.${assignment}`));
  if (program.cwd !== undefined) words.push(`cwd=${program.cwd}`);
  if (program.args.length > 0) words.push("--", ...program.args);
  return words.map(quoteWord).join(" ");
}

/** As it stands if it is plain, else in quotes; the empty word is `""`. */
export function quoteWord(word: string): string {
  if (/^[^\s"'\\]+$/.test(word)) return word;
  return `"${word.replace(/["\\]/g, "\\$&")}"`;
}

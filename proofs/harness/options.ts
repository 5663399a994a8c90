/**
 * The words behind a command that is run by hand (harness/main.ts, random/, hostile/, faults.ts, conformance/): what is wrong
 * with them is told in one sentence, with status 1.
 */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { type Arch, archs } from "../../runtime-abi/arch.ts";

export function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

export function readOptions<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    return refuse((error as Error).message.split("\n")[0]!);
  }
}

/** The one that --arch names, or all. */
export function archsOf(arch: string | undefined): readonly Arch[] {
  const wanted = archs.filter((name) => arch === undefined || name === arch);
  return wanted.length > 0 ? wanted : refuse(`--arch is ${archs.join(" or ")}, not "${arch}"`);
}

export function wholeNumber(option: string, text: string): number {
  return /^\d{1,12}$/.test(text) ? Number(text) : refuse(`--${option} is a whole number, not "${text}"`);
}

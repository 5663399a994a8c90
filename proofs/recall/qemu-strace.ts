/**
 * What `qemu-riscv64 -strace` writes: `123 openat(AT_FDCWD,"/x",O_RDONLY) = 3`, or `123 Unknown syscall 258`. Constants have
 * their names there, modes are octal, what has no form of its own is six decimal numbers. One thread's line may begin
 * behind another's, which has not yet come back.
 */
import { readFacts } from "../../generator/facts/facts.ts";
import type { Seen } from "./seen.ts";

const constants = readFacts().constants.riscv64;
const nothing = new Set(["NULL", "(nil)"]);

/** A number, a constant, or several with bars between; undefined for texts, structures and names of QEMU's own. */
function wordOf(text: string): bigint | undefined {
  if (nothing.has(text)) return 0n;
  let word = 0n;
  for (const part of text.split("|")) {
    const number = /^0[0-7]+$/.test(part) ? `0o${part}` : part;
    const value = /^(0x[0-9a-f]+|0o[0-7]+|-?\d+)$/.test(number)
      ? part.startsWith("-")
        ? -BigInt(number.slice(1))
        : BigInt(number)
      : constants.get(part);
    if (value === undefined) return undefined;
    word |= value;
  }
  return BigInt.asUintN(64, word);
}

/** The arguments from `at` on, up to the bracket that closes; undefined if the line ends before. */
function argumentsFrom(text: string, at: number): string[] | undefined {
  const args = [""];
  let depth = 0;
  let quoted = false;
  for (let i = at; i < text.length && text[i] !== "\n"; i++) {
    const character = text[i]!;
    if (character === '"' && text[i - 1] !== "\\") quoted = !quoted;
    else if (!quoted && "([{".includes(character)) depth++;
    else if (!quoted && ")]}".includes(character) && depth-- === 0) return args;
    if (!quoted && depth === 0 && character === ",") args.push("");
    else args[args.length - 1] += character;
  }
  return undefined;
}

/** Calls with the words that are known of their arguments, each different one once. */
export function readQemu(text: string): Seen[] {
  const seen = new Map<string, Seen>();
  for (const match of text.matchAll(/(?:^|\))\d+ (?:([a-z_0-9]+)\(|Unknown syscall (\d+))/gm)) {
    const call = match[1] ?? match[2]!;
    const texts = match[1] === undefined ? [] : (argumentsFrom(text, match.index + match[0].length) ?? []);
    seen.set(`${call}(${texts.join()})`, { call, args: texts.map((arg) => wordOf(arg.trim())) });
  }
  return [...seen.values()];
}

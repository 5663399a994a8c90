/**
 * A kernel that is cut to its programs has no names of calls and errors: they are put into its record here, so that a
 * record reads the same whichever kernel wrote it.
 */
import type { Arch } from "../../runtime-abi/arch.ts";
import { errnos } from "../../runtime-abi/errno.ts";
import { readFacts } from "../facts/facts.ts";

const errorNames = new Map<number, string>(Object.entries(errnos).map(([name, { value }]) => [value, name]));

export function completeRecordLine(line: string, arch: Arch): string {
  if (!/"name":""|\] syscall_\d/.test(line)) return line;
  const callNames = new Map([...readFacts().numbers[arch]].map(([name, number]) => [number, name]));
  const nameOf = (number: string, otherwise: string) => callNames.get(Number(number)) ?? otherwise;
  const errorOf = (number: string) => errorNames.get(Number(number)) ?? number;
  return line
    .replace(/"nr":(\d+),"name":""/, (_, number) => `"nr":${number},"name":"${nameOf(number, "")}"`)
    .replace(/"errno":"(\d+)"/, (_, number) => `"errno":"${errorOf(number)}"`)
    .replace(/\] (syscall_(\d+))\(/, (_, word, number) => `] ${nameOf(number, word)}(`)
    .replace(/ = -(\d+)"}$/, (_, number) => ` = -1 ${errorOf(number)}"}`);
}

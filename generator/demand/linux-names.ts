/** Names of all Linux calls, also of those that the table has no row for, as the headers have them. */
import { readFileSync } from "node:fs";
import type { Arch } from "../../runtime-abi/arch.ts";

const file = new URL("../../runtime-abi/facts/numbers.json", import.meta.url);
const known = new Map<Arch, ReadonlyMap<number, string>>();

export function linuxNames(arch: Arch): ReadonlyMap<number, string> {
  if (known.size === 0) {
    const numbers = JSON.parse(readFileSync(file, "utf8")) as Record<Arch, Record<string, number>>;
    for (const [each, byName] of Object.entries(numbers)) {
      known.set(each as Arch, new Map(Object.entries(byName).map(([name, number]) => [number, name])));
    }
  }
  return known.get(arch)!;
}

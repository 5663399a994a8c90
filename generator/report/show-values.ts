/** What can stand in an argument, in words: `MAP_PRIVATE|MAP_ANONYMOUS`, `0 or 3`, `bits of 0x5`. */
import type { Values } from "../demand/demand.ts";

type Flag = readonly [name: string, value: bigint | undefined];

const mostShown = 4;

export function showValues(values: Values, flags: readonly Flag[]): string {
  switch (values.kind) {
    case "any":
      return "any value";
    case "bits":
      return `bits of ${showOne(values.mask, flags)}`;
    case "values": {
      const shown = values.values.slice(0, mostShown).map((value) => showOne(value, flags));
      const more = values.values.length - shown.length;
      return shown.join(" or ") + (more > 0 ? ` or ${more} more` : "");
    }
  }
}

function showOne(value: number, flags: readonly Flag[]): string {
  if (flags.length === 0) return Math.abs(value) < 10_000 ? `${value}` : `0x${value.toString(16)}`;
  let rest = BigInt(value);
  const words: string[] = [];
  // Flags of several bits first: O_TMPFILE holds O_DIRECTORY.
  const known = flags.filter((flag): flag is readonly [string, bigint] => flag[1] !== undefined);
  const bits = (one: bigint) => one.toString(2).replaceAll("0", "").length;
  for (const [name, bit] of [...known].sort(([, a], [, b]) => bits(b) - bits(a))) {
    if (bit === 0n || (rest & bit) !== bit) continue;
    words.push(name);
    rest &= ~bit;
  }
  if (value === 0) return known.find(([, bit]) => bit === 0n)?.[0] ?? "0";
  if (rest !== 0n) words.push(`0x${rest.toString(16)}`);
  return words.join("|");
}

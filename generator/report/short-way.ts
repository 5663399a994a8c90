/**
 * A way in the length that a person reads: from the program's own code by the function of Go's library that they know to
 * the one that asks, and how many were left out between. What only hands the call on is not shown.
 */
import { gatewayOn } from "./gateway.ts";
import { askerOf } from "./names.ts";

const longest = 8;

export function shortWay(way: readonly string[], family: string): string[] {
  const start = Math.max(way.indexOf("main.main"), 0);
  const asks = way.lastIndexOf(askerOf(way).asker);
  const rest = way.slice(start, Math.max(asks, start) + 1);
  if (rest.length <= longest) return rest;
  const gateway = rest.indexOf(gatewayOn(family, rest));
  const kept = new Set([0, 1, gateway - 1, gateway, rest.length - 2, rest.length - 1]);
  const shown: string[] = [];
  let left = 0;
  for (const [index, name] of rest.entries()) {
    if (!kept.has(index)) left++;
    else {
      if (left > 0) shown.push(left === 1 ? (rest[index - 1] ?? "") : `... ${left} more ...`);
      left = 0;
      shown.push(name);
    }
  }
  return shown;
}

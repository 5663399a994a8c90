/**
 * Measures two sides in turns, so that whatever else the host does falls on both, and compares medians: ratios are
 * what is told, for seconds belong to the machine they were measured on.
 */

export type Sides = { ours: number; linux: number };

export type Compared = {
  what: string;
  unit: string;
  ours: number;
  linux: number;
  /** linux / ours: above 1 we are faster. */
  ratio: number;
  pairs: number;
};

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export async function compare(
  what: string,
  unit: string,
  pairs: number,
  one: { ours: () => Promise<number>; linux: () => Promise<number> },
): Promise<Compared> {
  const seen: { ours: number[]; linux: number[] } = { ours: [], linux: [] };
  for (let pair = 0; pair < pairs; pair++) {
    // The one that goes first changes, too.
    const order = pair % 2 === 0 ? (["ours", "linux"] as const) : (["linux", "ours"] as const);
    for (const side of order) seen[side].push(await one[side]());
  }
  const [ours, linux] = [median(seen.ours), median(seen.linux)];
  return { what, unit, ours, linux, ratio: linux / ours, pairs };
}

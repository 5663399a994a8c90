/**
 * A pattern for -test.run that leaves tests out: Go before 1.20 has no -test.skip, and its patterns cannot look ahead. So it
 * says letter by letter how another name differs: for `Ab` it is `^(?:[^A]|$|A(?:[^b]|$|b.))`.
 */
export const allBut = (names: readonly string[]): string => `^${other(names)}`;

/** Matches the rest of each name that is none of these rests. */
function other(rests: readonly string[]): string {
  const byLetter = Map.groupBy(
    rests.filter((rest) => rest !== ""),
    (rest) => rest[0]!,
  );
  const goesOnElse = byLetter.size === 0 ? "." : `[^${[...byLetter.keys()].join("")}]`;
  const endsHere = rests.includes("") ? [] : ["$"];
  const goesOn = [...byLetter].map(([letter, tails]) => letter + other(tails.map((tail) => tail.slice(1))));
  const ways = [goesOnElse, ...endsHere, ...goesOn];
  return ways.length === 1 ? ways[0]! : `(?:${ways.join("|")})`;
}

/** A list of C initialisers shared by many users, who each hold a run of it: equal runs are stored once. */
export type ListPool = {
  /** Index of the first of these entries, in a row, in the list. */
  readonly place: (entries: readonly string[]) => number;
  readonly entries: readonly string[];
};

export const createListPool = (): ListPool => {
  const entries: string[] = [];
  const places = new Map<string, number>();
  return {
    entries,
    place: (run) => {
      if (run.length === 0) return 0;
      const key = run.join("\n");
      const known = places.get(key);
      if (known !== undefined) return known;
      places.set(key, entries.length);
      entries.push(...run);
      return places.get(key) as number;
    },
  };
};

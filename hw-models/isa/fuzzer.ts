/** What every architecture's long random test is asked for, and what it gives back. */
export type FuzzRequest = {
  /** How many random instructions are to agree. */
  readonly instructions: number;
  /** Of the first round; the next ones count up. */
  readonly seed: number;
  /** Only rows whose syntax matches, where rows can be chosen. */
  readonly only: RegExp | undefined;
  /** Told after each round how many agree. */
  report(instructions: number): void;
};

/** What ended it early, in words. `seed`: of the round that found a difference; undefined: nobody could be asked. */
export type FuzzEnd = { readonly what: string; readonly seed?: number };

/** undefined: all agree. */
export type Fuzzer = (request: FuzzRequest) => FuzzEnd | undefined;

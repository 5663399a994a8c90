/**
 * For tests: numbers that look random and are the same in every run (Marsaglia, "Xorshift RNGs", 2003). A function that
 * gives the next one below a limit; the seed is not 0.
 */
export function randomNumbers(seed = 1): (below: number) => number {
  let x = seed;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}

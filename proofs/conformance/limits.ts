/**
 * When a package is given up as hung. On Linux and in QEMU by the clock on the wall, against hanging only, for the machine may
 * be busy; in the model by instructions, which are the same on any machine.
 */
type Limit = { seconds: number; instructions: number };

const usual: Limit = { seconds: 420, instructions: 30e9 };

/** Packages with much to compute. */
const long: Record<string, Partial<Limit>> = {
  "crypto/cipher": { seconds: 1500, instructions: 80e9 },
  "go/types": { instructions: 80e9 },
  "math/big": { instructions: 80e9 },
  runtime: { seconds: 900, instructions: 100e9 },
  "runtime/pprof": { seconds: 600 },
  "sync/atomic": { instructions: 60e9 },
};

export const limitOf = (name: string): Limit => ({ ...usual, ...long[name] });

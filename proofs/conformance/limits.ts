/**
 * When a package is given up as hung. On Linux and in QEMU by the clock on the wall, against hanging only, for the machine may
 * be busy; in the model by instructions, which are the same on any machine.
 */
type Limit = { seconds: number; instructions: number };

const usual: Limit = { seconds: 420, instructions: 60e9 };

/** Packages with much to compute. */
const long: Record<string, Partial<Limit>> = {
  "crypto/cipher": { seconds: 1500, instructions: 200e9 },
  "crypto/internal/fips140test": { instructions: 200e9 },
  "crypto/rsa": { instructions: 200e9 },
  "crypto/x509": { instructions: 200e9 },
  "encoding/gob": { instructions: 200e9 },
  "go/build": { instructions: 200e9 },
  "go/types": { instructions: 200e9 },
  "image/gif": { seconds: 1000, instructions: 500e9 },
  "math/big": { instructions: 200e9 },
  runtime: { seconds: 900, instructions: 200e9 },
  "runtime/pprof": { seconds: 600, instructions: 200e9 },
  "sync/atomic": { instructions: 200e9 },
};

export const limitOf = (name: string): Limit => ({ ...usual, ...long[name] });

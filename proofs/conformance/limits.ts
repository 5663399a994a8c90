/**
 * When a package is given up as hung. On Linux and in QEMU by the clock on the wall, against hanging only, for the machine may
 * be busy; in the model by instructions, which are the same on any machine.
 */
type Limit = { seconds: number; instructions: number };

const usual: Limit = { seconds: 420, instructions: 60e9 };

/** Packages with much to compute: about twice the instructions that they took on riscv64. All others took less than 46e9. */
const long: Record<string, Partial<Limit>> = {
  "crypto/cipher": { seconds: 1500, instructions: 150e9 },
  "crypto/x509": { instructions: 160e9 },
  "go/build": { instructions: 120e9 },
  // Go 1.19 encodes large pictures there, pixel by pixel.
  "image/gif": { seconds: 1000, instructions: 500e9 },
  runtime: { seconds: 900 },
  // Samples come by CPU time: it computes until it has enough of them.
  "runtime/pprof": { seconds: 600, instructions: 260e9 },
};

export const limitOf = (name: string): Limit => ({ ...usual, ...long[name] });

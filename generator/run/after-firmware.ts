/**
 * What firmware prints on the console is not the program's output. The kernel begins its own with a NUL byte there,
 * which no terminal shows (shim-templates/arch/riscv64/serial.c); all before it is left out. A machine that never got
 * so far shows what it said.
 */
import { Transform } from "node:stream";

export function afterFirmware(): Transform {
  const before: Buffer[] = [];
  let begun = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (begun) return done(null, chunk);
      const end = chunk.indexOf(0);
      begun = end >= 0;
      if (!begun) before.push(chunk);
      done(null, begun ? chunk.subarray(end + 1) : undefined);
    },
    flush(done) {
      done(null, begun ? undefined : Buffer.concat(before));
    },
  });
}

/** The same of a whole console. */
export function withoutFirmware(console: Buffer): Buffer {
  return console.subarray(console.indexOf(0) + 1);
}

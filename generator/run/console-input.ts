/**
 * What goes into the guest's console. A terminal is handed through key by key. Anything else is a stream of bytes with
 * an end: the kernel takes 0x04 as the end of the file and 0x10 as "the next byte as it is" (catkernel.tty=0).
 */
import { Transform } from "node:stream";
import type { Arrivals } from "../../hw-models/host/node.ts";

const endOfFile = 0x04;
const dataLinkEscape = 0x10;

export function encodeInput(bytes: Uint8Array): Buffer {
  const encoded = Buffer.alloc(bytes.length * 2);
  let length = 0;
  for (const byte of bytes) {
    if (byte === endOfFile || byte === dataLinkEscape) encoded[length++] = dataLinkEscape;
    encoded[length++] = byte;
  }
  return encoded.subarray(0, length);
}

/** With the key that ends the file: Ctrl-D. */
export const endedBy = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.of(endOfFile)]);

/** All of it, with its end. */
export const encodeWhole = (bytes: Uint8Array): Buffer => endedBy(encodeInput(bytes));

/** Encodes a whole stream and says its end. */
export function inputEncoder(): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, encodeInput(chunk));
    },
    flush(done) {
      done(null, Buffer.of(endOfFile));
    },
  });
}

/** What comes out of a stream, and its end; `asKeys`: for a guest that takes bytes as they are. */
export function encoded(arrivals: Arrivals, asKeys = false): Arrivals {
  let saidEnd = false;
  return {
    ...arrivals,
    isOpen: () => !saidEnd,
    take() {
      const taken = asKeys ? arrivals.take() : arrivals.take().map(encodeInput);
      if (arrivals.hasEnded() && !saidEnd) {
        saidEnd = true;
        taken.push(Buffer.of(endOfFile));
      }
      return taken.length > 1 ? [Buffer.concat(taken)] : taken;
    },
  };
}

const interrupt = 0x03;
const impatienceMs = 1000;

/**
 * Watches the keys of a terminal in raw mode: Ctrl-C goes to the program, like every key; a second one within a second
 * is meant for the machine.
 */
export function watchInterrupts(stop: () => void): (keys: Uint8Array) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (keys) => {
    for (const key of keys) {
      if (key !== interrupt) continue;
      const now = performance.now();
      if (now - last < impatienceMs) stop();
      last = now;
    }
  };
}

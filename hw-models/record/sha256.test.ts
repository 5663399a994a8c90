import { createHash } from "node:crypto";
import test from "ava";
import { sha256, sha256Hex } from "./sha256.ts";

const expected = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test("the examples of FIPS 180-4", (t) => {
  t.is(sha256Hex(new TextEncoder().encode("abc")), expected(Buffer.from("abc")));
  t.is(sha256Hex(new Uint8Array()), expected(new Uint8Array()));
});

test("every length around the blocks, in pieces of every size, asked in between", (t) => {
  const bytes = Uint8Array.from({ length: 300 }, (_, index) => (index * 37) & 0xff);
  for (let length = 0; length <= 260; length++) {
    const hash = sha256();
    const piece = (length % 70) + 1;
    for (let at = 0; at < length; at += piece) {
      hash.update(bytes.subarray(at, Math.min(at + piece, length)));
      hash.hex();
    }
    t.is(hash.hex(), expected(bytes.subarray(0, length)), `${length} bytes`);
  }
});

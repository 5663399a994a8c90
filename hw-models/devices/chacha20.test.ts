import test from "ava";
import { chacha20Block, entropyFrom } from "./chacha20.ts";

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

test("the block of RFC 8439, section 2.3.2", (t) => {
  const key = Uint8Array.from({ length: 32 }, (_, index) => index);
  const nonce = Uint8Array.of(0, 0, 0, 9, 0, 0, 0, 0x4a, 0, 0, 0, 0);
  t.is(
    hex(chacha20Block(key, 1, nonce)),
    "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e" +
      "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e",
  );
});

test("one seed gives one stream, and each purpose its own", (t) => {
  const seed = new Uint8Array(32).fill(3);
  t.deepEqual(entropyFrom(seed, 1).take(100), entropyFrom(seed, 1).take(100));
  t.notDeepEqual(entropyFrom(seed, 1).take(100), entropyFrom(seed, 2).take(100));
});

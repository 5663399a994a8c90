import test from "ava";
import { archs } from "../../runtime-abi/arch.ts";
import { checksum, encode } from "./encode.ts";

for (const arch of archs) {
  test(`${arch}: what repeats itself is little more than its first words, zeros are nearly nothing`, (t) => {
    const text = Buffer.from("the same words again and again, ".repeat(40));
    t.true(encode(text, 0, arch).length < 64);
    t.true(encode(Buffer.alloc(100_000), 0, arch).length < 40);
  });

  test(`${arch}: what nobody can foretell grows by little`, (t) => {
    const bytes = Buffer.alloc(4000);
    for (let i = 0, state = 1; i < bytes.length; i++) {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      bytes[i] = state >> 16;
    }
    t.true(encode(bytes, bytes.length, arch).length < bytes.length * 1.1);
  });
}

test("the checksum is FNV-1a", (t) => {
  // From the table of draft-eastlake-fnv-17, appendix C.
  t.is(checksum(Buffer.from("")), 0x811c9dc5);
  t.is(checksum(Buffer.from("foobar")), 0xbf9cf968);
});

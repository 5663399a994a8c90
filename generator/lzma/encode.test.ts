import test from "ava";
import { encodeLzma } from "./encode.ts";

const context = { literalContext: 3, literalPosition: 0, position: 2 };

// Written by another packer: xz 5.4.1, --format=raw --lzma1=lc=3,lp=0,pb=2, of this text has 48 bytes, of the run 90; its end marks are in them.
test("a text that repeats itself is little more than its first words", (t) => {
  const text = Buffer.from("the same words again and again, ".repeat(40));
  t.true(encodeLzma(text, context).length <= 48);
});

test("the first byte is 0, as the specification wants it", (t) => {
  t.is(encodeLzma(Buffer.from("a"), context)[0], 0);
});

test("a long run is a few bytes", (t) => {
  t.true(encodeLzma(Buffer.alloc(100_000), context).length < 95);
});

/** The witness is iced-x86, which knows all of x86. */
import test from "ava";
import { Decoder, DecoderOptions } from "iced-x86";
import { absolute, createAmd64 } from "./amd64.ts";

/** Bytes of instructions as compilers write them in kernels. */
const written = [
  "55 48 89 e5 41 57 48 83 ec 28 65 48 8b 04 25 10 00 00 00",
  "48 8b 05 11 22 33 44 83 3d 11 22 33 44 07 c7 05 11 22 33 44 99 88 77 66",
  "66 c7 05 11 22 33 44 99 88 66 81 3c 24 34 12 0f b6 44 8b 05 f6 05 11 22 33 44 01 f7 d8 f6 c1 08",
  "e8 11 22 33 44 e9 11 22 33 44 0f 84 11 22 33 44 74 05 eb fe c3 0f 0b",
  "f0 48 0f b1 0d 11 22 33 44 f3 48 ab 48 b8 34 12 00 00 78 56 00 80 b9 01 02 03 04 69 c0 10 27 00 00 6b c0 0a",
  "8b 04 8d 00 00 00 80 48 8d 84 24 00 01 00 00 0f 01 f8 0f 20 c0 0f 30 0f a2 0f ba e8 07 48 0f a3 c8",
].map((line) => Buffer.from(line.replaceAll(" ", ""), "hex"));

test("instructions begin where another decoder sees them begin", (t) => {
  for (const bytes of written) {
    const decoder = new Decoder(64, bytes, DecoderOptions.None);
    const witness = [];
    while (decoder.canDecode) {
      witness.push(Number(decoder.position));
      decoder.decode();
    }
    const own = createAmd64();
    const begins = [...bytes].flatMap((byte, at) => {
      const isFirst = own.state === 0;
      own.take(byte);
      return isFirst ? [at] : [];
    });
    t.deepEqual(
      begins,
      witness.filter((at) => at < bytes.length),
      bytes.toString("hex"),
    );
  }
});

test("what counts from an instruction's end counts from the code's start", (t) => {
  // call, jcc, mov by rip, cmp with an immediate behind the address: all of address 0x100
  const code = Buffer.from("e8fb0000000f84f500000048 8b05ee000000833de700000001".replaceAll(" ", ""), "hex");
  t.is(absolute(code), code.length);
  t.is(code.toString("hex"), "e8000001000f840000010048 8b0500000100833d0000010001".replaceAll(" ", ""));
});

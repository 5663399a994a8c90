import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import test from "ava";
import { encodeInput, inputEncoder, watchInterrupts } from "./console-input.ts";

test("the end of the stream is said, its own bytes cannot say it", async (t) => {
  const encoded = await buffer(
    Readable.from([Buffer.from([1, 4]), Buffer.from([0x10, 2])]).pipe(inputEncoder()),
  );
  t.deepEqual([...encoded], [1, 0x10, 4, 0x10, 0x10, 2, 4]);
});
test("ordinary bytes stay as they are", (t) => {
  t.deepEqual(encodeInput(Buffer.from("grün\n\0\xff")), Buffer.from("grün\n\0\xff"));
});
test("one Ctrl-C is the program's, two stop the machine", (t) => {
  let stops = 0;
  const keys = watchInterrupts(() => stops++);
  keys(Buffer.from("a\x03b"));
  t.is(stops, 0);
  keys(Buffer.from("\x03"));
  t.is(stops, 1);
});

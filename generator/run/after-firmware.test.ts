import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import test from "ava";
import { afterFirmware, withoutFirmware } from "./after-firmware.ts";

function shown(title: string, chunks: readonly string[], expected: string): void {
  test(title, async (t) => {
    t.is(
      await text(Readable.from(chunks.map((chunk) => Buffer.from(chunk))).pipe(afterFirmware())),
      expected,
    );
    t.is(withoutFirmware(Buffer.from(chunks.join(""))).toString(), expected);
  });
}
shown("the firmware's words are left out", ["OpenSBI\n", "hart 0\n\0hello\n", "bye\n"], "hello\nbye\n");
shown("only the first NUL is the kernel's", ["x\0a\0b", "\0c"], "a\0b\0c");
shown("a machine that never got to the kernel shows what it said", ["Open", "SBI"], "OpenSBI");

import test from "ava";
import { goBuildSetting } from "./go-build.ts";

const marked = (lines: string) => `0123456789abcdef${lines}fedcba9876543210`;

/** A file with the block at `at`. */
function program(at: number, lines: string, flags = 2): Buffer {
  const string = (text: string) =>
    Buffer.concat([Buffer.of((text.length & 127) | 128, text.length >> 7), Buffer.from(text, "latin1")]);
  const head = Buffer.concat([
    Buffer.from("\xff Go buildinf:\x08", "latin1"),
    Buffer.of(flags),
    Buffer.alloc(16),
  ]);
  return Buffer.concat([Buffer.alloc(at), head, string("go1.26.8"), string(marked(lines))]);
}

function setting(title: string, file: Buffer, expected: string | undefined): void {
  test(title, (t) => t.is(goBuildSetting(file, "GORISCV64"), expected));
}
const lines = "path\tx\nbuild\tGOARCH=riscv64\nbuild\tGORISCV64=rva23u64\n";
setting("a setting is found by its name", program(64, lines), "rva23u64");
setting("a program may be built without settings", program(64, "path\tx\n"), undefined);
setting("the text in the middle of something is no block", program(65, lines), undefined);
setting("a block of pointers, as before Go 1.18, is not followed", program(64, lines, 0), undefined);
setting("a file that ends in the block tells nothing", program(64, lines).subarray(0, 100), undefined);
setting("what no Go compiler made tells nothing", Buffer.from("ELF"), undefined);

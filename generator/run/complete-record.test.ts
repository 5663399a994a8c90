import test from "ava";
import type { Arch } from "../../runtime-abi/arch.ts";
import { completeRecordLine } from "./complete-record.ts";

function completes(title: string, arch: Arch, line: string, expected: string): void {
  test(title, (t) => t.is(completeRecordLine(line, arch), expected));
}

completes(
  "an unknown call gets its name",
  "amd64",
  '{"unknown":{"nr":437,"name":"","args":[1]}}',
  '{"unknown":{"nr":437,"name":"openat2","args":[1]}}',
);
completes(
  "a refused one its error's, too",
  "riscv64",
  '{"refused":{"nr":222,"name":"","what":"bits 0x4","errno":"22"}}',
  '{"refused":{"nr":222,"name":"mmap","what":"bits 0x4","errno":"EINVAL"}}',
);
completes(
  "a line of the trace is read with names",
  "amd64",
  '{"trace":"[1] syscall_257(0xffffff9c, 0x5) = -2"}',
  '{"trace":"[1] openat(0xffffff9c, 0x5) = -1 ENOENT"}',
);
const whole = '{"trace":"[1] close(3) = 0"}';
completes("what has names keeps them", "amd64", whole, whole);
const none = '{"unknown":{"nr":9999,"name":"","args":[]}}';
completes("a number that Linux does not know has none", "amd64", none, none);

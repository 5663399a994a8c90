import test from "ava";
import { handmadeElf } from "../elf/handmade-elf.ts";
import { handmadeKernel, handmadeKernelSize } from "./handmade-kernel.ts";
import { beginsWithKernel, commandLineCapacity, readKernel } from "./kernel-file.ts";
import { optionsCapacity } from "./nameplate.ts";
import { packImage } from "./pack.ts";

const kernel = { bytes: handmadeKernel(), name: "kernel" };
const capacity = optionsCapacity("");
const program = { bytes: handmadeElf(), name: "program" };

test("an image is kernel, program and tar, one behind the other", (t) => {
  const tar = Buffer.alloc(1024, "t");
  const image = packImage({ kernel, program, tar, options: "env.A=1 -- x" });
  const bytes = Buffer.concat(image.value?.pieces ?? []);
  t.is(image.value?.size, bytes.length);
  t.deepEqual(bytes.subarray(handmadeKernelSize), Buffer.concat([program.bytes, tar]));
  const plate = readKernel(bytes, "image").value;
  t.is(plate?.imageSize, bytes.length);
  t.is(plate?.options, "env.A=1 -- x");
  t.is(plate?.tableDigest, "ab".repeat(32));
});

test("what a cut kernel says of itself stays in the image, and takes its room from the options", (t) => {
  const selection = "a:0123456789abcdef\0close read";
  const cut = { bytes: handmadeKernel(selection), name: "kernel" };
  const room = optionsCapacity(selection);
  const image = packImage({ kernel: cut, program, options: "x".repeat(room) });
  t.like(readKernel(Buffer.concat(image.value?.pieces ?? []), "image").value, { selection });
  t.is(
    packImage({ kernel: cut, program, options: "x".repeat(room + 1) }).problems?.[0]?.code,
    "options-too-long",
  );
});

test("an image can be packed anew with another program", (t) => {
  const first = packImage({ kernel, program, options: "one" });
  const image = { bytes: Buffer.concat(first.value?.pieces ?? []), name: "image" };
  const again = packImage({ kernel: image, program, options: "two" });
  t.is(again.value?.size, first.value?.size);
  t.is(again.value?.nameplate.options, "two");
});

test("zeroes behind the program do not come between it and the tar", (t) => {
  const padded = { bytes: Buffer.concat([program.bytes, Buffer.alloc(100)]), name: "padded" };
  t.is(packImage({ kernel, program: padded }).value?.size, handmadeKernelSize + program.bytes.length);
});

function refused(title: string, code: string, ingredients: Partial<Parameters<typeof packImage>[0]>): void {
  test(title, (t) => {
    const codes = packImage({ kernel, program, ...ingredients }).problems?.map((problem) => problem.code);
    t.deepEqual(codes, [code]);
  });
}

refused("a kernel that is none", "not-a-kernel", { kernel: { bytes: handmadeElf(), name: "no kernel" } });
refused("a kernel that is cut off", "truncated", {
  kernel: { bytes: kernel.bytes.subarray(0, 5000), name: "half" },
});
refused("a program for another machine", "wrong-machine", {
  program: { bytes: handmadeElf(243), name: "riscv" },
});
refused("too many options", "options-too-long", { options: "x".repeat(capacity + 1) });

test("as many options as fit are kept whole", (t) => {
  t.is(
    packImage({ kernel, program, options: "x".repeat(capacity) }).value?.nameplate.options.length,
    capacity,
  );
});
test("a kernel is told from other files", (t) => {
  t.true(beginsWithKernel(kernel.bytes));
  t.false(beginsWithKernel(program.bytes));
  t.false(beginsWithKernel(Buffer.alloc(0)));
  t.is(commandLineCapacity(kernel.bytes), 2047);
});
test("a Linux kernel is not taken for ours", (t) => {
  const linux = handmadeKernel();
  linux.write("anything", handmadeKernelSize - 4096, "latin1");
  t.is(readKernel(linux, "vmlinuz").problems?.[0]?.code, "not-a-kernel");
});

import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { constants, deflateRawSync } from "node:zlib";
import test from "ava";
import { buildKernel } from "../../generator/compile/build-kernel.ts";
import { packLzma, propertiesOf } from "../../generator/compile/pack-lzma.ts";
import { encodeLzma } from "../../generator/lzma/encode.ts";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { hostProgram } from "../host-program.ts";

const shared = ["image/unpack.test.c", "image/place.c", "lib/string.c"];
const program = hostProgram([...shared, "image/inflate.c"]);
const lzmaPrograms = {
  amd64: hostProgram([...shared, "image/lzma.c", "arch/amd64/image/branches.c"]),
  riscv64: hostProgram([...shared, "image/lzma.c", "arch/riscv64/image/branches.c"]),
};

async function inflate(packed: Buffer, size: number): Promise<Buffer> {
  return execFileSync(await program, ["unpack", size.toString(16)], { input: packed });
}

async function unpackLzma(packed: Buffer, size: number, arch: Arch): Promise<Buffer> {
  return execFileSync(await lzmaPrograms[arch], ["unpack", size.toString(16)], { input: packed });
}

/** Text-like: letters that depend on the ones before, so that there are runs of all lengths. */
function someText(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0, state = 1; i < size; i++) {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    bytes[i] = state % 7 < 4 && i > 300 ? (bytes[i - (state % 300)] ?? 0) : state >> 16;
  }
  return bytes;
}

test("what zlib deflates is inflated, whatever kinds of blocks it chose", async (t) => {
  const text = someText(200_000);
  for (const plain of [text, Buffer.alloc(0), Buffer.alloc(70_000), Buffer.from("a")])
    for (const options of [{ level: 0 }, { level: 1 }, { level: 9 }, { strategy: constants.Z_FIXED }])
      t.true((await inflate(deflateRawSync(plain, options), plain.length)).equals(plain));
});

test("what does not fit, and what is cut off, is nothing", async (t) => {
  const plain = someText(50_000);
  const packed = deflateRawSync(plain, { level: 9 });
  t.is((await inflate(packed, plain.length - 1)).length, 0);
  t.is((await inflate(packed.subarray(0, packed.length / 2), plain.length)).length, 0);
});

test("damage never makes it read or write outside", async (t) => {
  const plain = someText(5_000);
  const packed = deflateRawSync(plain, { level: 9 });
  for (let at = 0; at < packed.length; at += Math.ceil(packed.length / 60)) {
    const damaged = Buffer.from(packed);
    damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << (at % 8)), at);
    t.true((await inflate(damaged, plain.length)).length <= plain.length);
  }
});

test("LZMA gives back what was packed, in every context", async (t) => {
  const contexts = [0, 3].flatMap((literalContext) =>
    [0, 2].map((position) => ({ literalContext, literalPosition: literalContext === 0 ? 3 : 0, position })),
  );
  for (const plain of [someText(60_000), Buffer.alloc(0), Buffer.alloc(70_000), Buffer.from("a")])
    for (const context of contexts) {
      const packed = Buffer.concat([Buffer.of(propertiesOf(context), 0), encodeLzma(plain, context)]);
      t.true((await unpackLzma(packed, plain.length, "amd64")).equals(plain));
    }
});

for (const arch of archs)
  test(`${arch}: a kernel is unpacked as it was, and damage never makes the unpacker leave its room`, async (t) => {
    const { value: kernel } = await buildKernel(arch, () => {});
    const plain = (await readFile(`${kernel?.path}.elf`)).subarray(0x1000, 0x6000);
    const packed = packLzma(plain, arch);
    t.is(packed[1], 1);
    t.true((await unpackLzma(packed, plain.length, arch)).equals(plain));
    t.true(packed.length < deflateRawSync(plain, { level: 9 }).length * 0.9);
    for (let at = 0; at < packed.length; at += Math.ceil(packed.length / 20)) {
      const damaged = Buffer.from(packed);
      damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << (at % 8)), at);
      t.true((await unpackLzma(damaged, plain.length, arch)).length <= plain.length);
    }
    t.is((await unpackLzma(packed.subarray(0, packed.length / 2), plain.length, arch)).length, 0);
  });

test("code that looks like a changed branch is packed unchanged", async (t) => {
  // auipc t6, 0xfffe7: the upper bits read as JALR with t6
  const plain = Buffer.alloc(64);
  plain.writeUInt32LE(0xfffe7f97, 16);
  const packed = packLzma(plain, "riscv64");
  t.is(packed[1], 0);
  t.true((await unpackLzma(packed, plain.length, "riscv64")).equals(plain));
});

const image = ["200000", "300000"];
function place(title: string, size: string, ranges: string, expected: string): void {
  test(title, async (t) => {
    const found = execFileSync(await program, ["place", size, ...image, ...ranges.split(" ")]);
    t.is(found.toString(), `${expected}\n`);
  });
}
place("the kernel goes to the top of memory", "80000", "100000 1000000", "f80000");
place("of the highest memory that has room", "80000", "100000 1000000 2000000 2040000", "f80000");
place("on a page", "80000", "100000 1000fff", "f80000");
place("below what is there", "80000", "100000 1000000 - f90800 f90900", "f10000");
place(
  "below all that is there, in whatever order",
  "80000",
  "0 1000000 - f20000 f21000 f90000 fa0000",
  "ea0000",
);
place("into a hole that just fits", "80000", "100000 1000000 - 400000 f80000", "f80000");
place("not into the image", "80000", "100000 380000", "300000");
place("but below it if need be", "80000", "100000 37f000", "180000");
place("nowhere if there is no room", "80000", "190000 370000", "0");
place("an empty range takes nothing", "80000", "100000 1000000 - fff000 fff000", "f80000");

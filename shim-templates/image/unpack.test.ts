import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { constants, deflateRawSync } from "node:zlib";
import test from "ava";
import { buildKernel } from "../../generator/compile/build-kernel.ts";
import { encode } from "../../generator/mix/encode.ts";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { hostProgram } from "../host-program.ts";

const shared = ["image/unpack.test.c", "image/place.c", "lib/string.c"];
const program = hostProgram([...shared, "image/inflate.c"]);
const mixing = [...shared, "image/mix.c"];
const mixPrograms = {
  amd64: hostProgram([...mixing, "arch/amd64/image/instructions.c"]),
  riscv64: hostProgram([...mixing, "arch/riscv64/image/instructions.c"]),
};

async function inflate(packed: Buffer, size: number): Promise<Buffer> {
  return execFileSync(await program, ["unpack", size.toString(16)], { input: packed });
}

async function unmix(packed: Buffer, size: number, arch: Arch): Promise<Buffer> {
  return execFileSync(await mixPrograms[arch], ["unpack", size.toString(16)], {
    input: packed,
    maxBuffer: 2 ** 23,
  });
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

/** As random as the last of its numbers, and repeatable. */
function someBytes(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0, state = seed; i < size; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    bytes[i] = state >> 16;
  }
  return bytes;
}

for (const arch of archs) {
  test(`${arch}: what the model foretells is unpacked as it was, code or not`, async (t) => {
    const runOfZeros = Buffer.concat([someText(1000), Buffer.alloc(70_000), someText(300)]);
    for (const plain of [
      someText(20_000),
      Buffer.alloc(0),
      Buffer.alloc(70_000),
      Buffer.from("a"),
      runOfZeros,
    ])
      for (const codeSize of [0, plain.length >> 1, plain.length])
        t.true((await unmix(encode(plain, codeSize, arch), plain.length, arch)).equals(plain));
  });

  test(`${arch}: any bytes may stand for code`, async (t) => {
    for (let seed = 1; seed <= 6; seed++) {
      const plain = someBytes(2_000 + seed, seed);
      t.true((await unmix(encode(plain, plain.length - seed, arch), plain.length, arch)).equals(plain));
    }
  });

  test(`${arch}: a kernel is unpacked as it was, and all damage is noticed`, async (t) => {
    const { value: kernel } = await buildKernel(arch, () => {});
    const plain = (await readFile(`${kernel?.path}.elf`)).subarray(0x1000, 0x3000);
    const packed = encode(plain, plain.length, arch);
    t.not(packed.readUInt32LE(4), 0);
    t.true((await unmix(packed, plain.length, arch)).equals(plain));
    t.true(packed.length < deflateRawSync(plain, { level: 9 }).length * 0.75);
    // The last bytes may be more than the last bit needs.
    for (let at = 0; at < packed.length - 4; at += Math.ceil(packed.length / 6)) {
      const damaged = Buffer.from(packed);
      damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << (at % 8)), at);
      t.is((await unmix(damaged, plain.length, arch)).length, 0, `byte ${at}`);
    }
    t.is((await unmix(packed.subarray(0, packed.length / 2), plain.length, arch)).length, 0);
    t.is((await unmix(Buffer.alloc(0), plain.length, arch)).length, 0);
  });
}

test("code that looks like a pair that was made one is packed unchanged", async (t) => {
  // auipc t6, 0xfffe7: the upper bits read as JALR with t6
  const plain = Buffer.alloc(64);
  plain.writeUInt32LE(0xfffe7f97, 16);
  const packed = encode(plain, plain.length, "riscv64");
  t.is(packed.readUInt32LE(4), 0);
  t.true((await unmix(packed, plain.length, "riscv64")).equals(plain));
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

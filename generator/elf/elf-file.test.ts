import test from "ava";
import { readElf } from "./elf-file.ts";
import { elfHeader, programHeader } from "./elf-layout.ts";
import { handmade, handmadeElf, segmentAt } from "./handmade-elf.ts";

/** Damages a correct program; the first problem's code and words must be these. */
function refused(
  title: string,
  code: string,
  words: RegExp,
  damage: (elf: Buffer) => Buffer | unknown,
): void {
  test(title, (t) => {
    const elf = handmadeElf();
    const damaged = damage(elf);
    const { problems = [] } = readElf(Buffer.isBuffer(damaged) ? damaged : elf, "program");
    t.is(problems.length, 1);
    t.is(problems[0]?.code, code);
    t.regex(problems[0]?.message ?? "", words);
  });
}

test("a correct program is accepted", (t) => {
  t.deepEqual(readElf(handmadeElf(), "program").value, {
    arch: "amd64",
    size: handmade.bytes,
    entry: handmade.entry,
  });
});
test("a RISC-V program is recognised", (t) => {
  t.is(readElf(handmadeElf(243), "program").value?.arch, "riscv64");
});
test("zeroes behind the program are not part of it", (t) => {
  t.is(readElf(Buffer.concat([handmadeElf(), Buffer.alloc(77)]), "program").value?.size, handmade.bytes);
});
test("sections are part of the file, those without bytes are not", (t) => {
  const sections = Buffer.alloc(3 * 64);
  sections.writeUInt32LE(8, 64 + 4); // SHT_NOBITS
  sections.writeBigUInt64LE(1n << 40n, 64 + 24);
  sections.writeUInt32LE(1, 128 + 4); // SHT_PROGBITS, behind the table
  sections.writeBigUInt64LE(BigInt(handmade.bytes + sections.length), 128 + 24);
  sections.writeBigUInt64LE(5n, 128 + 32);
  const elf = Buffer.concat([handmadeElf(), sections, Buffer.from("names")]);
  elf.writeBigUInt64LE(BigInt(handmade.bytes), elfHeader.sectionHeaders);
  elf.writeUInt16LE(3, elfHeader.sectionHeaderCount);
  t.is(readElf(elf, "program").value?.size, elf.length);
  t.is(readElf(elf.subarray(0, -1), "program").problems?.[0]?.code, "truncated");
});

const [code, data] = segmentAt;
const at = programHeader;
refused("an empty file", "not-elf", /is not an ELF file/, () => Buffer.alloc(0));
refused("a text file", "not-elf", /is not an ELF file/, () => Buffer.from("#!/bin/sh\necho hello\n"));
refused("a header that is cut off", "truncated", /cut off inside its header \(40 bytes\)/, (elf) =>
  elf.subarray(0, 40),
);
refused("a 32-bit program", "not-64-bit", /is a 32-bit program/, (elf) => elf.writeUInt8(1, elfHeader.class));
refused("a big-endian program", "big-endian", /is a big-endian program/, (elf) =>
  elf.writeUInt8(2, elfHeader.data),
);
refused("a program for arm64", "wrong-machine", /is for arm64/, (elf) =>
  elf.writeUInt16LE(183, elfHeader.machine),
);
refused("a program for nothing known", "wrong-machine", /ELF machine 999/, (elf) =>
  elf.writeUInt16LE(999, elfHeader.machine),
);
refused("an object file", "not-executable", /no executable/, (elf) => elf.writeUInt16LE(1, elfHeader.type));
refused("a position-independent program", "position-independent", /position-independent/, (elf) =>
  elf.writeUInt16LE(3, elfHeader.type),
);
refused("no program headers", "no-segments", /nothing to load/, (elf) =>
  elf.writeUInt16LE(0, elfHeader.programHeaderCount),
);
refused("program headers behind the end", "truncated", /program headers lie behind/, (elf) =>
  elf.writeBigUInt64LE(1n << 63n, elfHeader.programHeaders),
);
refused(
  "a dynamic program names its interpreter",
  "dynamic",
  /it asks for \/lib64\/ld-linux-x86-64\.so\.2$/,
  (elf) => {
    elf.write("/lib64/ld-linux-x86-64.so.2\0", 0x2000, "latin1");
    elf.writeUInt32LE(3, data + at.type);
  },
);
refused("an interpreter that is nowhere", "dynamic", /asks for an interpreter/, (elf) => {
  elf.writeUInt32LE(3, data + at.type);
  elf.writeBigUInt64LE(0xffff_ffff_ffff_f000n, data + at.offset);
});
refused("an interpreter without a readable name", "dynamic", /asks for a\?{62}$/, (elf) => {
  elf.write(`a${"\n".repeat(200)}`, 0x2000, "latin1");
  elf.writeUInt32LE(3, data + at.type);
});
refused("an interpreter with an empty name", "dynamic", /asks for an interpreter$/, (elf) =>
  elf.writeUInt32LE(3, data + at.type),
);
refused("more program headers than Linux takes", "no-segments", /names 1171 program headers/, (elf) => {
  elf.writeUInt16LE(1171, elfHeader.programHeaderCount);
  return Buffer.concat([elf, Buffer.alloc(65536)]);
});
refused("the last page of amd64's user memory", "segment-outside-memory", /outside user memory/, (elf) =>
  elf.writeBigUInt64LE(0x7fff_ffff_d000n, data + at.address),
);
test("a table of sections in another form is none, as in Linux", (t) => {
  const elf = handmadeElf();
  elf.writeBigUInt64LE(0x100000n, elfHeader.sectionHeaders);
  elf.writeUInt16LE(40, elfHeader.sectionHeaderSize);
  t.is(readElf(elf, "program").value?.size, handmade.bytes);
});
refused(
  "the offset of golang/go#57983",
  "segment-outside-file",
  /p_offset\) 0xffffffffffff1000.*golang\/go#57983/,
  (elf) => elf.writeBigUInt64LE(0xffff_ffff_ffff_1000n, data + at.offset),
);
refused("a size that wraps around", "segment-outside-file", /segment 1 lies outside/, (elf) =>
  elf.writeBigUInt64LE(0xffff_ffff_ffff_f000n, data + at.fileSize),
);
refused("a file that ends inside a segment", "truncated", /segment 1 ends 1 bytes behind the end/, (elf) =>
  elf.subarray(0, -1),
);
refused("more in the file than in memory", "bad-segment", /more bytes in the file/, (elf) =>
  elf.writeBigUInt64LE(0x10n, data + at.memorySize),
);
refused("a segment in the kernel's half", "segment-outside-memory", /outside user memory/, (elf) =>
  elf.writeBigUInt64LE(0xffff_ffff_8000_0000n, data + at.address),
);
refused("a segment that wraps around memory", "segment-outside-memory", /outside user memory/, (elf) =>
  elf.writeBigUInt64LE(0xffff_ffff_ffff_fff0n, data + at.memorySize),
);
refused("a segment at address zero", "segment-outside-memory", /address 0x0/, (elf) =>
  elf.writeBigUInt64LE(0n, code + at.address),
);
refused("a segment askew in its page", "bad-segment", /differently in its page/, (elf) =>
  elf.writeBigUInt64LE(0x402010n, data + at.address),
);
refused("segments that overlap", "segments-overlap", /segment 1 overlaps/, (elf) =>
  elf.writeBigUInt64LE(0x2001n, code + at.memorySize),
);
refused("an entry outside the code", "bad-entry", /entry 0x402000/, (elf) =>
  elf.writeBigUInt64LE(0x402000n, elfHeader.entry),
);
refused("sections behind the end", "truncated", /should have 1048\d+ bytes/, (elf) => {
  elf.writeBigUInt64LE(0x100000n, elfHeader.sectionHeaders);
  elf.writeUInt16LE(1, elfHeader.sectionHeaderCount);
});
refused("something appended", "appended-data", /has 4 bytes behind/, (elf) =>
  Buffer.concat([elf, Buffer.from("more")]),
);

test("no random damage makes it throw", (t) => {
  // A fixed sequence (Park and Miller's generator), so that a failure can be seen again.
  let state = 1;
  const random = (below: number) => {
    state = (state * 48271) % 0x7fffffff;
    return state % below;
  };
  for (let round = 0; round < 20_000; round++) {
    const elf = handmadeElf();
    for (let hit = 0; hit <= random(4); hit++) elf[random(elfHeader.size + 2 * at.size)] = random(256);
    t.notThrows(() => readElf(random(8) === 0 ? elf.subarray(0, random(elf.length)) : elf, "program"));
  }
});

/**
 * Programs that must not start, each with the damage that was done to it and a word that the sentence about it must
 * hold, on the host and in the kernel. The file offset of golang/go#57983 is among them.
 */
import { type ElfParts, elfFile, type Segment, tinyElf, tinyParts } from "../harness/tiny-elf.ts";

/** `says` is for the host's sentence, `kernelSays` for the kernel's where it sees the thing differently. */
export type Damaged = { title: string; bytes: Buffer; says: RegExp; kernelSays?: RegExp };

const interpreter = "/lib64/ld-linux-x86-64.so.2\0";

/** Changes the parts of a good program. */
function damaged(
  title: string,
  [says, kernelSays = says]: readonly [RegExp, RegExp?],
  change: (parts: ElfParts) => void,
): Damaged {
  const parts = tinyParts();
  change(parts);
  return { title, says, kernelSays, bytes: elfFile(parts) };
}

/** Changes its only segment. */
function badSegment(title: string, says: readonly [RegExp, RegExp?], change: Partial<Segment>): Damaged {
  return damaged(title, says, ({ segments }) => Object.assign(segments[0]!, change));
}

/** Adds a second segment. */
function twoSegments(title: string, says: RegExp, change: Partial<Segment>): Damaged {
  const parts = tinyParts(2);
  parts.programHeaderCount = 2;
  parts.segments.push({ ...parts.segments[0]!, flags: 6, ...change });
  return { title, says, bytes: elfFile(parts, 2) };
}

function dynamic(): Damaged {
  const parts = tinyParts(2);
  parts.programHeaderCount = 2;
  const offset = BigInt(64 + 2 * 56 + parts.body.length);
  const size = BigInt(interpreter.length);
  const load = parts.segments[0]!;
  parts.segments = [
    { type: 3, flags: 4, offset, address: load.address + offset, fileSize: size, memorySize: size },
    load,
  ];
  parts.body = Buffer.concat([parts.body, Buffer.from(interpreter)]);
  return {
    title: "a dynamic program",
    says: /dynamic.*\/lib64\/ld-linux-x86-64\.so\.2/,
    bytes: elfFile(parts, 2),
  };
}

const whole = tinyElf();

/** Where the host sees the end of the file, the kernel sees only that of memory. */
const outside: [RegExp, RegExp] = [/outside the file|cut off/, /cut off|does not fit|damaged/];

export const damagedPrograms: readonly Damaged[] = [
  { title: "a script", says: /not an ELF/, bytes: Buffer.from("#!/bin/sh\necho hello\n".repeat(20)) },
  { title: "a text", says: /not an ELF/, bytes: Buffer.from("hello\n".repeat(20)) },
  {
    title: "half an ELF header",
    says: /cut off/,
    kernelSays: /cut off|not an executable/,
    bytes: whole.subarray(0, 40),
  },
  {
    title: "a file that ends inside its segment",
    says: /outside the file|cut off/,
    kernelSays: /cut off|does not fit/,
    bytes: whole.subarray(0, 140),
  },
  damaged("a 32-bit program", [/32-bit/], (parts) => {
    parts.class = 1;
  }),
  damaged("a big-endian program", [/big-endian/], (parts) => {
    parts.data = 2;
  }),
  damaged("a program for RISC-V", [/is for riscv64/, /is for RISC-V/], (parts) => {
    parts.machine = 243;
  }),
  damaged("a program for ARM", [/arm64|ARM|machine 183/i], (parts) => {
    parts.machine = 183;
  }),
  dynamic(),
  damaged("a position-independent program", [/position-independent/], (parts) => {
    parts.type = 3;
  }),
  damaged("an object file", [/no executable/, /not an executable/], (parts) => {
    parts.type = 1;
  }),
  damaged("no program headers", [/nothing to load/, /no usable program headers/], (parts) => {
    parts.programHeaderCount = 0;
  }),
  damaged("program headers of another size", [/nothing to load/, /no usable program headers/], (parts) => {
    parts.programHeaderSize = 32;
  }),
  damaged("program headers behind the end", [/cut off/, /cut off|does not fit|damaged/], (parts) => {
    parts.programHeaderCount = 60000;
  }),
  damaged("program headers at an offset that wraps", [/cut off/, /damaged/], (parts) => {
    parts.programHeaders = 0xffffffffffffffc0n;
  }),
  damaged("an entry outside its code", [/entry/], (parts) => {
    parts.entry = 0x500000n;
  }),
  badSegment("the offset of golang/go#57983", [/outside any file/, /golang\/go#57983/], {
    offset: 0xffffffffffff1000n,
  }),
  badSegment("a segment behind the end of the file", outside, { offset: 0x100000n }),
  badSegment("a segment longer than the file", outside, { fileSize: 1n << 40n, memorySize: 1n << 40n }),
  badSegment("a size that wraps", [/outside any file|outside the file|cut off/, outside[1]], {
    fileSize: 0xffffffffffffff00n,
    memorySize: 0xffffffffffffff00n,
  }),
  badSegment("more bytes in the file than in memory", [/more bytes/, /in the file but/], { memorySize: 16n }),
  badSegment("an address in the kernel", [/outside user memory/, /leaves user memory/], {
    address: 0xffff800000000000n,
  }),
  badSegment("an address that wraps", [/outside user memory/, /leaves user memory/], {
    address: 0xfffffffffffff000n,
  }),
  badSegment("an address where user memory ends", [/outside user memory/, /leaves user memory/], {
    address: 0x800000000000n,
  }),
  badSegment("address 0", [/outside user memory/, /nil pointers/], { address: 0n }),
  badSegment("memory without end", [/outside user memory/, /leaves user memory/], { memorySize: 1n << 62n }),
  badSegment("an address that its offset does not fit", [/page/], { address: 0x400123n }),
  twoSegments("two segments in one place", /overlap/, {}),
  twoSegments("two segments in one page", /overlap/, {
    address: 0x4000c8n,
    offset: 200n,
    fileSize: 10n,
    memorySize: 10n,
  }),
  twoSegments("segments in the wrong order", /overlap/, { address: 0x200000n }),
];

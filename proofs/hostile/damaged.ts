/**
 * Programs that must not start, each with the damage that was done to it and a word that the sentence about it must
 * hold, on the host and in the kernel. The file offset of golang/go#57983 is among them.
 */
import { machineNumbers } from "../../generator/elf/elf-layout.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { type ElfParts, elfFile, type Segment, tinyElf, tinyParts } from "../harness/tiny-elf.ts";

/**
 * `says` is for the host's sentence, `kernelSays` for the kernel's where it sees the thing differently; "nothing" where
 * it cannot see it: then the program must fail by itself.
 */
export type Damaged = { title: string; bytes: Buffer; says: RegExp; kernelSays?: RegExp | "nothing" };

/** What differs between the architectures. */
const facts = {
  amd64: {
    interpreter: "/lib64/ld-linux-x86-64.so.2",
    other: "riscv64",
    otherByKernel: /is for RISC-V/,
    kernelHalf: 0xffff_8000_0000_0000n,
  },
  riscv64: {
    interpreter: "/lib/ld-linux-riscv64-lp64d.so.1",
    other: "amd64",
    otherByKernel: /is for x86-64/,
    kernelHalf: 0xffff_ffc0_0000_0000n,
  },
} as const satisfies Record<Arch, unknown>;

/** The first address behind the program's half; Sv39 has less, Sv48 the same as amd64. */
const userEnd = 1n << 47n;

type Maker = (arch: Arch) => Damaged;
type Says = readonly [RegExp, RegExp?];

/** Changes the parts of a good program. */
function damaged(
  title: string,
  [says, kernelSays = says]: Says,
  change: (parts: ElfParts, arch: Arch) => void,
): Maker {
  return (arch) => {
    const parts = tinyParts(arch);
    change(parts, arch);
    return { title, says, kernelSays, bytes: elfFile(parts) };
  };
}

/** Changes its only segment. */
function badSegment(title: string, says: Says, change: Partial<Segment>): Maker {
  return damaged(title, says, ({ segments }) => Object.assign(segments[0]!, change));
}

/** Adds a second segment. */
function twoSegments(title: string, says: RegExp, change: Partial<Segment>): Maker {
  return (arch) => {
    const parts = tinyParts(arch, 2);
    parts.programHeaderCount = 2;
    parts.segments.push({ ...parts.segments[0]!, flags: 6, ...change });
    return { title, says, bytes: elfFile(parts, 2) };
  };
}

/** Whatever stands in place of a program. */
function instead(title: string, says: Says, bytes: (arch: Arch) => Buffer): Maker {
  return (arch) => ({ title, says: says[0], kernelSays: says[1] ?? says[0], bytes: bytes(arch) });
}

/** Nobody tells a riscv64 kernel how long its file was: behind the end it finds zeros, and they may be the program's. */
function behindTheEnd(make: Maker): Maker {
  return (arch) => (arch === "riscv64" ? { ...make(arch), kernelSays: "nothing" } : make(arch));
}

function dynamic(arch: Arch): Damaged {
  const { interpreter } = facts[arch];
  const parts = tinyParts(arch, 2);
  parts.programHeaderCount = 2;
  const offset = BigInt(64 + 2 * 56 + parts.body.length);
  const size = BigInt(interpreter.length + 1);
  const load = parts.segments[0]!;
  parts.segments = [
    { type: 3, flags: 4, offset, address: load.address + offset, fileSize: size, memorySize: size },
    load,
  ];
  parts.body = Buffer.concat([parts.body, Buffer.from(`${interpreter}\0`)]);
  return {
    title: "a dynamic program",
    says: new RegExp(`dynamic.*${interpreter.replaceAll(".", "\\.")}`),
    bytes: elfFile(parts, 2),
  };
}

function forTheOther(arch: Arch): Damaged {
  const { other, otherByKernel } = facts[arch];
  const parts = tinyParts(arch);
  parts.machine = machineNumbers[other];
  const says = new RegExp(`is for ${other}`);
  return { title: `a program for ${other}`, says, kernelSays: otherByKernel, bytes: elfFile(parts) };
}

/** Where the host sees the end of the file, the kernel sees only that of memory. */
const outside: [RegExp, RegExp] = [/outside the file|cut off/, /cut off|does not fit|damaged/];

const makers: readonly Maker[] = [
  instead("a script", [/not an ELF/], () => Buffer.from("#!/bin/sh\necho hello\n".repeat(20))),
  instead("a text", [/not an ELF/], () => Buffer.from("hello\n".repeat(20))),
  instead("half an ELF header", [/cut off/, /cut off|not an executable/], (arch) =>
    tinyElf(arch).subarray(0, 40),
  ),
  behindTheEnd(
    instead(
      "a file that ends inside its segment",
      [/outside the file|cut off/, /cut off|does not fit/],
      (arch) => tinyElf(arch).subarray(0, 140),
    ),
  ),
  damaged("a 32-bit program", [/32-bit/], (parts) => {
    parts.class = 1;
  }),
  damaged("a big-endian program", [/big-endian/], (parts) => {
    parts.data = 2;
  }),
  forTheOther,
  damaged("a program for ARM", [/arm64|ARM|machine 183/i], (parts) => {
    parts.machine = 183;
  }),
  dynamic,
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
  damaged(
    "too many program headers",
    [/names 60000 program headers/, /no usable program headers/],
    (parts) => {
      parts.programHeaderCount = 60000;
    },
  ),
  damaged("program headers at an offset that wraps", [/cut off/, /damaged/], (parts) => {
    parts.programHeaders = 0xffffffffffffffc0n;
  }),
  damaged("an entry outside its code", [/entry/], (parts) => {
    parts.entry = 0x500000n;
  }),
  badSegment("the offset of golang/go#57983", [/p_offset.*golang\/go#57983/], {
    offset: 0xffffffffffff1000n,
  }),
  behindTheEnd(badSegment("a segment behind the end of the file", outside, { offset: 0x100000n })),
  badSegment("a segment longer than the file", outside, { fileSize: 1n << 40n, memorySize: 1n << 40n }),
  badSegment("a size that wraps", [/outside any file|outside the file|cut off/, outside[1]], {
    fileSize: 0xffffffffffffff00n,
    memorySize: 0xffffffffffffff00n,
  }),
  badSegment("more bytes in the file than in memory", [/more bytes/, /in the file but/], { memorySize: 16n }),
  damaged("an address in the kernel", [/outside user memory/, /leaves user memory/], ({ segments }, arch) => {
    segments[0]!.address = facts[arch].kernelHalf;
  }),
  badSegment("an address that wraps", [/outside user memory/, /leaves user memory/], {
    address: 0xfffffffffffff000n,
  }),
  badSegment("an address where user memory ends", [/outside user memory/, /leaves user memory/], {
    address: userEnd,
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

/** All of them for one architecture. */
export function damagedPrograms(arch: Arch): readonly Damaged[] {
  return makers.map((make) => make(arch));
}

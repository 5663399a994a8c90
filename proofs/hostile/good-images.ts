/** What is damaged: programs made by hand and by Go, alone and with an archive that has all that a reader may meet. */
import { exampleProgram } from "../../generator/demand/example-program.ts";
import { elfHeader, programHeader, sectionHeader } from "../../generator/elf/elf-layout.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { type ArchiveEntry, archiveOf } from "../../shim-templates/fs/test-archive.ts";
import { elfFile, tinyParts } from "../harness/tiny-elf.ts";
import { mendChecksum, type Range } from "./damage.ts";

export type GoodImage = {
  bytes: Buffer;
  /** Of the program; what follows is the archive. */
  elfBytes: number;
  /** What decides about the program: its headers, the tables that they name, notes. */
  places: readonly Range[];
};

const block = 512;
const noteSegment = 4;

export async function goodImages(arch: Arch): Promise<readonly GoodImage[]> {
  const archive = await richArchive();
  const programs = [tinyProgram(arch), exampleProgram(arch)];
  return programs.flatMap((elf) =>
    [Buffer.alloc(0), archive].map((behind) => ({
      bytes: Buffer.concat([elf, behind]),
      elfBytes: elf.length,
      places: placesOf(elf),
    })),
  );
}

/** Three segments and a table of sections. */
function tinyProgram(arch: Arch): Buffer {
  const end = 0x3000;
  const parts = tinyParts(arch, 4);
  const [text] = parts.segments;
  parts.programHeaderCount = 3;
  const headers = elfHeader.size + 4 * programHeader.size;
  parts.body = Buffer.concat([parts.body, Buffer.alloc(end - headers - parts.body.length)]);
  parts.segments = [
    { ...text!, fileSize: 0x1000n, memorySize: 0x1000n },
    { ...text!, flags: 4, offset: 0x1000n, address: 0x402000n, fileSize: 0x800n, memorySize: 0x800n },
    { ...text!, flags: 6, offset: 0x2000n, address: 0x404000n, fileSize: 0x400n, memorySize: 0x9000n },
  ];
  const elf = elfFile(parts, 4);
  const second = sectionHeader.size;
  const sections = Buffer.alloc(2 * sectionHeader.size);
  sections.writeUInt32LE(3, second + sectionHeader.type);
  sections.writeBigUInt64LE(0x2400n, second + sectionHeader.offset);
  sections.writeBigUInt64LE(0x100n, second + sectionHeader.bytes);
  elf.writeBigUInt64LE(BigInt(end), elfHeader.sectionHeaders);
  elf.writeUInt16LE(sectionHeader.size, elfHeader.sectionHeaderSize);
  elf.writeUInt16LE(2, elfHeader.sectionHeaderCount);
  return Buffer.concat([elf, sections]);
}

function placesOf(elf: Buffer): Range[] {
  const table = (start: number, count: number, size: number): Range => ({
    at: Number(elf.readBigUInt64LE(start)),
    bytes: elf.readUInt16LE(count) * size,
  });
  const programs = table(elfHeader.programHeaders, elfHeader.programHeaderCount, programHeader.size);
  const sections = table(elfHeader.sectionHeaders, elfHeader.sectionHeaderCount, sectionHeader.size);
  const notes: Range[] = [];
  for (let at = programs.at; at < programs.at + programs.bytes; at += programHeader.size) {
    if (elf.readUInt32LE(at + programHeader.type) !== noteSegment) continue;
    const start = Number(elf.readBigUInt64LE(at + programHeader.offset));
    notes.push({ at: start, bytes: Number(elf.readBigUInt64LE(at + programHeader.fileSize)) });
  }
  return [{ at: 0, bytes: elfHeader.size }, programs, programs, sections, ...notes];
}

/** Folders, files, links of both kinds, names and sizes by pax and by GNU, a global header, what is not kept. */
async function richArchive(): Promise<Buffer> {
  const long = `${"d".repeat(110)}/${"e".repeat(140)}`;
  const entries: readonly ArchiveEntry[] = [
    { name: "etc/", type: "directory", mode: 0o755 },
    { name: "etc/hosts", text: "127.0.0.1 localhost\n", uid: 7, gid: 8 },
    { name: "a/b/c/d", text: "deep".repeat(200) },
    { name: "a/b/link", type: "symlink", linkname: "c/d" },
    { name: "a/up", type: "symlink", linkname: "../../a/b" },
    { name: "a/up/through", text: "a link on the way" },
    { name: "a/hard", type: "link", linkname: "a/b/c/d" },
    { name: "loop", type: "symlink", linkname: "loop" },
    { name: long, text: "long", pax: { mtime: "-1.25", size: "4" } },
    { name: "far", type: "symlink", linkname: long },
    { name: "dev/null", type: "character-device", devmajor: 1, devminor: 3 },
    { name: "pipe", type: "fifo" },
    { name: "empty", text: "" },
  ];
  const gnu = [
    entry("g", "pax_global_header", `52 comment=${"0".repeat(40)}\n`),
    entry("L", "././@LongLink", `gnu/${"n".repeat(150)}\0`),
    entry("0", "cut", "GNU's long name"),
    entry("L", "././@LongLink", "gnu/link\0"),
    entry("K", "././@LongLink", `${"t/".repeat(70)}t\0`),
    entry("2", "gnu/link", ""),
  ];
  return Buffer.concat([...gnu, await archiveOf(entries)]);
}

function entry(type: string, name: string, text: string): Buffer {
  const contents = Buffer.alloc(Math.ceil(text.length / block) * block);
  contents.write(text);
  const header = Buffer.alloc(block);
  header.write(name);
  header.write("0000644\0", 100);
  header.write(`${text.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write(type, 156);
  header.write("ustar\x0000", 257, "latin1");
  mendChecksum(header);
  return Buffer.concat([header, contents]);
}

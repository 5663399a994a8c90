/**
 * Reads a Go binary and refuses what the kernel would refuse, with the same reasons, before anything boots. The bytes
 * are hostile until checked: every number in them may be anything. Offsets and addresses are kept as BigInt until they
 * are known to lie inside the file, because a wrapped one must not be rounded into a plausible one.
 * The same checks stand in shim-templates/boot/elf.c.
 */
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import * as layout from "./elf-layout.ts";

const pageSize = 4096n;
/** Nothing is mapped below, so that nil pointers fault. */
const userBottom = 0x10000n;
/**
 * Where user addresses end: 47 bits; on amd64 the last page stays empty (shim-templates/arch/amd64/layout.h). Of riscv64 the
 * kernel checks what the machine's page tables reach.
 */
const userEnd: Record<Arch, bigint> = { amd64: (1n << 47n) - pageSize, riscv64: 1n << 47n };
/** As in Linux (load_elf_phdrs in fs/binfmt_elf.c, 6.1), program headers may take 64 KiB. */
const programHeadersMost = 0x10000;
/** As much of an interpreter's name as a sentence can hold. */
const nameMost = 63;

/** Offsets are signed where they are used (off_t): from here on they lie before the file. */
const negativeOffsets = 1n << 63n;
/** No file is so long; what lies behind is a negative number that somebody wrote. */
const offsetsEnd = 1n << 48n;

export type ElfFile = {
  arch: Arch;
  /** Bytes from the first to the last that a header speaks of: the tar may follow directly. */
  size: number;
  entry: bigint;
};

type Segment = { offset: bigint; address: bigint; fileSize: bigint; memorySize: bigint; flags: number };

type Refuse = (code: string, why: string, fix?: string) => Outcome<never>;

const howToBuild = "Build it with CGO_ENABLED=0 go build, or take a statically linked one.";

/** `name` is what the messages call the file; in an image more may follow the program. */
export function readElf(
  bytes: Buffer,
  name: string,
  container: "program" | "image" = "program",
): Outcome<ElfFile> {
  const refuse: Refuse = (code, why, fix = "") => fail(code, `${name} ${why}`, fix);
  const arch = identify(bytes, refuse);
  if (arch.problems) return arch;
  const headersEnd = programHeadersEnd(bytes, refuse);
  if (headersEnd.problems) return headersEnd;
  const segments = readSegments(bytes, userEnd[arch.value], refuse);
  if (segments.problems) return segments;

  const type = bytes.readUInt16LE(layout.elfHeader.type);
  if (type === layout.typeShared) {
    return refuse(
      "position-independent",
      "is position-independent",
      "Build it with go build -buildmode=exe.",
    );
  }
  if (type !== layout.typeExecutable)
    return refuse("not-executable", "is an ELF file but no executable", howToBuild);

  const entry = bytes.readBigUInt64LE(layout.elfHeader.entry);
  const isEntered = ({ address, memorySize, flags }: Segment) =>
    (flags & layout.segmentExecutable) !== 0 && entry >= address && entry < address + memorySize;
  if (!segments.value.some(isEntered)) {
    return refuse("bad-entry", `is damaged: its entry 0x${entry.toString(16)} lies in no executable segment`);
  }
  const size = elfSize(bytes, segments.value, headersEnd.value);
  if (size > bytes.length)
    return refuse("truncated", `is cut off: it should have ${size} bytes, not ${bytes.length}`);
  // The kernel looks behind the ELF for a tar and takes nothing else there but zeroes.
  const appended = bytes.subarray(Number(size));
  if (container === "program" && appended.some((byte) => byte !== 0)) {
    const fix = "Take the program without what was appended to it; files belong under --root.";
    return refuse("appended-data", `has ${appended.length} bytes behind its ELF file`, fix);
  }
  return succeed({ arch: arch.value, size: Number(size), entry });
}

/** The first bytes: is it a 64-bit Linux program for a machine that we know? */
function identify(bytes: Buffer, refuse: Refuse): Outcome<Arch> {
  const { elfHeader } = layout;
  if (bytes.length < 4 || bytes.toString("latin1", 0, 4) !== "\x7fELF") {
    return refuse("not-elf", "is not an ELF file", "Give a Linux program, as GOOS=linux go build makes it.");
  }
  if (bytes.length < elfHeader.size)
    return refuse("truncated", `is cut off inside its header (${bytes.length} bytes)`);
  if (bytes[elfHeader.class] !== layout.elfClass64) {
    return refuse("not-64-bit", "is a 32-bit program", `Build it with GOARCH=${archs.join(" or GOARCH=")}.`);
  }
  if (bytes[elfHeader.data] !== layout.littleEndian) return refuse("big-endian", "is a big-endian program");
  const machine = bytes.readUInt16LE(elfHeader.machine);
  const arch = archs.find((candidate) => layout.machineNumbers[candidate] === machine);
  if (arch !== undefined) return succeed(arch);
  const what = layout.otherMachines[machine] ?? `ELF machine ${machine}`;
  return refuse("wrong-machine", `is for ${what}`, `Build it with GOARCH=${archs.join(" or GOARCH=")}.`);
}

/** The table must be whole before an entry of it is believed. */
function programHeadersEnd(bytes: Buffer, refuse: Refuse): Outcome<bigint> {
  const { elfHeader, programHeader } = layout;
  const { start, count } = table(bytes, elfHeader.programHeaders, elfHeader.programHeaderCount);
  if (bytes.readUInt16LE(elfHeader.programHeaderSize) !== programHeader.size || count === 0) {
    return refuse("no-segments", "has no program headers, so there is nothing to load");
  }
  if (count * programHeader.size > programHeadersMost)
    return refuse(
      "no-segments",
      `is damaged: it names ${count} program headers, and Linux takes no more than 1170`,
    );
  const end = start + BigInt(count * programHeader.size);
  if (end > bytes.length) return refuse("truncated", "is cut off: its program headers lie behind its end");
  return succeed(end);
}

/** The segments to load, each checked on its own and against the one before it. */
function readSegments(bytes: Buffer, memoryEnd: bigint, refuse: Refuse): Outcome<Segment[]> {
  const { elfHeader, programHeader } = layout;
  const { start, count } = table(bytes, elfHeader.programHeaders, elfHeader.programHeaderCount);
  const all = Array.from({ length: count }, (_, index) => {
    const at = Number(start) + index * programHeader.size;
    return { type: bytes.readUInt32LE(at + programHeader.type), segment: readSegment(bytes, at) };
  });
  const interpreter = all.find(({ type }) => type === layout.segmentInterpreter);
  if (interpreter !== undefined) {
    return refuse(
      "dynamic",
      `is dynamic: it asks for ${interpreterName(bytes, interpreter.segment)}`,
      howToBuild,
    );
  }
  const loaded = all.filter(({ type, segment }) => type === layout.segmentLoad && segment.memorySize > 0n);
  const segments = loaded.map(({ segment }) => segment);
  if (segments.length === 0) return refuse("no-segments", "has no segment to load");
  for (const [index, segment] of segments.entries()) {
    const fault = segmentFault(segment, segments[index - 1], BigInt(bytes.length), memoryEnd);
    if (fault !== undefined)
      return refuse(fault.code, `is damaged: segment ${index} ${fault.text}`, fault.fix);
  }
  return succeed(segments);
}

function readSegment(bytes: Buffer, at: number): Segment {
  const { programHeader } = layout;
  return {
    offset: bytes.readBigUInt64LE(at + programHeader.offset),
    address: bytes.readBigUInt64LE(at + programHeader.address),
    fileSize: bytes.readBigUInt64LE(at + programHeader.fileSize),
    memorySize: bytes.readBigUInt64LE(at + programHeader.memorySize),
    flags: bytes.readUInt32LE(at + programHeader.flags),
  };
}

/** What is wrong with a segment, given the one before it. No sum here can wrap: they are BigInt. */
function segmentFault(
  segment: Segment,
  before: Segment | undefined,
  fileBytes: bigint,
  memoryEnd: bigint,
): { code: string; text: string; fix?: string } | undefined {
  const { offset, address, fileSize, memorySize } = segment;
  const hex = (value: bigint) => `0x${value.toString(16)}`;
  if (offset >= negativeOffsets) {
    return {
      code: "segment-outside-file",
      text: `begins at the file offset (p_offset) ${hex(offset)}, which is before the file; the Go linker writes this for some addresses given by -ldflags=-T (golang/go#57983)`,
      fix: "Build it without -T.",
    };
  }
  if (offset >= offsetsEnd || fileSize >= offsetsEnd) {
    return {
      code: "segment-outside-file",
      text: `lies outside any file (offset ${hex(offset)}, ${fileSize} bytes)`,
    };
  }
  if (offset + fileSize > fileBytes) {
    const missing = offset + fileSize - fileBytes;
    return { code: "truncated", text: `ends ${missing} bytes behind the end of the file: it is cut off` };
  }
  if (fileSize > memorySize) {
    return { code: "bad-segment", text: "has more bytes in the file than in memory" };
  }
  if (address + memorySize > memoryEnd || address < userBottom) {
    return { code: "segment-outside-memory", text: `lies outside user memory (address ${hex(address)})` };
  }
  if (offset % pageSize !== address % pageSize) {
    return { code: "bad-segment", text: "lies differently in its page in the file and in memory" };
  }
  const pageOf = (value: bigint) => value / pageSize;
  if (before !== undefined && pageOf(address) <= pageOf(before.address + before.memorySize - 1n)) {
    return { code: "segments-overlap", text: "overlaps the one before it" };
  }
  return undefined;
}

function table(bytes: Buffer, startAt: number, countAt: number): { start: bigint; count: number } {
  return { start: bytes.readBigUInt64LE(startAt), count: bytes.readUInt16LE(countAt) };
}

function interpreterName(bytes: Buffer, { offset, fileSize }: Segment): string {
  const end = offset + fileSize;
  if (fileSize === 0n || end > bytes.length) return "an interpreter";
  const bytesOfName = bytes.subarray(Number(offset), Number(end)).subarray(0, nameMost);
  const name = bytesOfName.toString("latin1").replace(/\0.*$/s, "");
  return name.replace(/[^ -~]/g, "?") || "an interpreter";
}

/** The highest end of all that the headers name: segments, section table, sections. */
function elfSize(bytes: Buffer, segments: Segment[], headersEnd: bigint): bigint {
  const { elfHeader, sectionHeader } = layout;
  let end = headersEnd;
  const reach = (to: bigint) => {
    if (to > end) end = to;
  };
  for (const { offset, fileSize } of segments) reach(offset + fileSize);
  const sections = table(bytes, elfHeader.sectionHeaders, elfHeader.sectionHeaderCount);
  // Linux does not look at sections: a table of another form is none.
  const isTable = bytes.readUInt16LE(elfHeader.sectionHeaderSize) === sectionHeader.size;
  if (sections.start === 0n || !isTable) return end;
  reach(sections.start + BigInt(sectionHeader.size));
  if (end > bytes.length) return end;
  // More sections than 16 bits can count are counted in the first one's size.
  const first = Number(sections.start) + sectionHeader.bytes;
  const count = sections.count > 0 ? BigInt(sections.count) : bytes.readBigUInt64LE(first);
  reach(sections.start + count * BigInt(sectionHeader.size));
  if (end > bytes.length) return end;
  for (let index = 0; index < Number(count); index++) {
    const at = Number(sections.start) + index * sectionHeader.size;
    if (layout.sectionsWithoutBytes.includes(bytes.readUInt32LE(at + sectionHeader.type))) continue;
    reach(bytes.readBigUInt64LE(at + sectionHeader.offset) + bytes.readBigUInt64LE(at + sectionHeader.bytes));
  }
  return end;
}

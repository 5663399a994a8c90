/**
 * Follows a tar archive from header to header as the kernel does, so that what cannot be followed is refused before
 * anything boots. The same checks stand in shim-templates/boot/tar-check.c (headers and sizes) and
 * shim-templates/fs/tar-header.c (pax records). Layout: POSIX.1-1988 section 10.1.1, POSIX.1-2001 "pax Extended Header",
 * GNU tar manual "Basic Tar Format".
 */

const block = 512;
const at = { size: 124, checksum: 148, type: 156, magic: 257 } as const;
const sizes = { size: 12, checksum: 8 } as const;

/** `end`: behind the last entry and the empty blocks that say so. */
export type TarExtent = { end: number; problem?: never } | { end?: never; problem: string };

/** Does an archive begin here? */
export function isTar(bytes: Buffer): boolean {
  return bytes.length >= block && isHeader(bytes.subarray(0, block));
}

/** How far the archive at the beginning of `bytes` reaches, or why it cannot be followed, for the end of a sentence. */
export function tarExtent(bytes: Buffer): TarExtent {
  let place = 0;
  const next: { size?: bigint; isSparse: boolean } = { isSparse: false };
  const problem = (text: string): TarExtent => ({ problem: `at byte ${place} there ${text}` });
  while (bytes.length - place >= block) {
    const header = bytes.subarray(place, place + block);
    if (isEmpty(header)) break;
    if (!isHeader(header)) return problem("is no tar header");
    const type = String.fromCharCode(header[at.type]!);
    const hasContents = type < "1" || type > "6";
    const size = hasContents ? numberAt(header, at.size, sizes.size) : 0n;
    const room = bytes.length - place - block;
    if (size > BigInt(room)) return problem("is a file that is cut off");
    const contents = bytes.subarray(place + block, place + block + Number(size));
    if (type === "x") {
      if (!readRecords(contents, next)) return problem("are pax records of wrong lengths");
    } else if (!"gLK".includes(type)) {
      if (type === "S" || next.isSparse)
        return problem("is a sparse file: make the archive without them (GNU tar: without -S)");
      if (hasContents && next.size !== undefined && next.size !== size)
        return problem("is a file of two sizes, its header's and that of a pax record");
      delete next.size;
      next.isSparse = false;
    }
    place += block + Math.min(Math.ceil(contents.length / block) * block, room);
  }
  // Two empty blocks are the end; archives that were cut there are complete all the same.
  for (let i = 0; i < 2 && isEmpty(bytes.subarray(place, place + block)); i++) place += block;
  return { end: place };
}

function isEmpty(header: Buffer): boolean {
  return header.length === block && header.every((byte) => byte === 0);
}

function isHeader(header: Buffer): boolean {
  if (header.toString("latin1", at.magic, at.magic + 5) !== "ustar") return false;
  const own = header.subarray(at.checksum, at.checksum + sizes.checksum);
  const sum = (bytes: Buffer) => bytes.reduce((all, byte) => all + byte, 0);
  const asBlanks = sum(header) - sum(own) + sizes.checksum * 32;
  return BigInt(asBlanks) === numberAt(header, at.checksum, sizes.checksum);
}

/** Octal digits, or with the top bit set a big-endian number (GNU); 64 bits of it. */
function numberAt(header: Buffer, start: number, length: number): bigint {
  const field = header.subarray(start, start + length);
  if (field[0]! & 0x80)
    return BigInt.asUintN(
      64,
      field.subarray(1).reduce((n, byte) => (n << 8n) | BigInt(byte), BigInt(field[0]! & 0x7f)),
    );
  const [, digits = ""] = /^ *([0-7]*)/.exec(field.toString("latin1"))!;
  return BigInt.asUintN(64, BigInt(`0o0${digits}`));
}

/** "LENGTH KEY=VALUE\n", each as long as it says; false if one cannot be. */
function readRecords(records: Buffer, next: { size?: bigint; isSparse: boolean }): boolean {
  let rest = records;
  while (rest.length > 0) {
    const digits = decimal(rest);
    const length = Number(digits.value);
    if (digits.value > BigInt(rest.length) || length <= digits.length + 1) return false;
    const record = rest.subarray(digits.length + 1, length - 1);
    const equals = record.indexOf("=");
    const key = record.toString("latin1", 0, Math.max(equals, 0));
    if (key === "size") next.size = decimal(record.subarray(equals + 1)).value;
    next.isSparse ||= key.startsWith("GNU.sparse.");
    rest = rest.subarray(length);
  }
  return true;
}

/** 64 bits of the decimal number that `text` begins with. */
function decimal(text: Buffer): { value: bigint; length: number } {
  let length = 0;
  while (length < text.length && text[length]! >= 0x30 && text[length]! <= 0x39) length++;
  return { value: BigInt.asUintN(64, BigInt(`0${text.toString("latin1", 0, length)}`)), length };
}

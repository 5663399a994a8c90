/**
 * Writes the archive that Linux unpacks as its first root: the "newc" format of cpio, as the kernel's
 * Documentation/driver-api/early-userspace/buffer-format.rst describes it.
 */

export type CpioEntry =
  | { kind: "file"; name: string; mode: number; content: Buffer }
  | { kind: "folder"; name: string; mode: number }
  | { kind: "device"; name: string; mode: number; major: number; minor: number };

const fileTypes = { file: 0o100000, folder: 0o040000, device: 0o020000 };
const trailer = "TRAILER!!!";

export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  const pieces = entries.flatMap((entry, index) => record(entry, index + 1));
  pieces.push(...record({ kind: "file", name: trailer, mode: 0, content: Buffer.alloc(0) }, 0));
  return Buffer.concat(pieces);
}

function record(entry: CpioEntry, inode: number): Buffer[] {
  const content = entry.kind === "file" ? entry.content : Buffer.alloc(0);
  const device = entry.kind === "device" ? entry : { major: 0, minor: 0 };
  const name = `${entry.name}\0`;
  const type = entry.name === trailer ? 0 : fileTypes[entry.kind];
  // inode, mode, uid, gid, links, mtime, size, device of the file, device it is, name's size, checksum
  const fields = [
    inode,
    type | entry.mode,
    0,
    0,
    1,
    0,
    content.length,
    0,
    0,
    device.major,
    device.minor,
    name.length,
    0,
  ];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`;
  return [padded(Buffer.from(header + name)), padded(content)];
}

/** Header with name, and content, are each filled up to four bytes. */
function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}

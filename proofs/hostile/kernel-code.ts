/** The kernel's code and constants in a machine's memory: nothing may ever write there. */

const sectionHeaderBytes = 64;
const page = 4096;
/** Of the code: enough to know it by. */
const piece = 1024;

type Section = { name: string; address: bigint; bytes: Buffer };

/** Sections of an ELF file of ours. */
function sections(elf: Buffer): Section[] {
  const at = Number(elf.readBigUInt64LE(40));
  const count = elf.readUInt16LE(60);
  const headers = Array.from({ length: count }, (_, index) => elf.subarray(at + index * sectionHeaderBytes));
  const range = (header: Buffer) => {
    const offset = Number(header.readBigUInt64LE(24));
    return elf.subarray(offset, offset + Number(header.readBigUInt64LE(32)));
  };
  const names = range(headers[elf.readUInt16LE(62)]!);
  return headers.map((header) => {
    const from = header.readUInt32LE(0);
    const name = names.toString("latin1", from, names.indexOf(0, from));
    return { name, address: header.readBigUInt64LE(16), bytes: range(header) };
  });
}

/**
 * The kernel's code and constants as they are in `ram`, all of memory; undefined: they are nowhere. Compare with those of
 * a run in which nobody attacked: while it boots, before its memory is protected, the kernel itself fills in addresses.
 */
export function codeInMemory(elf: Buffer, ram: Readonly<Uint8Array>): Buffer | undefined {
  const memory = Buffer.from(ram.buffer, ram.byteOffset, ram.byteLength);
  const wanted = sections(elf).filter(({ name }) => name === ".text" || name === ".rodata");
  const [code] = wanted;
  if (code === undefined) return undefined;
  for (let at = 0; at + code.bytes.length <= memory.length; at += page) {
    if (memory.compare(code.bytes, piece, 2 * piece, at + piece, at + 2 * piece) !== 0) continue;
    const found = wanted.map(({ address, bytes }) => {
      const from = at + Number(address - code.address);
      return memory.subarray(from, from + bytes.length);
    });
    return Buffer.concat(found);
  }
  return undefined;
}

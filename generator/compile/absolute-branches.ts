/**
 * Makes the addresses in branches absolute, so that calls of one function are the same bytes wherever they stand, and pack
 * better. What undoes it runs before the kernel: shim-templates/arch/ARCH/image/branches.c.
 */
import type { Arch } from "../../runtime-abi/arch.ts";

/** Undefined if the code holds what would be taken for a changed branch. */
export function absoluteBranches(code: Buffer, arch: Arch): Buffer | undefined {
  const changed = Buffer.from(code);
  const isCertain = arch === "amd64" ? amd64(changed) : riscv64(changed);
  return isCertain ? changed : undefined;
}

/** CALL and JMP rel32 (E8, E9), Jcc rel32 (0F 80..8F): the operand becomes itself plus its place. */
function amd64(code: Buffer): boolean {
  const size = code.length;
  for (let i = 0; i + 6 <= size; i++) {
    const first = code[i] ?? 0;
    const skip = (first & 0xfe) === 0xe8 ? 1 : first === 0x0f && ((code[i + 1] ?? 0) & 0xf0) === 0x80 ? 2 : 0;
    if (skip === 0) continue;
    const relative = code.readInt32LE(i + skip);
    // A sum within the code comes from an operand within reach, and from no other.
    const isWithin = relative >= -i && relative < size;
    const sum = relative < size - i ? relative + i : relative - size;
    code.writeInt32BE(isWithin ? sum : relative, i + skip);
    i += skip + 3;
  }
  return true;
}

/** AUIPC and an instruction that adds to what it gave: address and instruction change places. */
function riscv64(code: Buffer): boolean {
  const auipc = 0x17;
  const adds = new Set([0x67, 0x13, 0x1b, 0x03]);
  for (let i = 0; i + 8 <= code.length; i += 2) {
    const first = code.readUInt32LE(i);
    const second = code.readUInt32LE(i + 4);
    if ((first & 0x7f) !== auipc) continue;
    const register = (first >>> 7) & 0x1f;
    if (adds.has(second & 0x7f) && ((second >>> 15) & 0x1f) === register) {
      const address = ((first & ~0xfff) + (second >> 20) + i) >>> 0;
      code.writeUInt32LE(((first & 0xfff) | (second << 12)) >>> 0, i);
      code.writeUInt32BE(address, i + 4);
      i += 6;
    } else if (adds.has((first >>> 12) & 0x7f) && first >>> 27 === register) return false;
  }
  return true;
}

/**
 * RV64IMAC. Bits of an instruction are put into an order in which each is told by those before it: length and opcode,
 * function, registers, immediate; highest byte first. (The RISC-V Instruction Set Manual, volume I, version 20191213,
 * sections 2.2 to 2.6 and 16.2.)
 */
import { type Instructions, stir } from "./instructions.ts";

const [first, second, third, address, addressEnd, shortEnd] = [0, 1, 2, 4, 7, 8];
const auipc = 0x17;
/** JALR, ADDI, ADDIW, loads. */
const adds = new Set([0x67, 0x13, 0x1b, 0x03]);

export const createRiscv64 = (): Instructions => {
  let [word, form] = [0, 0];
  const self: Instructions = {
    state: first,
    bytes: 0,
    before: 0,
    /** How many bytes have ended: an instruction, or two that were made one. */
    take: (byte) => {
      const { state } = self;
      word = (word << 8) | byte;
      self.bytes = stir(self.bytes, byte);
      if (state === first) {
        form = byte;
        self.state = isLong(byte) ? second : shortEnd;
        return 0;
      }
      if (state !== shortEnd && state !== third + 1 && state !== addressEnd) {
        self.state = state + 1;
        return 0;
      }
      const isPair = state === third + 1 && isMadeOne(ordered(word));
      if (isPair) {
        self.state = address;
        return 0;
      }
      self.before = form;
      self.bytes = 0;
      self.state = first;
      return state === shortEnd ? 2 : state === addressEnd ? 8 : 4;
    },
  };
  return self;
};

/** Both lowest bits, which are highest here. */
const isLong = (byte: number): boolean => byte >= 0xc0;

/** From the architecture's order to ours: opcode, funct3, rd, rs1, the rest. */
const reordered = (w: number): number =>
  ((w & 3) << 30) |
  (((w >>> 2) & 31) << 25) |
  (((w >>> 12) & 7) << 22) |
  (((w >>> 7) & 31) << 17) |
  (((w >>> 15) & 31) << 12) |
  (w >>> 20);
const ordered = (w: number): number =>
  ((w >>> 30) & 3) |
  (((w >>> 25) & 31) << 2) |
  (((w >>> 22) & 7) << 12) |
  (((w >>> 17) & 31) << 7) |
  (((w >>> 12) & 31) << 15) |
  (w << 20);

/** AUIPC whose upper bits are the lower ones of an instruction that adds to what it gave. */
const isMadeOne = (w: number): boolean =>
  (w & 0x7f) === auipc && adds.has((w >>> 12) & 0x7f) && w >>> 27 === ((w >>> 7) & 31);

/** How much is code, in whole instructions; 0 if it holds what would be taken for a pair that was made one. */
export const absolute = (code: Buffer): number => {
  let i = 0;
  while (i + 2 <= code.length) {
    const low = code.readUInt16LE(i);
    if ((low & 3) !== 3) {
      code.writeUInt16BE(((low & 3) << 14) | (low >>> 2), i);
      i += 2;
      continue;
    }
    if (i + 4 > code.length) break;
    let word = code.readUInt32LE(i);
    const next = i + 8 <= code.length ? code.readUInt32LE(i + 4) : 0;
    const isPair =
      (word & 0x7f) === auipc && adds.has(next & 0x7f) && ((next >>> 15) & 31) === ((word >>> 7) & 31);
    if (isPair) {
      code.writeInt32BE(((word & ~0xfff) + (next >> 20) + i) | 0, i + 4);
      word = (word & 0xfff) | (next << 12);
    } else if (isMadeOne(word >>> 0)) return 0;
    code.writeUInt32BE(reordered(word) >>> 0, i);
    i += isPair ? 8 : 4;
  }
  return i;
};

/** For tests: RV64 instructions as words, and images of a few of them, so that a machine has something to run without a
 * toolchain. Encodings: The RISC-V Instruction Set Manual, Volume I, chapter 24. */
const [zero, a0, a1, a6, a7, t0, t1, t2, s0] = [0, 10, 11, 16, 17, 5, 6, 7, 8];
export const x = { zero, a0, a1, a6, a7, t0, t1, t2, s0 } as const as Record<string, number>;

const iType = (opcode: number, funct3: number, rd: number, rs1: number, immediate: number) =>
  ((immediate & 0xfff) << 20) | (rs1 << 15) | (funct3 << 12) | (rd << 7) | opcode;
const sType = (funct3: number, rs1: number, rs2: number, immediate: number) =>
  ((immediate >> 5) << 25) | (rs2 << 20) | (rs1 << 15) | (funct3 << 12) | ((immediate & 31) << 7) | 0x23;

export const addi = (rd: number, rs1: number, immediate: number) => iType(0x13, 0, rd, rs1, immediate);
export const lui = (rd: number, upper: number) => (upper << 12) | (rd << 7) | 0x37;
export const lbu = (rd: number, rs1: number, offset: number) => iType(0x03, 4, rd, rs1, offset);
export const sw = (rs2: number, rs1: number, offset: number) => sType(2, rs1, rs2, offset);
export const sb = (rs2: number, rs1: number, offset: number) => sType(0, rs1, rs2, offset);
export const andi = (rd: number, rs1: number, immediate: number) => iType(0x13, 7, rd, rs1, immediate);
export const csrw = (csr: number, rs1: number) => iType(0x73, 1, 0, rs1, csr);
export const csrr = (rd: number, csr: number) => iType(0x73, 2, rd, 0, csr);
export const add = (rd: number, rs1: number, rs2: number) => (rs2 << 20) | (rs1 << 15) | (rd << 7) | 0x33;
export const ecall = 0x73;
export const wfi = 0x10500073;

/** Offsets in bytes, from the instruction itself. */
export function branch(funct3: number, rs1: number, rs2: number, offset: number): number {
  const low = (((offset >> 1) & 15) << 8) | (((offset >> 11) & 1) << 7);
  const high = (((offset >> 5) & 63) << 25) | (((offset >> 12) & 1) << 31);
  return high | (rs2 << 20) | (rs1 << 15) | (funct3 << 12) | low | 0x63;
}
export const beqz = (rs: number, offset: number) => branch(0, rs, 0, offset);
export const bnez = (rs: number, offset: number) => branch(1, rs, 0, offset);
export const jump = (offset: number) =>
  (((offset >> 20) & 1) << 31) |
  (((offset >> 1) & 0x3ff) << 21) |
  (((offset >> 11) & 1) << 20) |
  (((offset >> 12) & 0xff) << 12) |
  0x6f;

/** The Linux Image header, with its jump, and the instructions behind it. */
export function riscv64Image(instructions: readonly number[]): Uint8Array {
  const header = 64;
  const image = new DataView(new ArrayBuffer(header + 4 * instructions.length));
  image.setInt32(0, jump(header), true);
  image.setBigUint64(8, 0x200000n, true);
  image.setBigUint64(16, BigInt(image.byteLength), true);
  for (const [index, byte] of [..."RSC\x05"].entries()) image.setUint8(56 + index, byte.charCodeAt(0));
  for (const [index, word] of instructions.entries()) image.setInt32(header + 4 * index, word, true);
  return new Uint8Array(image.buffer);
}

/**
 * Lengths of amd64 instructions that the machine model does not execute: AVX and AVX-512, x87, MMX. Go's libraries choose
 * them at run time by CPUID. Only lengths: in each opcode map nearly all opcodes are alike.
 * Source: Intel SDM volume 2, chapter 2 and appendix A.
 */
const modrmLess0f = new Set([
  0x05, 0x06, 0x07, 0x08, 0x09, 0x0b, 0x0e, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x37, 0x77,
]);
const withImmediate0f = new Set([0x70, 0x71, 0x72, 0x73, 0xa4, 0xac, 0xba, 0xc2, 0xc4, 0xc5, 0xc6]);
const opcodes = { x87First: 0xd8, x87Last: 0xdf, twoByte: 0x0f, vex3: 0xc4, vex2: 0xc5, evex: 0x62 };

/** 0: not one of them, or the bytes end before it does. */
export function otherLength(bytes: DataView, at: number, end: number): number {
  let pos = at;
  const byteAt = (index: number) => (index < end ? bytes.getUint8(index) : -1);
  let first = byteAt(pos);
  while (first === 0x66 || first === 0xf2 || first === 0xf3 || first === 0x64 || first === 0x65)
    first = byteAt(++pos);
  if ((first & 0xf0) === 0x40) first = byteAt(++pos);
  let map: number;
  if (first === opcodes.vex2) map = 1;
  else if (first === opcodes.vex3) map = byteAt(pos + 1) & 31;
  else if (first === opcodes.evex) map = byteAt(pos + 1) & 7;
  else if (first === opcodes.twoByte) return legacy(bytes, at, pos + 1, end);
  else if (first >= opcodes.x87First && first <= opcodes.x87Last)
    return withModrm(bytes, at, pos + 1, end, 0);
  else return 0;
  const opcodeAt = pos + (first === opcodes.vex2 ? 2 : first === opcodes.vex3 ? 3 : 4);
  const opcode = byteAt(opcodeAt);
  if (map === 1 && opcode === 0x77 && first !== opcodes.evex) return opcodeAt + 1 - at; // VZEROUPPER
  const immediate = map === 3 || (map === 1 && withImmediate0f.has(opcode)) ? 1 : 0;
  return withModrm(bytes, at, opcodeAt + 1, end, immediate);
}

function legacy(bytes: DataView, at: number, opcodeAt: number, end: number): number {
  if (opcodeAt + 1 >= end) return 0;
  const opcode = bytes.getUint8(opcodeAt);
  if (opcode === 0x38) return withModrm(bytes, at, opcodeAt + 2, end, 0);
  if (opcode === 0x3a) return withModrm(bytes, at, opcodeAt + 2, end, 1);
  if (modrmLess0f.has(opcode)) return opcodeAt + 1 - at;
  return withModrm(bytes, at, opcodeAt + 1, end, withImmediate0f.has(opcode) ? 1 : 0);
}

function withModrm(bytes: DataView, at: number, modrmAt: number, end: number, immediate: number): number {
  if (modrmAt + 1 > end) return 0;
  const modrm = bytes.getUint8(modrmAt);
  const mod = modrm >> 6;
  let pos = modrmAt + 1;
  let displacement = mod === 1 ? 1 : mod === 2 ? 4 : 0;
  if (mod !== 3 && (modrm & 7) === 4) {
    if (pos >= end) return 0;
    if (mod === 0 && (bytes.getUint8(pos) & 7) === 5) displacement = 4;
    pos++;
  } else if (mod === 0 && (modrm & 7) === 5) displacement = 4;
  pos += displacement + immediate;
  return pos > end ? 0 : pos - at;
}

/**
 * x86-64 as compilers write kernels: general registers only, in 64-bit mode. (Intel SDM volume 2, appendix A and section 2.1.)
 * An opcode that is not known here costs bytes, nothing else.
 */
import { type Instructions, stir } from "./instructions.ts";

const [opcode, prefixed, second, modRm, sib, sibWithoutBase, disp8, disp32] = [0, 1, 2, 3, 4, 5, 6, 7];
const [disp32End, imm8, imm32, imm16, imm32End] = [10, 11, 12, 14, 15];

/** Bits of a kind; an immediate of 4 bytes has 2 behind a prefix 66h. */
const [hasImm8, hasImm32, hasModRm, isPrefix, isEscape] = [1, 2, 4, 8, 9];

const isRelative = (code: number): boolean => (code & ~1) === 0xe8 || (code & ~15) === 0x180;

export const createAmd64 = (): Instructions => {
  let [code, kind, form] = [0, 0, 0];
  let [displacement, immediate] = [0, 0];
  let [isShort, isWide, isRip] = [false, false, false];

  const next = (): void => {
    if (displacement > 0) self.state = displacement === 1 ? disp8 : disp32;
    else if (immediate > 0) self.state = immediate === 1 ? imm8 : immediate === 2 ? imm16 : imm32;
    else {
      self.before = form;
      form = self.bytes = 0;
      isShort = isWide = isRip = false;
      self.state = opcode;
    }
  };
  const takeOpcode = (byte: number): void => {
    code = self.state === second ? 0x100 | byte : byte;
    kind = kindOf(code);
    form = stir(form, byte);
    if (kind === isPrefix) {
      if (byte === 0x66) isShort = true;
      isWide = (byte & 0xf8) === 0x48;
      self.state = prefixed;
    } else if (kind === isEscape) self.state = second;
    else {
      immediate = kind & hasImm8 ? 1 : kind & hasImm32 ? (isShort ? 2 : 4) : 0;
      // MOV of 8 bytes.
      if (isWide && (byte & 0xf8) === 0xb8 && kind === hasImm32) displacement = 4;
      if (kind & hasModRm) self.state = modRm;
      else next();
    }
  };
  const takeModRm = (byte: number): void => {
    const [mod, rm] = [byte >> 6, byte & 7];
    form = stir(form, byte);
    // TEST has an immediate, the others of its group have none.
    if ((code & ~1) === 0xf6 && byte & 0x30) immediate = 0;
    isRip = mod === 0 && rm === 5;
    displacement = mod === 1 ? 1 : mod === 2 || isRip ? 4 : 0;
    if (mod !== 3 && rm === 4) self.state = mod === 0 ? sibWithoutBase : sib;
    else next();
  };

  const self: Instructions = {
    state: opcode,
    bytes: 0,
    before: 0,
    /**
     * Not 0 if an operand of 4 bytes has ended that counts from the instruction's end: how many bytes away that is, and 1.
     */
    take: (byte) => {
      const { state } = self;
      self.bytes = stir(self.bytes, byte);
      if (state <= second) takeOpcode(byte);
      else if (state === modRm) takeModRm(byte);
      else if (state === sib || state === sibWithoutBase) {
        if (state === sibWithoutBase && (byte & 7) === 5) displacement = 4;
        next();
      } else if (state === disp8 || state === disp32End) {
        displacement = 0;
        const isTold = isRip;
        next();
        return isTold ? 1 + immediate : 0;
      } else if (state === imm8 || state === imm32End) {
        const isTold = immediate === 4 && isRelative(code);
        immediate = 0;
        next();
        return isTold ? 1 : 0;
      } else self.state = state + 1;
      return 0;
    },
  };
  return self;
};

/** Kinds of one-byte opcodes, then of those behind 0F. */
export const kinds = Uint8Array.from(
  Array.from({ length: 512 }, (_, code) => (code < 0x100 ? oneByte(code) : twoByte(code & 0xff))),
);
function kindOf(code: number): number {
  return kinds[code] as number;
}

function oneByte(code: number): number {
  if (code === 0x0f) return isEscape;
  if (code < 0x40)
    return [hasModRm, hasModRm, hasModRm, hasModRm, hasImm8, hasImm32, 0, 0][code & 7] as number;
  if (code < 0x50 || (code >= 0x64 && code < 0x68) || code === 0xf0 || code === 0xf2 || code === 0xf3)
    return isPrefix;
  if (code === 0x69 || code === 0x81 || code === 0xc7 || code === 0xf7) return hasModRm | hasImm32;
  if (
    code === 0x6b ||
    code === 0x80 ||
    code === 0x83 ||
    (code & ~1) === 0xc0 ||
    code === 0xc6 ||
    code === 0xf6
  )
    return hasModRm | hasImm8;
  if (code === 0x63 || (code >= 0x84 && code < 0x90) || (code & ~3) === 0xd0 || code >= 0xfe) return hasModRm;
  if (code === 0x68 || code === 0xa9 || (code & ~7) === 0xb8 || (code & ~1) === 0xe8) return hasImm32;
  if (code === 0x6a || (code & ~15) === 0x70 || code === 0xa8 || (code & ~7) === 0xb0) return hasImm8;
  if (code === 0xcd || (code & ~3) === 0xe4 || code === 0xeb) return hasImm8;
  return 0;
}

function twoByte(code: number): number {
  if ((code & ~15) === 0x80) return hasImm32;
  if (code === 0xa4 || code === 0xac || code === 0xba) return hasModRm | hasImm8;
  if ((code >= 0x05 && code < 0x0c) || (code & ~15) === 0x30 || (code & ~7) === 0xc8) return 0;
  if ((code & ~7) === 0xa0 && code !== 0xa3 && code !== 0xa5) return 0;
  if ((code & ~1) === 0xa8) return 0;
  return hasModRm;
}

/** Makes what counts from an instruction's end count from the code's start, highest byte first. How much is code. */
export const absolute = (code: Buffer): number => {
  const instructions = createAmd64();
  for (let i = 0; i < code.length; i++) {
    const told = instructions.take(code[i] as number);
    if (told > 0) code.writeInt32BE((code.readInt32LE(i - 3) + i + told) | 0, i - 3);
  }
  return code.length;
};

/** Rows: arithmetic and logic. Intel SDM volume 2 (order number 325383), the opcode tables of each mnemonic. */
import * as alu from "./alu.ts";
import { type Meaning, type Row, type RowOptions, row } from "./row.ts";

const hex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, "0");

/** ADD, OR, ADC, SBB, AND, SUB, XOR and CMP have the same 19 lines; only the number differs. */
function binary(number: number, mnemonic: string, meaning: Meaning, options?: RowOptions): Row[] {
  const base = number * 8;
  const line = (opcode: string, operands: string) => row(opcode, `${mnemonic} ${operands}`, meaning, options);
  return [
    line(`${hex(base + 4)} ib`, "AL, imm8"),
    line(`${hex(base + 5)} iw`, "AX, imm16"),
    line(`${hex(base + 5)} id`, "EAX, imm32"),
    line(`REX.W + ${hex(base + 5)} id`, "RAX, imm32"),
    line(`80 /${number} ib`, "r/m8, imm8"),
    line(`legacy 82 /${number} ib`, "r/m8, imm8"),
    line(`81 /${number} iw`, "r/m16, imm16"),
    line(`81 /${number} id`, "r/m32, imm32"),
    line(`REX.W + 81 /${number} id`, "r/m64, imm32"),
    line(`83 /${number} ib`, "r/m16, imm8"),
    line(`83 /${number} ib`, "r/m32, imm8"),
    line(`REX.W + 83 /${number} ib`, "r/m64, imm8"),
    line(`${hex(base)} /r`, "r/m8, r8"),
    line(`${hex(base + 1)} /r`, "r/m16, r16"),
    line(`${hex(base + 1)} /r`, "r/m32, r32"),
    line(`REX.W + ${hex(base + 1)} /r`, "r/m64, r64"),
    line(`${hex(base + 2)} /r`, "r8, r/m8"),
    line(`${hex(base + 3)} /r`, "r16, r/m16"),
    line(`${hex(base + 3)} /r`, "r32, r/m32"),
    line(`REX.W + ${hex(base + 3)} /r`, "r64, r/m64"),
  ];
}

/** One operand: 8 bits, and the next opcode for 16, 32 and 64. */
function unary(
  opcode: number,
  digit: number,
  mnemonic: string,
  meaning: Meaning,
  options?: RowOptions,
): Row[] {
  return [
    row(`${hex(opcode)} /${digit}`, `${mnemonic} r/m8`, meaning, options),
    row(`${hex(opcode + 1)} /${digit}`, `${mnemonic} r/m16`, meaning, options),
    row(`${hex(opcode + 1)} /${digit}`, `${mnemonic} r/m32`, meaning, options),
    row(`REX.W + ${hex(opcode + 1)} /${digit}`, `${mnemonic} r/m64`, meaning, options),
  ];
}

const noAdjust = { undefined: "AF" };
const product = { undefined: "SF ZF AF PF" };
const quotient = { undefined: "CF PF AF ZF SF OF" };

export const rows: readonly Row[] = [
  ...binary(0, "ADD", alu.add),
  ...binary(1, "OR", alu.or, noAdjust),
  ...binary(2, "ADC", alu.adc),
  ...binary(3, "SBB", alu.sbb),
  ...binary(4, "AND", alu.and, noAdjust),
  ...binary(5, "SUB", alu.sub),
  ...binary(6, "XOR", alu.xor, noAdjust),
  ...binary(7, "CMP", alu.cmp),

  row("A8 ib", "TEST AL, imm8", alu.test, noAdjust),
  row("A9 iw", "TEST AX, imm16", alu.test, noAdjust),
  row("A9 id", "TEST EAX, imm32", alu.test, noAdjust),
  row("REX.W + A9 id", "TEST RAX, imm32", alu.test, noAdjust),
  row("F6 /0 ib", "TEST r/m8, imm8", alu.test, noAdjust),
  row("F6 /1 ib", "TEST r/m8, imm8", alu.test, noAdjust),
  row("F7 /0 iw", "TEST r/m16, imm16", alu.test, noAdjust),
  row("F7 /1 iw", "TEST r/m16, imm16", alu.test, noAdjust),
  row("F7 /0 id", "TEST r/m32, imm32", alu.test, noAdjust),
  row("F7 /1 id", "TEST r/m32, imm32", alu.test, noAdjust),
  row("REX.W + F7 /0 id", "TEST r/m64, imm32", alu.test, noAdjust),
  row("REX.W + F7 /1 id", "TEST r/m64, imm32", alu.test, noAdjust),
  row("84 /r", "TEST r/m8, r8", alu.test, noAdjust),
  row("85 /r", "TEST r/m16, r16", alu.test, noAdjust),
  row("85 /r", "TEST r/m32, r32", alu.test, noAdjust),
  row("REX.W + 85 /r", "TEST r/m64, r64", alu.test, noAdjust),

  ...unary(0xfe, 0, "INC", alu.inc),
  ...unary(0xfe, 1, "DEC", alu.dec),
  row("legacy 40+rw", "INC r16", alu.inc),
  row("legacy 40+rd", "INC r32", alu.inc),
  row("legacy 48+rw", "DEC r16", alu.dec),
  row("legacy 48+rd", "DEC r32", alu.dec),
  ...unary(0xf6, 2, "NOT", alu.not),
  ...unary(0xf6, 3, "NEG", alu.neg),
  ...unary(0xf6, 4, "MUL", alu.mul, product),
  ...unary(0xf6, 5, "IMUL", alu.imulWide, product),
  ...unary(0xf6, 6, "DIV", alu.div, quotient),
  ...unary(0xf6, 7, "IDIV", alu.idiv, quotient),
  row("0F AF /r", "IMUL r16, r/m16", alu.imul, product),
  row("0F AF /r", "IMUL r32, r/m32", alu.imul, product),
  row("REX.W + 0F AF /r", "IMUL r64, r/m64", alu.imul, product),
  row("6B /r ib", "IMUL r16, r/m16, imm8", alu.imul, product),
  row("6B /r ib", "IMUL r32, r/m32, imm8", alu.imul, product),
  row("REX.W + 6B /r ib", "IMUL r64, r/m64, imm8", alu.imul, product),
  row("69 /r iw", "IMUL r16, r/m16, imm16", alu.imul, product),
  row("69 /r id", "IMUL r32, r/m32, imm32", alu.imul, product),
  row("REX.W + 69 /r id", "IMUL r64, r/m64, imm32", alu.imul, product),

  row("66 0F 38 F6 /r", "ADCX r32, r/m32", alu.adcx),
  row("66 REX.W 0F 38 F6 /r", "ADCX r64, r/m64", alu.adcx),
  row("F3 0F 38 F6 /r", "ADOX r32, r/m32", alu.adox),
  row("F3 REX.W 0F 38 F6 /r", "ADOX r64, r/m64", alu.adox),

  row("0F C0 /r", "XADD r/m8, r8", alu.xadd),
  row("0F C1 /r", "XADD r/m16, r16", alu.xadd),
  row("0F C1 /r", "XADD r/m32, r32", alu.xadd),
  row("REX.W + 0F C1 /r", "XADD r/m64, r64", alu.xadd),
  row("86 /r", "XCHG r/m8, r8", alu.xchg),
  row("87 /r", "XCHG r/m16, r16", alu.xchg),
  row("87 /r", "XCHG r/m32, r32", alu.xchg),
  row("REX.W + 87 /r", "XCHG r/m64, r64", alu.xchg),
  row("90+rw", "XCHG r16, AX", alu.xchg),
  row("90+rd", "XCHG r32, EAX", alu.xchg),
  row("REX.W + 90+rd", "XCHG r64, RAX", alu.xchg),
  row("0F B0 /r", "CMPXCHG r/m8, r8", alu.cmpxchg),
  row("0F B1 /r", "CMPXCHG r/m16, r16", alu.cmpxchg),
  row("0F B1 /r", "CMPXCHG r/m32, r32", alu.cmpxchg),
  row("REX.W + 0F B1 /r", "CMPXCHG r/m64, r64", alu.cmpxchg),
  row("0F C7 /1", "CMPXCHG8B m64", alu.cmpxchg8b),
  row("REX.W + 0F C7 /1", "CMPXCHG16B m128", alu.cmpxchg16b),
];

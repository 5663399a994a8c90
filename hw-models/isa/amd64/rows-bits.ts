/** Rows: bits, bit fields, byte order, and what CPUID calls BMI1, BMI2, LZCNT, POPCNT, MOVBE. */
import * as bits from "./bits.ts";
import { type Meaning, type Row, row } from "./row.ts";

function bitTest(opcode: string, digit: number, mnemonic: string, meaning: Meaning): Row[] {
  const line = (code: string, operands: string) =>
    row(code, `${mnemonic} ${operands}`, meaning, {
      undefined: "OF SF AF PF",
      implicitSegment: code.endsWith("/r"),
    });
  return [
    line(`0F ${opcode} /r`, "r/m16, r16"),
    line(`0F ${opcode} /r`, "r/m32, r32"),
    line(`REX.W + 0F ${opcode} /r`, "r/m64, r64"),
    line(`0F BA /${digit} ib`, "r/m16, imm8"),
    line(`0F BA /${digit} ib`, "r/m32, imm8"),
    line(`REX.W + 0F BA /${digit} ib`, "r/m64, imm8"),
  ];
}
const scans = { undefined: "CF OF SF AF PF" };
const counts = { undefined: "OF SF AF PF" };
const fields = { undefined: "AF PF" };
const extract = { undefined: "SF AF PF" };

export const rows: readonly Row[] = [
  ...bitTest("A3", 4, "BT", bits.bt),
  ...bitTest("AB", 5, "BTS", bits.bts),
  ...bitTest("B3", 6, "BTR", bits.btr),
  ...bitTest("BB", 7, "BTC", bits.btc),

  row("0F BC /r", "BSF r16, r/m16", bits.bsf, scans),
  row("0F BC /r", "BSF r32, r/m32", bits.bsf, scans),
  row("REX.W + 0F BC /r", "BSF r64, r/m64", bits.bsf, scans),
  row("0F BD /r", "BSR r16, r/m16", bits.bsr, scans),
  row("0F BD /r", "BSR r32, r/m32", bits.bsr, scans),
  row("REX.W + 0F BD /r", "BSR r64, r/m64", bits.bsr, scans),
  row("F3 0F BC /r", "TZCNT r16, r/m16", bits.tzcnt, counts),
  row("F3 0F BC /r", "TZCNT r32, r/m32", bits.tzcnt, counts),
  row("F3 REX.W 0F BC /r", "TZCNT r64, r/m64", bits.tzcnt, counts),
  row("F3 0F BD /r", "LZCNT r16, r/m16", bits.lzcnt, counts),
  row("F3 0F BD /r", "LZCNT r32, r/m32", bits.lzcnt, counts),
  row("F3 REX.W 0F BD /r", "LZCNT r64, r/m64", bits.lzcnt, counts),
  row("F3 0F B8 /r", "POPCNT r16, r/m16", bits.popcnt),
  row("F3 0F B8 /r", "POPCNT r32, r/m32", bits.popcnt),
  row("F3 REX.W 0F B8 /r", "POPCNT r64, r/m64", bits.popcnt),

  row("0F C8+rw", "BSWAP r16", bits.bswap16),
  row("0F C8+rd", "BSWAP r32", bits.bswap),
  row("REX.W + 0F C8+rd", "BSWAP r64", bits.bswap),
  row("0F 38 F0 /r", "MOVBE r16, m16", bits.movbe),
  row("0F 38 F0 /r", "MOVBE r32, m32", bits.movbe),
  row("REX.W + 0F 38 F0 /r", "MOVBE r64, m64", bits.movbe),
  row("0F 38 F1 /r", "MOVBE m16, r16", bits.movbe),
  row("0F 38 F1 /r", "MOVBE m32, r32", bits.movbe),
  row("REX.W + 0F 38 F1 /r", "MOVBE m64, r64", bits.movbe),

  row("VEX.LZ.0F38.W0 F2 /r", "ANDN r32a, r32b, r/m32", bits.andn, fields),
  row("VEX.LZ.0F38.W1 F2 /r", "ANDN r64a, r64b, r/m64", bits.andn, fields),
  row("VEX.LZ.0F38.W0 F7 /r", "BEXTR r32a, r/m32, r32b", bits.bextr, extract),
  row("VEX.LZ.0F38.W1 F7 /r", "BEXTR r64a, r/m64, r64b", bits.bextr, extract),
  row("VEX.LZ.0F38.W0 F3 /1", "BLSR r32, r/m32", bits.blsr, fields),
  row("VEX.LZ.0F38.W1 F3 /1", "BLSR r64, r/m64", bits.blsr, fields),
  row("VEX.LZ.0F38.W0 F3 /2", "BLSMSK r32, r/m32", bits.blsmsk, fields),
  row("VEX.LZ.0F38.W1 F3 /2", "BLSMSK r64, r/m64", bits.blsmsk, fields),
  row("VEX.LZ.0F38.W0 F3 /3", "BLSI r32, r/m32", bits.blsi, fields),
  row("VEX.LZ.0F38.W1 F3 /3", "BLSI r64, r/m64", bits.blsi, fields),
  row("VEX.LZ.0F38.W0 F5 /r", "BZHI r32a, r/m32, r32b", bits.bzhi, fields),
  row("VEX.LZ.0F38.W1 F5 /r", "BZHI r64a, r/m64, r64b", bits.bzhi, fields),
  row("VEX.LZ.F2.0F38.W0 F6 /r", "MULX r32a, r32b, r/m32", bits.mulx),
  row("VEX.LZ.F2.0F38.W1 F6 /r", "MULX r64a, r64b, r/m64", bits.mulx),
  row("VEX.LZ.F2.0F38.W0 F5 /r", "PDEP r32a, r32b, r/m32", bits.pdep),
  row("VEX.LZ.F2.0F38.W1 F5 /r", "PDEP r64a, r64b, r/m64", bits.pdep),
  row("VEX.LZ.F3.0F38.W0 F5 /r", "PEXT r32a, r32b, r/m32", bits.pext),
  row("VEX.LZ.F3.0F38.W1 F5 /r", "PEXT r64a, r64b, r/m64", bits.pext),
];

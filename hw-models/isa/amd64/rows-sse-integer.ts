/**
 * Rows: packed integers, SSE2 to SSE4.2. Intel SDM volume 2. The same opcodes without the prefix 66 work on MMX registers,
 * which this machine does not have.
 */
import { get, i8x16, i16x8, i32x4, i64x2, v128 } from "../../meaning/build.ts";
import type { Expr } from "../../meaning/expression.ts";
import { type Meaning, type Row, row } from "./row.ts";
import { packed, packedBy, packedOne } from "./sse.ts";
import * as integer from "./sse-integer.ts";
import { xmm } from "./state.ts";

type Vector = Expr<"v128">;
type Two = (a: Vector, b: Vector) => Vector;

/** Two operands, of which the first is the destination. */
const two = (opcode: string, mnemonic: string, compute: Two): Row =>
  row(`66 0F ${opcode} /r`, `${mnemonic} xmm1, xmm2/m128`, packed(compute));
const one = (opcode: string, mnemonic: string, compute: (b: Vector) => Vector): Row =>
  row(`66 0F ${opcode} /r`, `${mnemonic} xmm1, xmm2/m128`, packedOne(compute));
const swapped =
  (compute: Two): Two =>
  (a, b) =>
    compute(b, a);

/** Shifts by a vector, and by an immediate. */
function shifts(
  opcode: string,
  group: string,
  mnemonic: string,
  bits: 16 | 32 | 64,
  which: "shl" | "shr_u" | "shr_s",
): Row[] {
  return [
    row(`66 0F ${opcode} /r`, `${mnemonic} xmm1, xmm2/m128`, integer.shiftByVector(bits, which)),
    row(`66 0F ${group} ib`, `${mnemonic} xmm1, imm8`, integer.shiftByImmediate(bits, which)),
  ];
}
function blends(opcode: string, mnemonic: string, bits: 8 | 32 | 64): Row {
  const compute = integer.blendBySigns(bits, get(xmm[0]!));
  return row(`66 0F 38 ${opcode} /r`, `${mnemonic} xmm1, xmm2/m128, <XMM0>`, packed(compute));
}
const unpack = (opcode: string, mnemonic: string, size: 1 | 2 | 4 | 8, high: boolean): Row =>
  row(`66 0F ${opcode} /r`, `${mnemonic} xmm1, xmm2/m128`, integer.interleave(size, high));
const extend = (opcode: string, mnemonic: string, memory: number, meaning: Meaning): Row =>
  row(`66 0F 38 ${opcode} /r`, `${mnemonic} xmm1, xmm2/m${memory}`, meaning);

export const rows: readonly Row[] = [
  two("FC", "PADDB", i8x16.add),
  two("FD", "PADDW", i16x8.add),
  two("FE", "PADDD", i32x4.add),
  two("D4", "PADDQ", i64x2.add),
  two("EC", "PADDSB", i8x16.add_sat_s),
  two("ED", "PADDSW", i16x8.add_sat_s),
  two("DC", "PADDUSB", i8x16.add_sat_u),
  two("DD", "PADDUSW", i16x8.add_sat_u),
  two("F8", "PSUBB", i8x16.sub),
  two("F9", "PSUBW", i16x8.sub),
  two("FA", "PSUBD", i32x4.sub),
  two("FB", "PSUBQ", i64x2.sub),
  two("E8", "PSUBSB", i8x16.sub_sat_s),
  two("E9", "PSUBSW", i16x8.sub_sat_s),
  two("D8", "PSUBUSB", i8x16.sub_sat_u),
  two("D9", "PSUBUSW", i16x8.sub_sat_u),
  two("D5", "PMULLW", i16x8.mul),
  two("E5", "PMULHW", integer.multiplyHigh("s")),
  two("E4", "PMULHUW", integer.multiplyHigh("u")),
  two("F4", "PMULUDQ", integer.multiplyWide("u")),
  two("F5", "PMADDWD", i32x4.dot_i16x8_s),
  two("F6", "PSADBW", integer.sumOfDifferences),
  two("E0", "PAVGB", i8x16.avgr_u),
  two("E3", "PAVGW", i16x8.avgr_u),
  two("DA", "PMINUB", i8x16.min_u),
  two("EA", "PMINSW", i16x8.min_s),
  two("DE", "PMAXUB", i8x16.max_u),
  two("EE", "PMAXSW", i16x8.max_s),

  two("DB", "PAND", v128.and),
  two("DF", "PANDN", swapped(v128.andnot)),
  two("EB", "POR", v128.or),
  two("EF", "PXOR", v128.xor),
  row("NP 0F 54 /r", "ANDPS xmm1, xmm2/m128", packed(v128.and)),
  two("54", "ANDPD", v128.and),
  row("NP 0F 55 /r", "ANDNPS xmm1, xmm2/m128", packed(swapped(v128.andnot))),
  two("55", "ANDNPD", swapped(v128.andnot)),
  row("NP 0F 56 /r", "ORPS xmm1, xmm2/m128", packed(v128.or)),
  two("56", "ORPD", v128.or),
  row("NP 0F 57 /r", "XORPS xmm1, xmm2/m128", packed(v128.xor)),
  two("57", "XORPD", v128.xor),

  two("74", "PCMPEQB", i8x16.eq),
  two("75", "PCMPEQW", i16x8.eq),
  two("76", "PCMPEQD", i32x4.eq),
  two("64", "PCMPGTB", i8x16.gt_s),
  two("65", "PCMPGTW", i16x8.gt_s),
  two("66", "PCMPGTD", i32x4.gt_s),

  two("63", "PACKSSWB", i8x16.narrow_i16x8_s),
  two("67", "PACKUSWB", i8x16.narrow_i16x8_u),
  two("6B", "PACKSSDW", i16x8.narrow_i32x4_s),
  unpack("60", "PUNPCKLBW", 1, false),
  unpack("61", "PUNPCKLWD", 2, false),
  unpack("62", "PUNPCKLDQ", 4, false),
  unpack("6C", "PUNPCKLQDQ", 8, false),
  unpack("68", "PUNPCKHBW", 1, true),
  unpack("69", "PUNPCKHWD", 2, true),
  unpack("6A", "PUNPCKHDQ", 4, true),
  unpack("6D", "PUNPCKHQDQ", 8, true),
  row("66 0F 70 /r ib", "PSHUFD xmm1, xmm2/m128, imm8", packedBy(integer.shuffleDoublewords)),
  row("F2 0F 70 /r ib", "PSHUFLW xmm1, xmm2/m128, imm8", packedBy(integer.shuffleWords(false))),
  row("F3 0F 70 /r ib", "PSHUFHW xmm1, xmm2/m128, imm8", packedBy(integer.shuffleWords(true))),

  ...shifts("F1", "71 /6", "PSLLW", 16, "shl"),
  ...shifts("F2", "72 /6", "PSLLD", 32, "shl"),
  ...shifts("F3", "73 /6", "PSLLQ", 64, "shl"),
  ...shifts("D1", "71 /2", "PSRLW", 16, "shr_u"),
  ...shifts("D2", "72 /2", "PSRLD", 32, "shr_u"),
  ...shifts("D3", "73 /2", "PSRLQ", 64, "shr_u"),
  ...shifts("E1", "71 /4", "PSRAW", 16, "shr_s"),
  ...shifts("E2", "72 /4", "PSRAD", 32, "shr_s"),
  row("66 0F 73 /7 ib", "PSLLDQ xmm1, imm8", integer.shiftBytes(true)),
  row("66 0F 73 /3 ib", "PSRLDQ xmm1, imm8", integer.shiftBytes(false)),

  // SSSE3
  two("38 00", "PSHUFB", integer.shuffleBytes),
  two("38 01", "PHADDW", integer.horizontal(2, i16x8.add)),
  two("38 02", "PHADDD", integer.horizontal(4, i32x4.add)),
  two("38 03", "PHADDSW", integer.horizontal(2, i16x8.add_sat_s)),
  two("38 04", "PMADDUBSW", integer.multiplyAddBytes),
  two("38 05", "PHSUBW", integer.horizontal(2, i16x8.sub)),
  two("38 06", "PHSUBD", integer.horizontal(4, i32x4.sub)),
  two("38 07", "PHSUBSW", integer.horizontal(2, i16x8.sub_sat_s)),
  two("38 08", "PSIGNB", integer.signed(8)),
  two("38 09", "PSIGNW", integer.signed(16)),
  two("38 0A", "PSIGND", integer.signed(32)),
  two("38 0B", "PMULHRSW", integer.multiplyRound),
  one("38 1C", "PABSB", i8x16.abs),
  one("38 1D", "PABSW", i16x8.abs),
  one("38 1E", "PABSD", i32x4.abs),
  row("66 0F 3A 0F /r ib", "PALIGNR xmm1, xmm2/m128, imm8", packedBy(integer.alignRight)),

  // SSE4.1
  blends("10", "PBLENDVB", 8),
  blends("14", "BLENDVPS", 32),
  blends("15", "BLENDVPD", 64),
  row("66 0F 3A 0C /r ib", "BLENDPS xmm1, xmm2/m128, imm8", packedBy(integer.blend(32))),
  row("66 0F 3A 0D /r ib", "BLENDPD xmm1, xmm2/m128, imm8", packedBy(integer.blend(64))),
  row("66 0F 3A 0E /r ib", "PBLENDW xmm1, xmm2/m128, imm8", packedBy(integer.blend(16))),
  row("66 0F 38 17 /r", "PTEST xmm1, xmm2/m128", integer.test),
  extend("20", "PMOVSXBW", 64, integer.extend(8, 16, "s")),
  extend("21", "PMOVSXBD", 32, integer.extend(8, 32, "s")),
  extend("22", "PMOVSXBQ", 16, integer.extend(8, 64, "s")),
  extend("23", "PMOVSXWD", 64, integer.extend(16, 32, "s")),
  extend("24", "PMOVSXWQ", 32, integer.extend(16, 64, "s")),
  extend("25", "PMOVSXDQ", 64, integer.extend(32, 64, "s")),
  extend("30", "PMOVZXBW", 64, integer.extend(8, 16, "u")),
  extend("31", "PMOVZXBD", 32, integer.extend(8, 32, "u")),
  extend("32", "PMOVZXBQ", 16, integer.extend(8, 64, "u")),
  extend("33", "PMOVZXWD", 64, integer.extend(16, 32, "u")),
  extend("34", "PMOVZXWQ", 32, integer.extend(16, 64, "u")),
  extend("35", "PMOVZXDQ", 64, integer.extend(32, 64, "u")),
  two("38 28", "PMULDQ", integer.multiplyWide("s")),
  two("38 29", "PCMPEQQ", i64x2.eq),
  two("38 2B", "PACKUSDW", i16x8.narrow_i32x4_u),
  two("38 38", "PMINSB", i8x16.min_s),
  two("38 39", "PMINSD", i32x4.min_s),
  two("38 3A", "PMINUW", i16x8.min_u),
  two("38 3B", "PMINUD", i32x4.min_u),
  two("38 3C", "PMAXSB", i8x16.max_s),
  two("38 3D", "PMAXSD", i32x4.max_s),
  two("38 3E", "PMAXUW", i16x8.max_u),
  two("38 3F", "PMAXUD", i32x4.max_u),
  two("38 40", "PMULLD", i32x4.mul),
  row("66 0F 38 41 /r", "PHMINPOSUW xmm1, xmm2/m128", integer.leastWord),
  row("66 0F 3A 42 /r ib", "MPSADBW xmm1, xmm2/m128, imm8", packedBy(integer.multipleSums)),

  // SSE4.2
  two("38 37", "PCMPGTQ", i64x2.gt_s),
];

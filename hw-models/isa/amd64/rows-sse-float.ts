/**
 * Rows: SSE to SSE4.1, floating point. Intel SDM volume 2. Without the conversions from and to MMX registers, which this
 * machine does not have.
 */
import { type Meaning, type Row, row } from "./row.ts";
import * as sse from "./sse-float.ts";

/** The four lines that most operations have, by mandatory prefix. */
function four(
  opcode: string,
  mnemonic: string,
  packed: (letter: "s" | "d") => Meaning,
  scalar: (letter: "s" | "d") => Meaning,
): Row[] {
  return [
    row(`NP 0F ${opcode} /r`, `${mnemonic}PS xmm1, xmm2/m128`, packed("s")),
    row(`66 0F ${opcode} /r`, `${mnemonic}PD xmm1, xmm2/m128`, packed("d")),
    row(`F3 0F ${opcode} /r`, `${mnemonic}SS xmm1, xmm2/m32`, scalar("s")),
    row(`F2 0F ${opcode} /r`, `${mnemonic}SD xmm1, xmm2/m64`, scalar("d")),
  ];
}
const arithmetic = (opcode: string, mnemonic: "ADD" | "SUB" | "MUL" | "DIV" | "SQRT"): Row[] => {
  const operation = mnemonic.toLowerCase() as "add";
  return four(
    opcode,
    mnemonic,
    (letter) => sse.packedFloat(operation, letter),
    (letter) => sse.scalar(operation, letter),
  );
};
const extremes = (opcode: string, mnemonic: "MIN" | "MAX"): Row[] => {
  const which = mnemonic.toLowerCase() as "min";
  return four(
    opcode,
    mnemonic,
    (letter) => sse.packedMinMax(which, letter),
    (letter) => sse.scalarExtreme(which, letter),
  );
};

export const rows: readonly Row[] = [
  ...arithmetic("58", "ADD"),
  ...arithmetic("59", "MUL"),
  ...arithmetic("5C", "SUB"),
  ...arithmetic("5E", "DIV"),
  ...arithmetic("51", "SQRT"),
  ...extremes("5D", "MIN"),
  ...extremes("5F", "MAX"),

  row("NP 0F C2 /r ib", "CMPPS xmm1, xmm2/m128, imm8", sse.packedCompares("s")),
  row("66 0F C2 /r ib", "CMPPD xmm1, xmm2/m128, imm8", sse.packedCompares("d")),
  row("F3 0F C2 /r ib", "CMPSS xmm1, xmm2/m32, imm8", sse.scalarCompare("s")),
  row("F2 0F C2 /r ib", "CMPSD xmm1, xmm2/m64, imm8", sse.scalarCompare("d")),
  row("NP 0F 2E /r", "UCOMISS xmm1, xmm2/m32", sse.setOrder("s", false)),
  row("66 0F 2E /r", "UCOMISD xmm1, xmm2/m64", sse.setOrder("d", false)),
  row("NP 0F 2F /r", "COMISS xmm1, xmm2/m32", sse.setOrder("s", true)),
  row("66 0F 2F /r", "COMISD xmm1, xmm2/m64", sse.setOrder("d", true)),

  row("F3 0F 2A /r", "CVTSI2SS xmm1, r/m32", sse.convertLow("s", "w")),
  row("F3 REX.W 0F 2A /r", "CVTSI2SS xmm1, r/m64", sse.convertLow("s", "l")),
  row("F2 0F 2A /r", "CVTSI2SD xmm1, r/m32", sse.convertLow("d", "w")),
  row("F2 REX.W 0F 2A /r", "CVTSI2SD xmm1, r/m64", sse.convertLow("d", "l")),
  row("F3 0F 2C /r", "CVTTSS2SI r32, xmm1/m32", sse.convertToInteger("s", true)),
  row("F3 REX.W 0F 2C /r", "CVTTSS2SI r64, xmm1/m32", sse.convertToInteger("s", true)),
  row("F2 0F 2C /r", "CVTTSD2SI r32, xmm1/m64", sse.convertToInteger("d", true)),
  row("F2 REX.W 0F 2C /r", "CVTTSD2SI r64, xmm1/m64", sse.convertToInteger("d", true)),
  row("F3 0F 2D /r", "CVTSS2SI r32, xmm1/m32", sse.convertToInteger("s", false)),
  row("F3 REX.W 0F 2D /r", "CVTSS2SI r64, xmm1/m32", sse.convertToInteger("s", false)),
  row("F2 0F 2D /r", "CVTSD2SI r32, xmm1/m64", sse.convertToInteger("d", false)),
  row("F2 REX.W 0F 2D /r", "CVTSD2SI r64, xmm1/m64", sse.convertToInteger("d", false)),
  row("F3 0F 5A /r", "CVTSS2SD xmm1, xmm2/m32", sse.convertLow("d", "s")),
  row("F2 0F 5A /r", "CVTSD2SS xmm1, xmm2/m64", sse.convertLow("s", "d")),
  row("NP 0F 5A /r", "CVTPS2PD xmm1, xmm2/m64", sse.doublesFromSingles),
  row("66 0F 5A /r", "CVTPD2PS xmm1, xmm2/m128", sse.singlesFromDoubles),
  row("NP 0F 5B /r", "CVTDQ2PS xmm1, xmm2/m128", sse.singlesFromIntegers),
  row("66 0F 5B /r", "CVTPS2DQ xmm1, xmm2/m128", sse.integersFrom("s", false)),
  row("F3 0F 5B /r", "CVTTPS2DQ xmm1, xmm2/m128", sse.integersFrom("s", true)),
  row("F3 0F E6 /r", "CVTDQ2PD xmm1, xmm2/m64", sse.doublesFromIntegers),
  row("F2 0F E6 /r", "CVTPD2DQ xmm1, xmm2/m128", sse.integersFrom("d", false)),
  row("66 0F E6 /r", "CVTTPD2DQ xmm1, xmm2/m128", sse.integersFrom("d", true)),

  row("NP 0F 53 /r", "RCPPS xmm1, xmm2/m128", sse.approximateAll(false)),
  row("F3 0F 53 /r", "RCPSS xmm1, xmm2/m32", sse.approximateLow(false)),
  row("NP 0F 52 /r", "RSQRTPS xmm1, xmm2/m128", sse.approximateAll(true)),
  row("F3 0F 52 /r", "RSQRTSS xmm1, xmm2/m32", sse.approximateLow(true)),

  row("F2 0F D0 /r", "ADDSUBPS xmm1, xmm2/m128", sse.addSubtract("s")),
  row("66 0F D0 /r", "ADDSUBPD xmm1, xmm2/m128", sse.addSubtract("d")),
  row("F2 0F 7C /r", "HADDPS xmm1, xmm2/m128", sse.horizontal("add", "s")),
  row("66 0F 7C /r", "HADDPD xmm1, xmm2/m128", sse.horizontal("add", "d")),
  row("F2 0F 7D /r", "HSUBPS xmm1, xmm2/m128", sse.horizontal("sub", "s")),
  row("66 0F 7D /r", "HSUBPD xmm1, xmm2/m128", sse.horizontal("sub", "d")),

  row("66 0F 3A 08 /r ib", "ROUNDPS xmm1, xmm2/m128, imm8", sse.roundAll("s")),
  row("66 0F 3A 09 /r ib", "ROUNDPD xmm1, xmm2/m128, imm8", sse.roundAll("d")),
  row("66 0F 3A 0A /r ib", "ROUNDSS xmm1, xmm2/m32, imm8", sse.roundLow("s")),
  row("66 0F 3A 0B /r ib", "ROUNDSD xmm1, xmm2/m64, imm8", sse.roundLow("d")),
  row("66 0F 3A 40 /r ib", "DPPS xmm1, xmm2/m128, imm8", sse.dotProduct("s")),
  row("66 0F 3A 41 /r ib", "DPPD xmm1, xmm2/m128, imm8", sse.dotProduct("d")),
];

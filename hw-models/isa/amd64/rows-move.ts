/** Rows: moving data. Segment, control and debug registers are in rows-system.ts. */
import * as move from "./move.ts";
import { type Row, row, withOptions } from "./row.ts";

const { legacyStack, longStack } = move;
const push = move.push(longStack);
const pop = move.pop(longStack);
const legacyPush = move.push(legacyStack);
const legacyPop = move.pop(legacyStack);
const push64Of = move.pushOf(longStack, 8);
const push16Of = move.pushOf(longStack, 2);
const legacyPush32Of = move.pushOf(legacyStack, 4);
const legacyPush16Of = move.pushOf(legacyStack, 2);
const hex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, "0");

/** It may open interrupts or single steps when all is done: units leave before it begins. */
const popFlags = { rare: true, flow: "fence" } as const;

export const rows: readonly Row[] = [
  row("88 /r", "MOV r/m8, r8", move.mov),
  row("89 /r", "MOV r/m16, r16", move.mov),
  row("89 /r", "MOV r/m32, r32", move.mov),
  row("REX.W + 89 /r", "MOV r/m64, r64", move.mov),
  row("8A /r", "MOV r8, r/m8", move.mov),
  row("8B /r", "MOV r16, r/m16", move.mov),
  row("8B /r", "MOV r32, r/m32", move.mov),
  row("REX.W + 8B /r", "MOV r64, r/m64", move.mov),
  row("B0+rb ib", "MOV r8, imm8", move.mov),
  row("B8+rw iw", "MOV r16, imm16", move.mov),
  row("B8+rd id", "MOV r32, imm32", move.mov),
  row("REX.W + B8+rd io", "MOV r64, imm64", move.mov),
  row("C6 /0 ib", "MOV r/m8, imm8", move.mov),
  row("C7 /0 iw", "MOV r/m16, imm16", move.mov),
  row("C7 /0 id", "MOV r/m32, imm32", move.mov),
  row("REX.W + C7 /0 id", "MOV r/m64, imm32", move.mov),
  ...withOptions({ implicitSegment: true, rare: true }, [
    row("A0", "MOV AL, moffs8", move.movFromOffset),
    row("A1", "MOV AX, moffs16", move.movFromOffset),
    row("A1", "MOV EAX, moffs32", move.movFromOffset),
    row("REX.W + A1", "MOV RAX, moffs64", move.movFromOffset),
    row("A2", "MOV moffs8, AL", move.movToOffset),
    row("A3", "MOV moffs16, AX", move.movToOffset),
    row("A3", "MOV moffs32, EAX", move.movToOffset),
    row("REX.W + A3", "MOV moffs64, RAX", move.movToOffset),
    row("D7", "XLATB", move.xlat),
  ]),

  row("0F B6 /r", "MOVZX r16, r/m8", move.movzx),
  row("0F B6 /r", "MOVZX r32, r/m8", move.movzx),
  row("REX.W + 0F B6 /r", "MOVZX r64, r/m8", move.movzx),
  row("0F B7 /r", "MOVZX r16, r/m16", move.movzx),
  row("0F B7 /r", "MOVZX r32, r/m16", move.movzx),
  row("REX.W + 0F B7 /r", "MOVZX r64, r/m16", move.movzx),
  row("0F BE /r", "MOVSX r16, r/m8", move.movsx),
  row("0F BE /r", "MOVSX r32, r/m8", move.movsx),
  row("REX.W + 0F BE /r", "MOVSX r64, r/m8", move.movsx),
  row("0F BF /r", "MOVSX r16, r/m16", move.movsx),
  row("0F BF /r", "MOVSX r32, r/m16", move.movsx),
  row("REX.W + 0F BF /r", "MOVSX r64, r/m16", move.movsx),
  row("long 63 /r", "MOVSXD r16, r/m16", move.movsx),
  row("long 63 /r", "MOVSXD r32, r/m32", move.movsx),
  row("REX.W + 63 /r", "MOVSXD r64, r/m32", move.movsx),
  row("8D /r", "LEA r16, m", move.lea),
  row("8D /r", "LEA r32, m", move.lea),
  row("REX.W + 8D /r", "LEA r64, m", move.lea),

  ...move.conditionCodes.flatMap(({ name, holds }, code) => {
    const cmov = move.cmov(holds);
    return [
      row(`0F ${hex(0x40 + code)} /r`, `CMOV${name} r16, r/m16`, cmov),
      row(`0F ${hex(0x40 + code)} /r`, `CMOV${name} r32, r/m32`, cmov),
      row(`REX.W + 0F ${hex(0x40 + code)} /r`, `CMOV${name} r64, r/m64`, cmov),
      row(`0F ${hex(0x90 + code)} /r`, `SET${name} r/m8`, move.setcc(holds)),
    ];
  }),
  row("o16 98", "CBW", move.extendAccumulator(16)),
  row("o32 98", "CWDE", move.extendAccumulator(32)),
  row("REX.W + 98", "CDQE", move.extendAccumulator(64)),
  row("o16 99", "CWD", move.signIntoData(16)),
  row("o32 99", "CDQ", move.signIntoData(32)),
  row("REX.W + 99", "CQO", move.signIntoData(64)),

  row("long FF /6", "PUSH r/m16", push),
  row("FF /6", "PUSH r/m64", push),
  row("long 50+rw", "PUSH r16", push),
  row("50+rd", "PUSH r64", push),
  row("long 6A ib", "PUSH imm8", push64Of),
  row("long o16 6A ib", "PUSH imm8", push16Of),
  row("long o16 68 iw", "PUSH imm16", push16Of),
  row("long 68 id", "PUSH imm32", push64Of),
  row("long 8F /0", "POP r/m16", pop),
  row("8F /0", "POP r/m64", pop),
  row("long 58+rw", "POP r16", pop),
  row("58+rd", "POP r64", pop),
  row("long C9", "LEAVE", move.leave(longStack, 8)),
  row("long o16 C9", "LEAVE", move.leave(longStack, 2)),
  row("long C8 iw ib", "ENTER imm16, imm8", move.enter(longStack, 8), { rare: true }),
  row("long 9C", "PUSHFQ", move.pushf(longStack, 8), { rare: true }),
  row("long o16 9C", "PUSHF", move.pushf(longStack, 2), { rare: true }),
  row("long 9D", "POPFQ", move.popf(longStack, 8), popFlags),
  row("long o16 9D", "POPF", move.popf(longStack, 2), popFlags),

  ...withOptions({ rare: true }, [
    row("legacy FF /6", "PUSH r/m16", legacyPush),
    row("legacy FF /6", "PUSH r/m32", legacyPush),
    row("legacy 50+rw", "PUSH r16", legacyPush),
    row("legacy 50+rd", "PUSH r32", legacyPush),
    row("legacy o16 6A ib", "PUSH imm8", legacyPush16Of),
    row("legacy o32 6A ib", "PUSH imm8", legacyPush32Of),
    row("legacy o16 68 iw", "PUSH imm16", legacyPush16Of),
    row("legacy o32 68 id", "PUSH imm32", legacyPush32Of),
    row("legacy 8F /0", "POP r/m16", legacyPop),
    row("legacy 8F /0", "POP r/m32", legacyPop),
    row("legacy 58+rw", "POP r16", legacyPop),
    row("legacy 58+rd", "POP r32", legacyPop),
    row("legacy o16 C9", "LEAVE", move.leave(legacyStack, 2)),
    row("legacy o32 C9", "LEAVE", move.leave(legacyStack, 4)),
    row("legacy o16 9C", "PUSHF", move.pushf(legacyStack, 2)),
    row("legacy o32 9C", "PUSHFD", move.pushf(legacyStack, 4)),
    row("legacy o16 9D", "POPF", move.popf(legacyStack, 2), popFlags),
    row("legacy o32 9D", "POPFD", move.popf(legacyStack, 4), popFlags),
  ]),
  row("9E", "SAHF", move.sahf),
  row("9F", "LAHF", move.lahf),
  row("F8", "CLC", move.clc),
  row("F9", "STC", move.stc),
  row("F5", "CMC", move.cmc),
  row("FC", "CLD", move.cld),
  row("FD", "STD", move.std),
];

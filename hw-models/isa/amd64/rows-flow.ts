/** Rows: control flow, and doing nothing. What changes CS or privilege is in rows-system.ts. */
import { constant, flag, i32 } from "../../meaning/build.ts";
import * as flow from "./flow.ts";
import { conditionCodes } from "./move.ts";
import { type Row, row, withOptions } from "./row.ts";

const { legacy16, legacy32, long } = flow;
const hex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, "0");
const always = () => constant("i32", 1);
const equal = () => flag("ZF");
const unequal = () => i32.eqz(flag("ZF"));

const branches = withOptions({ flow: "jump" }, [
  row("long E8 cd", "CALL rel32", long.call),
  row("long E9 cd", "JMP rel32", long.jmp),
  row("long EB cb", "JMP rel8", long.jmp),
  row("FF /2", "CALL r/m64", long.callTo),
  row("FF /4", "JMP r/m64", long.jmpTo),
  row("long C3", "RET", long.ret),
  row("long C2 iw", "RET imm16", long.retAndPop),
  ...conditionCodes.flatMap(({ name, holds }, code) => {
    const meaning = long.jumpIf(holds);
    return [
      row(`long ${hex(0x70 + code)} cb`, `J${name} rel8`, meaning),
      row(`long 0F ${hex(0x80 + code)} cd`, `J${name} rel32`, meaning),
    ];
  }),
]);

const counted = withOptions({ flow: "jump", implicitSegment: true, rare: true }, [
  row("long E3 cb", "JRCXZ rel8", long.jumpIfCountZero),
  row("long E2 cb", "LOOP rel8", long.loop(always)),
  row("long E1 cb", "LOOPE rel8", long.loop(equal)),
  row("long E0 cb", "LOOPNE rel8", long.loop(unequal)),
  row("legacy o16 E3 cb", "JCXZ rel8", legacy16.jumpIfCountZero),
  row("legacy o32 E3 cb", "JECXZ rel8", legacy32.jumpIfCountZero),
  row("legacy o16 E2 cb", "LOOP rel8", legacy16.loop(always)),
  row("legacy o32 E2 cb", "LOOP rel8", legacy32.loop(always)),
  row("legacy o16 E1 cb", "LOOPE rel8", legacy16.loop(equal)),
  row("legacy o32 E1 cb", "LOOPE rel8", legacy32.loop(equal)),
  row("legacy o16 E0 cb", "LOOPNE rel8", legacy16.loop(unequal)),
  row("legacy o32 E0 cb", "LOOPNE rel8", legacy32.loop(unequal)),
]);

const legacy = withOptions({ flow: "jump", rare: true }, [
  row("legacy o16 E8 cw", "CALL rel16", legacy16.call),
  row("legacy o32 E8 cd", "CALL rel32", legacy32.call),
  row("legacy o16 E9 cw", "JMP rel16", legacy16.jmp),
  row("legacy o32 E9 cd", "JMP rel32", legacy32.jmp),
  row("legacy o16 EB cb", "JMP rel8", legacy16.jmp),
  row("legacy o32 EB cb", "JMP rel8", legacy32.jmp),
  row("legacy FF /2", "CALL r/m16", legacy16.callTo),
  row("legacy FF /2", "CALL r/m32", legacy32.callTo),
  row("legacy FF /4", "JMP r/m16", legacy16.jmpTo),
  row("legacy FF /4", "JMP r/m32", legacy32.jmpTo),
  row("legacy o16 C3", "RET", legacy16.ret),
  row("legacy o32 C3", "RET", legacy32.ret),
  row("legacy o16 C2 iw", "RET imm16", legacy16.retAndPop),
  row("legacy o32 C2 iw", "RET imm16", legacy32.retAndPop),
  ...conditionCodes.flatMap(({ name, holds }, code) => {
    const meaning16 = legacy16.jumpIf(holds);
    const meaning32 = legacy32.jumpIf(holds);
    return [
      row(`legacy o16 ${hex(0x70 + code)} cb`, `J${name} rel8`, meaning16),
      row(`legacy o32 ${hex(0x70 + code)} cb`, `J${name} rel8`, meaning32),
      row(`legacy o16 0F ${hex(0x80 + code)} cw`, `J${name} rel16`, meaning16),
      row(`legacy o32 0F ${hex(0x80 + code)} cd`, `J${name} rel32`, meaning32),
    ];
  }),
]);

export const rows: readonly Row[] = [
  ...branches,
  ...counted,
  ...legacy,
  row("90", "NOP", flow.nop),
  row("F3 90", "PAUSE", flow.nop),
  row("0F 1F /0", "NOP r/m16", flow.nop),
  row("0F 1F /0", "NOP r/m32", flow.nop),
  row("REX.W + 0F 1F /0", "NOP r/m64", flow.nop),
  row("F3 0F 1E FA", "ENDBR64", flow.nop),
  row("F3 0F 1E FB", "ENDBR32", flow.nop),
  row("0F 0D /1", "PREFETCHW m8", flow.nop),
  row("0F 18 /0", "PREFETCHNTA m8", flow.nop),
  row("0F 18 /1", "PREFETCHT0 m8", flow.nop),
  row("0F 18 /2", "PREFETCHT1 m8", flow.nop),
  row("0F 18 /3", "PREFETCHT2 m8", flow.nop),
  row("NP 0F AE E8", "LFENCE", flow.nop),
  row("NP 0F AE F0", "MFENCE", flow.nop),
  row("NP 0F AE F8", "SFENCE", flow.nop),
  row("0F 0B", "UD2", flow.undefinedInstruction, { flow: "jump" }),
];

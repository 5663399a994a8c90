/**
 * Rows: system instructions, segment registers, ports, and the control words of the x87 unit. Intel SDM volume 2.
 * "o32" marks rows whose operand size does not matter: "MOV Sreg, r/m16" is the same with any prefix.
 */
import { type Meaning, type Row, type RowOptions, row, withOptions } from "./row.ts";
import { DS, ES, FS, GS, SS } from "./state.ts";
import * as system from "./system/meanings.ts";

const { legacyStack, longStack } = system;
const rare = { rare: true } as const;
const jumps = { rare: true, flow: "jump" } as const;
const fences = { rare: true, flow: "fence" } as const;
const kernel = { ...fences, privileged: true } as const;

const interrupts = [
  ...withOptions(jumps, [
    row("CC", "INT3", system.call("softwareInterrupt", 3)),
    row("CD ib", "INT imm8", system.interruptNumber),
    row("F1", "INT1", system.call("debugInterrupt")),
    row("o16 CF", "IRET", system.call("interruptReturn", 2)),
    row("o32 CF", "IRETD", system.call("interruptReturn", 4)),
    row("REX.W + CF", "IRETQ", system.call("interruptReturn", 8)),
    row("long 0F 05", "SYSCALL", system.call("systemCall")),
  ]),
  ...withOptions({ ...jumps, privileged: true }, [
    row("long 0F 07", "SYSRET", system.call("systemReturn", 0)),
    row("REX.W + 0F 07", "SYSRETQ", system.call("systemReturn", 1)),
    row("F4", "HLT", system.call("halt")),
  ]),
  row("FA", "CLI", system.clearInterrupts, rare),
  row("FB", "STI", system.call("enableInterrupts"), fences),
];

const far = withOptions(jumps, [
  row("legacy o16 EA cd", "JMP ptr16:16", system.farDirect("farJump", 2)),
  row("legacy o32 EA cp", "JMP ptr16:32", system.farDirect("farJump", 4)),
  row("o16 FF /5", "JMP m16:16", system.farIndirect("farJump", 2)),
  row("o32 FF /5", "JMP m16:32", system.farIndirect("farJump", 4)),
  row("REX.W + FF /5", "JMP m16:64", system.farIndirect("farJump", 8)),
  row("legacy o16 9A cd", "CALL ptr16:16", system.farDirect("farCall", 2)),
  row("legacy o32 9A cp", "CALL ptr16:32", system.farDirect("farCall", 4)),
  row("o16 FF /3", "CALL m16:16", system.farIndirect("farCall", 2)),
  row("o32 FF /3", "CALL m16:32", system.farIndirect("farCall", 4)),
  row("REX.W + FF /3", "CALL m16:64", system.farIndirect("farCall", 8)),
  row("o16 CB", "RETF", system.farReturn(2)),
  row("o32 CB", "RETF", system.farReturn(4)),
  row("REX.W + CB", "RETF", system.farReturn(8)),
  row("o16 CA iw", "RETF imm16", system.farReturn(2)),
  row("o32 CA iw", "RETF imm16", system.farReturn(4)),
  row("REX.W + CA iw", "RETF imm16", system.farReturn(8)),
]);

type Stacked = (stack: typeof longStack, bytes: 2 | 4 | 8) => Meaning;
/** PUSH or POP of segment registers: one meaning for each mode and width. */
function stacked(mnemonic: string, make: Stacked, options: RowOptions) {
  const [legacy16, legacy32] = [make(legacyStack, 2), make(legacyStack, 4)];
  const [long16, long64] = [make(longStack, 2), make(longStack, 8)];
  return (opcode: string, name: string): Row[] => [
    row(`legacy o16 ${opcode}`, `${mnemonic} ${name}`, legacy16, options),
    row(`legacy o32 ${opcode}`, `${mnemonic} ${name}`, legacy32, options),
    // The others have no encoding in 64-bit mode.
    ...(opcode.startsWith("0F") && opcode.length > 2
      ? [
          row(`long o16 ${opcode}`, `${mnemonic} ${name}`, long16, options),
          row(`long o32 ${opcode}`, `${mnemonic} ${name}`, long64, options),
        ]
      : []),
  ];
}
const pushed = stacked("PUSH", system.pushSegment, rare);
const popped = stacked("POP", system.popSegment, fences);
const farPointers = (opcode: string, mnemonic: string, segment: number, mode = ""): Row[] =>
  withOptions(fences, [
    row(`${mode}${opcode} /r`, `${mnemonic} r16, m16:16`, system.loadFarPointer(segment, 2)),
    row(`${mode}${opcode} /r`, `${mnemonic} r32, m16:32`, system.loadFarPointer(segment, 4)),
    ...(mode === ""
      ? [row(`REX.W + ${opcode} /r`, `${mnemonic} r64, m16:64`, system.loadFarPointer(segment, 8))]
      : []),
  ]);

const segments = [
  row("8C /r", "MOV r/m16, Sreg", system.fromSegment, rare),
  row("8C /r", "MOV r32/m16, Sreg", system.fromSegment, rare),
  row("REX.W + 8C /r", "MOV r64/m16, Sreg", system.fromSegment, rare),
  row("o32 8E /r", "MOV Sreg, r/m16", system.toSegment, fences),
  ...[...pushed("06", "ES"), ...pushed("0E", "CS"), ...pushed("16", "SS"), ...pushed("1E", "DS")],
  ...[...popped("07", "ES"), ...popped("17", "SS"), ...popped("1F", "DS")],
  ...[...pushed("0F A0", "FS"), ...pushed("0F A8", "GS"), ...popped("0F A1", "FS"), ...popped("0F A9", "GS")],
  ...[
    ...farPointers("0F B2", "LSS", SS),
    ...farPointers("0F B4", "LFS", FS),
    ...farPointers("0F B5", "LGS", GS),
  ],
  ...[...farPointers("C5", "LDS", DS, "legacy "), ...farPointers("C4", "LES", ES, "legacy ")],
];

const tables = [
  ...withOptions(kernel, [
    row("o32 0F 01 /2", "LGDT m16&64", system.atAddress("loadGdt", 0)),
    row("o32 0F 01 /3", "LIDT m16&64", system.atAddress("loadIdt", 0)),
    row("legacy o16 0F 01 /2", "LGDT m16&32", system.atAddress("loadGdt", 1)),
    row("legacy o16 0F 01 /3", "LIDT m16&32", system.atAddress("loadIdt", 1)),
    row("o32 0F 00 /2", "LLDT r/m16", system.ofValue("loadLocalTable")),
    row("o32 0F 00 /3", "LTR r/m16", system.ofValue("loadTask")),
    row("o32 0F 01 /6", "LMSW r/m16", system.ofValue("loadStatusWord")),
    row("0F 01 /7", "INVLPG m8", system.atAddress("flushPage")),
  ]),
  ...withOptions(rare, [
    row("0F 01 /0", "SGDT m16&64", system.atAddress("storeGdt")),
    row("0F 01 /1", "SIDT m16&64", system.atAddress("storeIdt")),
    ...[
      { opcode: "0F 00 /0", mnemonic: "SLDT", value: system.localTable },
      { opcode: "0F 00 /1", mnemonic: "STR", value: system.task },
      { opcode: "0F 01 /4", mnemonic: "SMSW", value: system.statusWord },
    ].flatMap(({ opcode, mnemonic, value }) => {
      const meaning = system.storeWord(value);
      return [
        row(opcode, `${mnemonic} r/m16`, meaning),
        row(opcode, `${mnemonic} r32/m16`, meaning),
        row(`REX.W + ${opcode}`, `${mnemonic} r64/m16`, meaning),
      ];
    }),
    ...[
      { opcode: "0F 02 /r", mnemonic: "LAR", meaning: system.describe("loadRights") },
      { opcode: "0F 03 /r", mnemonic: "LSL", meaning: system.describe("loadLimit") },
    ].flatMap(({ opcode, mnemonic, meaning }) => [
      row(opcode, `${mnemonic} r16, r/m16`, meaning),
      row(opcode, `${mnemonic} r32, r32/m16`, meaning),
      row(`REX.W + ${opcode}`, `${mnemonic} r64, r64/m16`, meaning),
    ]),
    row("o32 0F 00 /4", "VERR r/m16", system.ofValue("verify", 0)),
    row("o32 0F 00 /5", "VERW r/m16", system.ofValue("verify", 1)),
  ]),
];

const special = (opcode: string, back: string, register: string, read: string, write: string): Row[] =>
  withOptions(kernel, [
    row(opcode, `MOV r64, ${register}`, system.fromSpecial(read)),
    row(back, `MOV ${register}, r64`, system.toSpecial(write)),
    row(`legacy ${opcode}`, `MOV r32, ${register}`, system.fromSpecial(read)),
    row(`legacy ${back}`, `MOV ${register}, r32`, system.toSpecial(write)),
  ]);
const registers = [
  ...special("0F 20 /r", "0F 22 /r", "CR0-CR8", "readControl", "writeControl"),
  ...special("0F 21 /r", "0F 23 /r", "DR0-DR7", "readDebug", "writeDebug"),
  ...withOptions(kernel, [
    row("0F 06", "CLTS", system.clearTaskSwitched),
    row("0F 08", "INVD", system.nothing),
    row("0F 09", "WBINVD", system.nothing),
    row("0F 30", "WRMSR", system.call("writeMsr")),
    row("0F 32", "RDMSR", system.call("readMsr")),
    row("NP 0F 01 D1", "XSETBV", system.writeExtended),
    row("long 0F 01 F8", "SWAPGS", system.swapgs),
  ]),
  ...withOptions(fences, [
    row("NP 0F 01 CA", "CLAC", system.call("setAccess", 0)),
    row("NP 0F 01 CB", "STAC", system.call("setAccess", 1)),
  ]),
  ...withOptions(rare, [
    row("0F A2", "CPUID", system.call("cpuid")),
    row("0F 31", "RDTSC", system.call("readTimeStamp", 0)),
    row("0F 01 F9", "RDTSCP", system.call("readTimeStamp", 1)),
    row("0F 33", "RDPMC", system.refused, { flow: "jump" }),
    row("long F3 0F C7 /7", "RDPID r64", system.readProcessor),
    row("long F3 0F AE /0", "RDFSBASE r32", system.readBase(FS)),
    row("F3 REX.W 0F AE /0", "RDFSBASE r64", system.readBase(FS)),
    row("long F3 0F AE /1", "RDGSBASE r32", system.readBase(GS)),
    row("F3 REX.W 0F AE /1", "RDGSBASE r64", system.readBase(GS)),
    row("long F3 0F AE /2", "WRFSBASE r32", system.writeBase(FS)),
    row("F3 REX.W 0F AE /2", "WRFSBASE r64", system.writeBase(FS)),
    row("long F3 0F AE /3", "WRGSBASE r32", system.writeBase(GS)),
    row("F3 REX.W 0F AE /3", "WRGSBASE r64", system.writeBase(GS)),
  ]),
];

const portStrings = [
  ["B", "", 0, 1],
  ["W", "o16 ", 1, 2],
  ["D", "o32 ", 1, 4],
] as const;
const hex = (byte: number) => byte.toString(16).toUpperCase();
const ports = [
  ...withOptions(rare, [
    row("E4 ib", "IN AL, imm8", system.input),
    row("E5 ib", "IN AX, imm8", system.input),
    row("E5 ib", "IN EAX, imm8", system.input),
    row("EC", "IN AL, DX", system.input),
    row("ED", "IN AX, DX", system.input),
    row("ED", "IN EAX, DX", system.input),
    row("E6 ib", "OUT imm8, AL", system.output),
    row("E7 ib", "OUT imm8, AX", system.output),
    row("E7 ib", "OUT imm8, EAX", system.output),
    row("EE", "OUT DX, AL", system.output),
    row("EF", "OUT DX, AX", system.output),
    row("EF", "OUT DX, EAX", system.output),
  ]),
  ...withOptions(
    { ...jumps, implicitSegment: true },
    portStrings.flatMap(([letter, size, offset, bytes]) =>
      [
        { opcode: 0x6c, mnemonic: "INS", custom: "readPortToMemory" },
        { opcode: 0x6e, mnemonic: "OUTS", custom: "writePortFromMemory" },
      ].flatMap(({ opcode, mnemonic, custom }) => [
        row(`${size}${hex(opcode + offset)}`, mnemonic + letter, system.portString(custom, bytes, false)),
        ...["F3", "F2"].map((prefix) =>
          row(
            `${prefix} ${size}${hex(opcode + offset)}`,
            `${prefix === "F3" ? "REP" : "REPNE"} ${mnemonic}${letter}`,
            system.portString(custom, bytes, true),
          ),
        ),
      ]),
    ),
  ),
];

const vectorState = withOptions(rare, [
  row("NP 0F AE /0", "FXSAVE m512byte", system.atAddress("fxsave")),
  row("NP 0F AE /1", "FXRSTOR m512byte", system.atAddress("fxrstor")),
  row("NP 0F AE /4", "XSAVE m", system.atAddress("xsave")),
  row("NP 0F AE /5", "XRSTOR m", system.atAddress("xrstor")),
  row("NP 0F AE /6", "XSAVEOPT m", system.atAddress("xsave")),
  row("NP 0F AE /7", "CLFLUSH m8", system.flushLine),
  row("NP 0F 01 D0", "XGETBV", system.call("readExtended")),
  row("DB E3", "FNINIT", system.fninit),
  row("DB E2", "FNCLEX", system.fnclex),
  row("D9 /5", "FLDCW m16", system.fldcw),
  row("D9 /7", "FNSTCW m16", system.fnstcw),
  row("DD /7", "FNSTSW m16", system.fnstsw),
  row("DF E0", "FNSTSW AX", system.fnstsw),
  row("9B", "FWAIT", system.nothing),
  row("0F 77", "EMMS", system.emms),
]);

export const rows: readonly Row[] = [
  ...interrupts,
  ...far,
  ...segments,
  ...tables,
  ...registers,
  ...ports,
  ...vectorState,
];

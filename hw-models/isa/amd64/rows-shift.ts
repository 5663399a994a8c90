/** Rows: shifts and rotations. */
import { type Meaning, type Row, type RowOptions, row } from "./row.ts";
import * as shift from "./shift.ts";

/** The manual's 12 lines: by 1, by CL, by an immediate, at four widths. */
function lines(digit: number, mnemonic: string, meaning: Meaning, options: RowOptions): Row[] {
  const line = (opcode: string, operands: string) => row(opcode, `${mnemonic} ${operands}`, meaning, options);
  return [
    line(`D0 /${digit}`, "r/m8, 1"),
    line(`D2 /${digit}`, "r/m8, CL"),
    line(`C0 /${digit} ib`, "r/m8, imm8"),
    line(`D1 /${digit}`, "r/m16, 1"),
    line(`D3 /${digit}`, "r/m16, CL"),
    line(`C1 /${digit} ib`, "r/m16, imm8"),
    line(`D1 /${digit}`, "r/m32, 1"),
    line(`D3 /${digit}`, "r/m32, CL"),
    line(`C1 /${digit} ib`, "r/m32, imm8"),
    line(`REX.W + D1 /${digit}`, "r/m64, 1"),
    line(`REX.W + D3 /${digit}`, "r/m64, CL"),
    line(`REX.W + C1 /${digit} ib`, "r/m64, imm8"),
  ];
}

/** The count decides: OF is defined for 1 only, AF never; CF of SHL and SHR not beyond the width. */
const shifts = { undefined: "AF OF-unless-1 CF-beyond" };
const rotations = { undefined: "OF-unless-1" };

export const rows: readonly Row[] = [
  ...lines(0, "ROL", shift.rol, rotations),
  ...lines(1, "ROR", shift.ror, rotations),
  ...lines(2, "RCL", shift.rcl, rotations),
  ...lines(3, "RCR", shift.rcr, rotations),
  ...lines(4, "SHL", shift.shl, shifts),
  ...lines(5, "SHR", shift.shr, shifts),
  ...lines(6, "SHL", shift.shl, shifts), // an alias in no table; every processor has it
  ...lines(7, "SAR", shift.sar, shifts),

  row("0F A4 /r ib", "SHLD r/m16, r16, imm8", shift.shld, { undefined: "AF OF-unless-1 all-beyond" }),
  row("0F A5 /r", "SHLD r/m16, r16, CL", shift.shld, { undefined: "AF OF-unless-1 all-beyond" }),
  row("0F A4 /r ib", "SHLD r/m32, r32, imm8", shift.shld, shifts),
  row("0F A5 /r", "SHLD r/m32, r32, CL", shift.shld, shifts),
  row("REX.W + 0F A4 /r ib", "SHLD r/m64, r64, imm8", shift.shld, shifts),
  row("REX.W + 0F A5 /r", "SHLD r/m64, r64, CL", shift.shld, shifts),
  row("0F AC /r ib", "SHRD r/m16, r16, imm8", shift.shrd, { undefined: "AF OF-unless-1 all-beyond" }),
  row("0F AD /r", "SHRD r/m16, r16, CL", shift.shrd, { undefined: "AF OF-unless-1 all-beyond" }),
  row("0F AC /r ib", "SHRD r/m32, r32, imm8", shift.shrd, shifts),
  row("0F AD /r", "SHRD r/m32, r32, CL", shift.shrd, shifts),
  row("REX.W + 0F AC /r ib", "SHRD r/m64, r64, imm8", shift.shrd, shifts),
  row("REX.W + 0F AD /r", "SHRD r/m64, r64, CL", shift.shrd, shifts),

  row("VEX.LZ.F2.0F3A.W0 F0 /r ib", "RORX r32, r/m32, imm8", shift.rorx),
  row("VEX.LZ.F2.0F3A.W1 F0 /r ib", "RORX r64, r/m64, imm8", shift.rorx),
  row("VEX.LZ.F3.0F38.W0 F7 /r", "SARX r32a, r/m32, r32b", shift.sarx),
  row("VEX.LZ.66.0F38.W0 F7 /r", "SHLX r32a, r/m32, r32b", shift.shlx),
  row("VEX.LZ.F2.0F38.W0 F7 /r", "SHRX r32a, r/m32, r32b", shift.shrx),
  row("VEX.LZ.F3.0F38.W1 F7 /r", "SARX r64a, r/m64, r64b", shift.sarx),
  row("VEX.LZ.66.0F38.W1 F7 /r", "SHLX r64a, r/m64, r64b", shift.shlx),
  row("VEX.LZ.F2.0F38.W1 F7 /r", "SHRX r64a, r/m64, r64b", shift.shrx),
];

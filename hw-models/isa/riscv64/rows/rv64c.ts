/**
 * The compressed instructions, extension C, of RV64: each stands for one of the base. HINTs do what they stand for,
 * which is nothing: their destination is x0.
 *
 * Source: The RISC-V Instruction Set Manual, Volume I, version 20191213, chapter 16 and tables 16.5 to 16.7.
 */
import { type CompressedRow, compressed } from "../row.ts";

const quadrant0: readonly CompressedRow[] = [
  compressed("c.addi4spn rd', sp, nzuimm", "000 nzuimm[5:4|9:6|2|3] rd' 00", "addi rd', sp, nzuimm"),
  compressed("c.fld fd', uimm(rs1')", "001 uimm[5:3] rs1' uimm[7:6] fd' 00", "fld fd', uimm(rs1')"),
  compressed("c.lw rd', uimm(rs1')", "010 uimm[5:3] rs1' uimm[2|6] rd' 00", "lw rd', uimm(rs1')"),
  compressed("c.ld rd', uimm(rs1')", "011 uimm[5:3] rs1' uimm[7:6] rd' 00", "ld rd', uimm(rs1')"),
  compressed("c.fsd fs2', uimm(rs1')", "101 uimm[5:3] rs1' uimm[7:6] fs2' 00", "fsd fs2', uimm(rs1')"),
  compressed("c.sw rs2', uimm(rs1')", "110 uimm[5:3] rs1' uimm[2|6] rs2' 00", "sw rs2', uimm(rs1')"),
  compressed("c.sd rs2', uimm(rs1')", "111 uimm[5:3] rs1' uimm[7:6] rs2' 00", "sd rs2', uimm(rs1')"),
];

const arithmetic = (form: string, high: string, low: string): CompressedRow =>
  compressed(`c.${form} rd', rs2'`, `100 ${high} 11 rd' ${low} rs2' 01`, `${form} rd', rd', rs2'`);

const quadrant1: readonly CompressedRow[] = [
  compressed("c.nop", "000 0 00000 00000 01", "addi zero, zero, 0"),
  compressed("c.nop imm", "000 imm[5] 00000 imm[4:0] 01", "addi zero, zero, imm"),
  compressed("c.addi rd, imm", "000 imm[5] rd!=0 imm[4:0] 01", "addi rd, rd, imm"),
  compressed("c.addiw rd, imm", "001 imm[5] rd!=0 imm[4:0] 01", "addiw rd, rd, imm"),
  compressed("c.li rd, imm", "010 imm[5] rd imm[4:0] 01", "addi rd, zero, imm"),
  compressed("c.addi16sp sp, nzimm", "011 nzimm[9] 00010 nzimm[4|6|8:7|5] 01", "addi sp, sp, nzimm"),
  compressed("c.lui rd, nzupper", "011 nzupper[17] rd nzupper[16:12] 01", "lui rd, nzupper"),
  compressed("c.srli64 rd'", "100 0 00 rd' 00000 01", "srli rd', rd', 0"),
  compressed("c.srai64 rd'", "100 0 01 rd' 00000 01", "srai rd', rd', 0"),
  compressed("c.srli rd', shamt", "100 shamt[5] 00 rd' shamt[4:0] 01", "srli rd', rd', shamt"),
  compressed("c.srai rd', shamt", "100 shamt[5] 01 rd' shamt[4:0] 01", "srai rd', rd', shamt"),
  compressed("c.andi rd', imm", "100 imm[5] 10 rd' imm[4:0] 01", "andi rd', rd', imm"),
  arithmetic("sub", "0", "00"),
  arithmetic("xor", "0", "01"),
  arithmetic("or", "0", "10"),
  arithmetic("and", "0", "11"),
  arithmetic("subw", "1", "00"),
  arithmetic("addw", "1", "01"),
  compressed("c.j offset", "101 offset[11|4|9:8|10|6|7|3:1|5] 01", "jal zero, offset"),
  compressed("c.beqz rs1', offset", "110 offset[8|4:3] rs1' offset[7:6|2:1|5] 01", "beq rs1', zero, offset"),
  compressed("c.bnez rs1', offset", "111 offset[8|4:3] rs1' offset[7:6|2:1|5] 01", "bne rs1', zero, offset"),
];

const quadrant2: readonly CompressedRow[] = [
  compressed("c.slli64 rd", "000 0 rd 00000 10", "slli rd, rd, 0"),
  compressed("c.slli rd, shamt", "000 shamt[5] rd shamt[4:0] 10", "slli rd, rd, shamt"),
  compressed("c.fldsp fd, uimm(sp)", "001 uimm[5] fd uimm[4:3|8:6] 10", "fld fd, uimm(sp)"),
  compressed("c.lwsp rd, uimm(sp)", "010 uimm[5] rd!=0 uimm[4:2|7:6] 10", "lw rd, uimm(sp)"),
  compressed("c.ldsp rd, uimm(sp)", "011 uimm[5] rd!=0 uimm[4:3|8:6] 10", "ld rd, uimm(sp)"),
  compressed("c.jr rs1", "100 0 rs1!=0 00000 10", "jalr zero, 0(rs1)"),
  compressed("c.mv rd, rs2", "100 0 rd rs2!=0 10", "add rd, zero, rs2"),
  compressed("c.ebreak", "100 1 00000 00000 10", "ebreak"),
  compressed("c.jalr rs1", "100 1 rs1!=0 00000 10", "jalr ra, 0(rs1)"),
  compressed("c.add rd, rs2", "100 1 rd rs2!=0 10", "add rd, rd, rs2"),
  compressed("c.fsdsp fs2, uimm(sp)", "101 uimm[5:3|8:6] fs2 10", "fsd fs2, uimm(sp)"),
  compressed("c.swsp rs2, uimm(sp)", "110 uimm[5:2|7:6] rs2 10", "sw rs2, uimm(sp)"),
  compressed("c.sdsp rs2, uimm(sp)", "111 uimm[5:3|8:6] rs2 10", "sd rs2, uimm(sp)"),
];

export const rv64c: readonly CompressedRow[] = [...quadrant0, ...quadrant1, ...quadrant2];

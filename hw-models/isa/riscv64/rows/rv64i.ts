/**
 * The base integer instructions, RV32I and RV64I, and Zifencei.
 *
 * Source: The RISC-V Instruction Set Manual, Volume I: Unprivileged ISA, version 20191213, chapters 2, 3, 5.
 */
import {
  custom,
  i32,
  i64,
  jump,
  load,
  name,
  nextPc,
  pc,
  set,
  store,
  trap,
  when,
} from "../../../meaning/build.ts";
import type { Expr } from "../../../meaning/expression.ts";
import { fencing, imm, immw, jumping, type Row, rd, row, rs1, rs1w, rs2, rs2w } from "../row.ts";
import { cause } from "../state.ts";

const flag = (condition: Expr<"i32">) => set(rd, i64.extend_i32_u(condition));
const word = (value: Expr<"i32">) => set(rd, i64.extend_i32_s(value));
const address = i64.add(rs1, imm);

const branch = (form: string, funct3: string, condition: Expr<"i32">): Row =>
  jumping(
    `${form} rs1, rs2, offset`,
    `offset[12|10:5] rs2 rs1 ${funct3} offset[4:1|11] 1100011`,
    when(condition, [jump(i64.add(pc, imm))]),
  );

const loads = (form: string, funct3: string, size: 1 | 2 | 4 | 8, signed: boolean): Row =>
  row(`${form} rd, imm(rs1)`, `imm[11:0] rs1 ${funct3} rd 0000011`, set(rd, load(size, signed, address)));

const stores = (form: string, funct3: string, size: 1 | 2 | 4 | 8): Row =>
  row(`${form} rs2, imm(rs1)`, `imm[11:5] rs2 rs1 ${funct3} imm[4:0] 0100011`, store(size, address, rs2));

// rd and rs1 may be the same register: the target is computed first.
const target = name(i64.and(address, -2));

export const rv64i: readonly Row[] = [
  row("lui rd, upper", "upper[31:12] rd 0110111", set(rd, imm)),
  row("auipc rd, upper", "upper[31:12] rd 0010111", set(rd, i64.add(pc, imm))),
  jumping("jal rd, offset", "offset[20|10:1|11|19:12] rd 1101111", set(rd, nextPc), jump(i64.add(pc, imm))),
  jumping(
    "jalr rd, imm(rs1)",
    "imm[11:0] rs1 000 rd 1100111",
    target.is,
    set(rd, nextPc),
    jump(target.value),
  ),

  branch("beq", "000", i64.eq(rs1, rs2)),
  branch("bne", "001", i64.ne(rs1, rs2)),
  branch("blt", "100", i64.lt_s(rs1, rs2)),
  branch("bge", "101", i64.ge_s(rs1, rs2)),
  branch("bltu", "110", i64.lt_u(rs1, rs2)),
  branch("bgeu", "111", i64.ge_u(rs1, rs2)),

  loads("lb", "000", 1, true),
  loads("lh", "001", 2, true),
  loads("lw", "010", 4, true),
  loads("ld", "011", 8, false),
  loads("lbu", "100", 1, false),
  loads("lhu", "101", 2, false),
  loads("lwu", "110", 4, false),
  stores("sb", "000", 1),
  stores("sh", "001", 2),
  stores("sw", "010", 4),
  stores("sd", "011", 8),

  row("addi rd, rs1, imm", "imm[11:0] rs1 000 rd 0010011", set(rd, i64.add(rs1, imm))),
  row("slti rd, rs1, imm", "imm[11:0] rs1 010 rd 0010011", flag(i64.lt_s(rs1, imm))),
  row("sltiu rd, rs1, imm", "imm[11:0] rs1 011 rd 0010011", flag(i64.lt_u(rs1, imm))),
  row("xori rd, rs1, imm", "imm[11:0] rs1 100 rd 0010011", set(rd, i64.xor(rs1, imm))),
  row("ori rd, rs1, imm", "imm[11:0] rs1 110 rd 0010011", set(rd, i64.or(rs1, imm))),
  row("andi rd, rs1, imm", "imm[11:0] rs1 111 rd 0010011", set(rd, i64.and(rs1, imm))),
  row("slli rd, rs1, shamt", "000000 shamt[5:0] rs1 001 rd 0010011", set(rd, i64.shl(rs1, imm))),
  row("srli rd, rs1, shamt", "000000 shamt[5:0] rs1 101 rd 0010011", set(rd, i64.shr_u(rs1, imm))),
  row("srai rd, rs1, shamt", "010000 shamt[5:0] rs1 101 rd 0010011", set(rd, i64.shr_s(rs1, imm))),

  row("add rd, rs1, rs2", "0000000 rs2 rs1 000 rd 0110011", set(rd, i64.add(rs1, rs2))),
  row("sub rd, rs1, rs2", "0100000 rs2 rs1 000 rd 0110011", set(rd, i64.sub(rs1, rs2))),
  row("sll rd, rs1, rs2", "0000000 rs2 rs1 001 rd 0110011", set(rd, i64.shl(rs1, rs2))),
  row("slt rd, rs1, rs2", "0000000 rs2 rs1 010 rd 0110011", flag(i64.lt_s(rs1, rs2))),
  row("sltu rd, rs1, rs2", "0000000 rs2 rs1 011 rd 0110011", flag(i64.lt_u(rs1, rs2))),
  row("xor rd, rs1, rs2", "0000000 rs2 rs1 100 rd 0110011", set(rd, i64.xor(rs1, rs2))),
  row("srl rd, rs1, rs2", "0000000 rs2 rs1 101 rd 0110011", set(rd, i64.shr_u(rs1, rs2))),
  row("sra rd, rs1, rs2", "0100000 rs2 rs1 101 rd 0110011", set(rd, i64.shr_s(rs1, rs2))),
  row("or rd, rs1, rs2", "0000000 rs2 rs1 110 rd 0110011", set(rd, i64.or(rs1, rs2))),
  row("and rd, rs1, rs2", "0000000 rs2 rs1 111 rd 0110011", set(rd, i64.and(rs1, rs2))),

  row("addiw rd, rs1, imm", "imm[11:0] rs1 000 rd 0011011", word(i32.add(rs1w, immw))),
  row("slliw rd, rs1, shamt", "0000000 shamt[4:0] rs1 001 rd 0011011", word(i32.shl(rs1w, immw))),
  row("srliw rd, rs1, shamt", "0000000 shamt[4:0] rs1 101 rd 0011011", word(i32.shr_u(rs1w, immw))),
  row("sraiw rd, rs1, shamt", "0100000 shamt[4:0] rs1 101 rd 0011011", word(i32.shr_s(rs1w, immw))),
  row("addw rd, rs1, rs2", "0000000 rs2 rs1 000 rd 0111011", word(i32.add(rs1w, rs2w))),
  row("subw rd, rs1, rs2", "0100000 rs2 rs1 000 rd 0111011", word(i32.sub(rs1w, rs2w))),
  row("sllw rd, rs1, rs2", "0000000 rs2 rs1 001 rd 0111011", word(i32.shl(rs1w, rs2w))),
  row("srlw rd, rs1, rs2", "0000000 rs2 rs1 101 rd 0111011", word(i32.shr_u(rs1w, rs2w))),
  row("sraw rd, rs1, rs2", "0100000 rs2 rs1 101 rd 0111011", word(i32.shr_s(rs1w, rs2w))),

  // Harts take turns: every access is done before the next. Reserved fields are ignored, as the manual asks.
  row("fence.tso", "1000 0011 0011 rs1 000 rd 0001111"),
  row("fence pred, succ", "fm pred succ rs1 000 rd 0001111"),
  fencing("fence.i", "imm[11:0] rs1 001 rd 0001111"),

  jumping("ecall", "000000000000 00000 000 00000 1110011", custom("ecall")),
  jumping("ebreak", "000000000001 00000 000 00000 1110011", trap(cause.breakpoint)),
];

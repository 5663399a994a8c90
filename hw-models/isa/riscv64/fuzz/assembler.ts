/** Straight-line code at a known place, with 64-bit constants inside it. */
import { assemble } from "./encode.ts";

export class Code {
  readonly words: number[] = [];
  readonly base: number;
  constructor(base: number) {
    this.base = base;
  }
  get at(): number {
    return this.base + this.words.length * 4;
  }
  op(mnemonic: string, fields: Readonly<Record<string, number>> = {}): void {
    this.words.push(assemble(mnemonic, fields));
  }
  /** Any constant: AUIPC, LD, a jump across the constant. */
  li(rd: number, value: bigint): void {
    this.op("auipc", { rd, upper: 0 });
    this.op("ld", { rd, rs1: rd, imm: 12 });
    this.op("jal", { rd: 0, offset: 12 });
    this.dword(value);
  }
  dword(value: bigint): void {
    this.words.push(Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(64, value) >> 32n));
  }
  /** A place whose address is used before it is known: the constant's index, to be given to `fill`. */
  liLater(rd: number): number {
    this.li(rd, 0n);
    return this.words.length - 2;
  }
  fill(index: number, value: number): void {
    this.words[index] = value >>> 0;
  }
  csrw(csr: number, rs1: number): void {
    this.op("csrrw", { rd: 0, csr, rs1 });
  }
  csrr(rd: number, csr: number): void {
    this.op("csrrs", { rd, csr, rs1: 0 });
  }
}

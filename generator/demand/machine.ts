/**
 * What the analysis has to know of an architecture beside its instruction tables: where calls keep numbers and arguments,
 * and how Go calls functions.
 * Sources: syscall(2), "Architecture calling conventions"; Go, src/cmd/compile/abi-internal.md.
 */

import { MODE_USER } from "../../hw-models/isa/amd64/decode.ts";
import { general } from "../../hw-models/isa/amd64/decode-tables.ts";
import { amd64 } from "../../hw-models/isa/amd64/isa.ts";
import { registers } from "../../hw-models/isa/amd64/state.ts";
import type { Isa } from "../../hw-models/isa/isa.ts";
import { riscv64 } from "../../hw-models/isa/riscv64/isa.ts";
import { anything } from "../../hw-models/isa/riscv64/mode.ts";
import { sinkOffset, xOffset } from "../../hw-models/isa/riscv64/state.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { otherLength } from "./amd64-length.ts";

export type Machine = {
  readonly isa: Isa;
  readonly mode: number;
  /** `custom` statements that enter the kernel. */
  readonly entersKernel: string;
  /** Registers, as offsets into the state: the call's number, its arguments, the stack pointer, the result. */
  readonly number: number;
  readonly args: readonly number[];
  readonly stackPointer: number;
  /** Registers that point into the frame and are never handed on. */
  readonly framePointers: readonly number[];
  /** What the kernel changes. */
  readonly changedByKernel: readonly number[];
  /** What the runtime's write barrier changes: compiled code calls it in the middle of other work. */
  readonly changedByBarrier: readonly number[];
  readonly registers: readonly number[];
  /** The register that takes a link which nobody keeps; undefined: calls push theirs on the stack. */
  readonly noLink?: number;
  /** The register with the way back: a jump through it is a return. */
  readonly link?: number;
  /** Bytes that a call pushes. */
  readonly pushed: number;
  /** Instructions that put their immediate into a register; on riscv64 if they add it to x0. */
  readonly constants: RegExp;
  /** The length of an instruction that the tables do not know; 0: unknown. */
  length(bytes: DataView, at: number, end: number): number;
};

const [rax, rcx, rdx, , rsp, rbp, rsi, rdi, r8, r9, r10, r11] = registers.map((_, index) => general(index)) as [
  number, number, number, number, number, number, number, number, number, number, number, number,
]; // biome-ignore format: in the order of their encoding
const x = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => xOffset(first + index));

export const machines: Readonly<Record<Arch, Machine>> = {
  amd64: {
    isa: amd64,
    mode: MODE_USER,
    entersKernel: "systemCall",
    number: rax,
    args: [rdi, rsi, rdx, r10, r8, r9],
    stackPointer: rsp,
    framePointers: [rsp, rbp],
    changedByKernel: [rax, rcx, r11],
    changedByBarrier: [r11],
    registers: registers.map(({ offset }) => offset),
    pushed: 8,
    constants: /^mov r(32|64), imm/,
    length: otherLength,
  },
  riscv64: {
    isa: riscv64,
    mode: anything,
    entersKernel: "ecall",
    number: xOffset(17),
    args: x(10, 6),
    stackPointer: xOffset(2),
    framePointers: [xOffset(2)],
    changedByKernel: [xOffset(10)],
    changedByBarrier: [1, 5, 24, 31].map(xOffset),
    registers: x(1, 31),
    noLink: sinkOffset,
    link: xOffset(1),
    pushed: 0,
    constants: /^addi /,
    // Vector instructions are as long as all others.
    length: (bytes, at, end) => {
      const bytesOf = at + 2 <= end && (bytes.getUint8(at) & 3) === 3 ? 4 : 2;
      return at + bytesOf <= end ? bytesOf : 0;
    },
  },
};

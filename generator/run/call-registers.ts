/** Where a program puts the number and the arguments of a call, and finds the result (syscall(2), "Architecture calling conventions"). */
import type { Arch } from "../../runtime-abi/arch.ts";

export const callRegisters: Record<Arch, { number: string; args: readonly string[]; result: string }> = {
  amd64: { number: "rax", args: ["rdi", "rsi", "rdx", "r10", "r8", "r9"], result: "rax" },
  riscv64: { number: "a7", args: ["a0", "a1", "a2", "a3", "a4", "a5"], result: "a0" },
};

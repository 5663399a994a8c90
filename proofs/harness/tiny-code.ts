/**
 * The smallest program for each architecture, as instructions with their bytes: write(1, message, 1), exit_group(0).
 * amd64: Intel SDM volume 2. riscv64: RISC-V unprivileged specification 20191213, chapter 24.
 */
import type { Arch } from "../../runtime-abi/arch.ts";

const little = (value: number) => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);

function amd64(messageAddress: number): number[] {
  return [
    ...[0xb8, ...little(1)], // mov eax, write
    ...[0xbf, ...little(1)], // mov edi, 1
    ...[0xbe, ...little(messageAddress)], // mov esi, message
    ...[0xba, ...little(1)], // mov edx, 1
    ...[0x0f, 0x05], // syscall
    ...[0xb8, ...little(231)], // mov eax, exit_group
    ...[0x31, 0xff], // xor edi, edi
    ...[0x0f, 0x05], // syscall
    ...[0x0f, 0x0b], // ud2
  ];
}

const [zero, a0, a1, a2, a7] = [0, 10, 11, 12, 17];
const lui = (to: number, upper: number) => little(((upper << 12) | (to << 7) | 0x37) >>> 0);
const addi = (to: number, from: number, value: number) =>
  little(((value << 20) | (from << 15) | (to << 7) | 0x13) >>> 0);
const ecall = little(0x0000_0073);
const ebreak = little(0x0010_0073);

function riscv64(messageAddress: number): number[] {
  return [
    // addi extends the sign of its twelve bits; lui makes up for that.
    ...lui(a1, (messageAddress + 0x800) >>> 12),
    ...addi(a1, a1, messageAddress & 0xfff),
    ...addi(a0, zero, 1),
    ...addi(a2, zero, 1),
    ...addi(a7, zero, 64), // write
    ...ecall,
    ...addi(a0, zero, 0),
    ...addi(a7, zero, 94), // exit_group
    ...ecall,
    ...ebreak,
  ];
}

export const tinyCode: Record<Arch, (messageAddress: number) => number[]> = { amd64, riscv64 };

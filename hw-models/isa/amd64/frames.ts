/** ENTER with nested frames (level 1 to 31): pointers to the frames around it are copied. Nobody uses it today. */
import type { Cpu } from "../cpu.ts";
import { rbp, rsp } from "./state.ts";

/** 64-bit mode; everything is read and probed before anything changes. */
function enterNested(cpu: Cpu, size: bigint, level: bigint): void {
  const { state } = cpu;
  const stack = state.getBigUint64(rsp.offset, true);
  const frame = state.getBigUint64(rbp.offset, true);
  const count = Number(level) - 1;
  const own = stack - 8n;
  const bytes = new Uint8Array(8 * (count + 2));
  const words = new DataView(bytes.buffer);
  const pointers = count > 0 ? cpu.readVirtual(BigInt.asUintN(64, frame - BigInt(8 * count)), 8 * count) : [];
  words.setBigUint64(0, BigInt.asUintN(64, own), true);
  bytes.set(pointers, 8);
  words.setBigUint64(8 * (count + 1), frame, true);
  const lowest = BigInt.asUintN(64, stack - BigInt(bytes.length));
  cpu.writeVirtual(lowest, bytes);
  state.setBigUint64(rbp.offset, BigInt.asUintN(64, own), true);
  state.setBigUint64(rsp.offset, BigInt.asUintN(64, lowest - size), true);
}

export const frameCustoms = { enterNested };

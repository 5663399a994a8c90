/** The state after RESET or INIT (Intel SDM volume 3A, table 9-1); machines then put a CPU where it begins. */
import type { Cpu } from "../../cpu.ts";
import * as x86 from "../state.ts";
import { setSegment } from "./mode.ts";
import { flushAll } from "./paging.ts";
import { CR0 } from "./registers.ts";
import { set, setFlags, setHalves, setWord } from "./state-access.ts";
import { initializeVectors, initializeX87 } from "./vector-state.ts";

const cachesOff = (1 << 29) | (1 << 30);
const patAtReset = 0x0007040600070406n;
const realLimit = 0xffff;
const realCode = 0x9b;
const realData = 0x93;
/** Where a CPU begins: 16 bytes below 4 GiB. */
const firstBase = 0xffff0000n;
const firstPointer = 0xfff0n;

export function reset(cpu: Cpu): void {
  const bytes = new Uint8Array(cpu.state.buffer, cpu.state.byteOffset, x86.stateBytes);
  bytes.fill(0);
  bytes.fill(0xff, 8, 16);
  const masks = [0xffffn, 0xffffffffn, -1n];
  for (const [size, pairs] of x86.segmentPairs.entries())
    for (const pair of pairs) set(cpu, { offset: pair + 8 }, masks[size]!);
  set(cpu, { offset: x86.plainPairs[0]! + 8 }, masks[0]!);
  set(cpu, { offset: x86.plainPairs[1]! + 8 }, masks[1]!);

  setWord(cpu, x86.cr0, CR0.ET | cachesOff);
  setFlags(cpu, 0);
  setHalves(cpu, x86.rdx, 0, 0x6f1);
  for (let segment = x86.ES; segment <= x86.GS; segment++)
    setSegment(cpu, segment, 0, 0n, realLimit, segment === x86.CS ? realCode : realData);
  setSegment(cpu, x86.CS, 0xf000, firstBase, realLimit, realCode);
  set(cpu, x86.rip, firstBase + firstPointer);
  for (const limit of [x86.gdtLimit, x86.idtLimit, x86.ldtLimit, x86.trLimit]) setWord(cpu, limit, realLimit);
  set(cpu, x86.debugRegisters[6]!, 0xffff0ff0n);
  set(cpu, x86.debugRegisters[7]!, 0x400n);
  set(cpu, x86.pat, patAtReset);
  set(cpu, x86.xcr0, 1n);
  initializeX87(cpu);
  initializeVectors(cpu);
  cpu.state.setFloat64(x86.shadow.offset, -1, true);
  cpu.state.setFloat64(x86.stepping.offset, -1, true);
  flushAll(cpu);
}

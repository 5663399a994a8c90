/** The two states in which a CPU of the amd64 machine begins. */

import * as x86 from "../isa/amd64/state.ts";
import { setSegment } from "../isa/amd64/system/mode.ts";
import type { Cpu } from "../isa/cpu.ts";
import type { Isa } from "../isa/isa.ts";

const protection = 1n;
const extensionType = 0x10n;
/** Selectors of the boot protocol, and descriptors' bits 40 to 55: flat 4 GiB, 32 bits; and real mode's. */
const Flat = { code: 0x10, data: 0x18, codeRights: 0xcf9b, dataRights: 0xcf93, limit: -1 } as const;
const Real = { codeRights: 0x9b, dataRights: 0x93, limit: 0xffff } as const;

const put = (cpu: Cpu, cell: { offset: number }, value: bigint) =>
  cpu.state.setBigUint64(cell.offset, value, true);

/** The 32-bit entry of the Linux boot protocol (boot.rst): protected mode, flat segments, no paging, interrupts off. */
export function enterKernel(isa: Isa, cpu: Cpu, entry: number, zeroPage: number): void {
  isa.reset(cpu);
  setSegment(cpu, x86.CS, Flat.code, 0n, Flat.limit, Flat.codeRights);
  for (const segment of [x86.DS, x86.ES, x86.SS, x86.FS, x86.GS])
    setSegment(cpu, segment, Flat.data, 0n, Flat.limit, Flat.dataRights);
  put(cpu, x86.cr0, protection | extensionType);
  put(cpu, x86.rip, BigInt(entry));
  put(cpu, x86.rsi, BigInt(zeroPage));
  cpu.flushTlb();
  cpu.modeChanged();
}

/** After a STARTUP message (Intel SDM volume 3A, 8.4.4): real mode, at page `vector`. */
export function startUp(isa: Isa, cpu: Cpu, vector: number): void {
  isa.reset(cpu);
  setSegment(cpu, x86.CS, vector << 8, BigInt(vector << 12), Real.limit, Real.codeRights);
  for (const segment of [x86.DS, x86.ES, x86.SS, x86.FS, x86.GS])
    setSegment(cpu, segment, 0, 0n, Real.limit, Real.dataRights);
  // rip is linear here: base and instruction pointer
  put(cpu, x86.rip, BigInt(vector << 12));
  cpu.flushTlb();
  cpu.modeChanged();
}

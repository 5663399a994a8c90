/**
 * RV64: I M A F D C, Zicsr, Zicntr, Zifencei, Zba, Zbb, Zbs, with machine, supervisor and user mode, Sv39, Sv48, Sstc and
 * Svinval. What the engine executes and what a machine needs to start a hart.
 */
import { floatHelpers } from "../../float/helpers.ts";
import type { Cpu } from "../cpu.ts";
import type { Isa } from "../isa.ts";
import { customs } from "./customs.ts";
import { decode } from "./decode.ts";
import { disassemble } from "./disassemble.ts";
import { decodeMode, isUser, modes } from "./mode.ts";
import { instructions } from "./rows.ts";
import * as cells from "./state.ts";
import { getLow, setCell, setLow, setX, stateBytes, status } from "./state.ts";
import { accessFault, translate } from "./translate.ts";
import { enterTrap, takeInterrupt, wakes } from "./trap.ts";

/** What the device tree says of each hart in `riscv,isa`: exactly what is here. */
export const isaString = "rv64imafdc_zicntr_zicsr_zifencei_zba_zbb_zbs_sstc_svinval";
/** And in `mmu-type`: the widest of the modes that satp takes. */
export const mmuType = "riscv,sv48";

export const riscv64: Isa = {
  name: "riscv64",
  instructions,
  stateBytes,
  stateLayout: cells.stateLayout,
  pc: cells.pcCell,
  slotBytes: 16,
  alignment: 2,
  helpers: floatHelpers("riscv"),
  customs,
  decode,
  modes,
  decodeMode,
  isUser,
  busFaults: accessFault,
  translate,
  enterTrap,
  takeInterrupt,
  wakes,
  reset,
  disassemble,
};

/** As after power-on: machine mode, everything else zero. The machine says where it begins. */
function reset(cpu: Cpu): void {
  for (let offset = 0; offset < stateBytes; offset += 8) cpu.state.setBigUint64(offset, 0n, true);
  setLow(cpu, cells.privilege, cells.machine);
  setCell(cpu, cells.reservation, -1n);
  setCell(cpu, cells.stimecmp, -1n);
  cpu.flushTlb();
  cpu.modeChanged();
}

/** Exceptions that firmware hands to the supervisor: all but its own calls and those of machine mode. */
const delegatedExceptions = 0xb1ffn;
const delegatedInterrupts = 0x222n;

/**
 * Starts a hart where firmware would hand over to the kernel: supervisor mode, paging off, its traps delegated, timer
 * and counters open. `a0` is the hart's number, `a1` the device tree's address (SBI specification 2.0, chapter 9).
 */
export function enterSupervisor(cpu: Cpu, pc: bigint, a0: bigint, a1: bigint): void {
  reset(cpu);
  setCell(cpu, cells.pcCell, pc);
  setX(cpu, 10, a0);
  setX(cpu, 11, a1);
  setLow(cpu, cells.privilege, cells.supervisor);
  setCell(cpu, cells.medeleg, delegatedExceptions);
  setCell(cpu, cells.mideleg, delegatedInterrupts);
  setLow(cpu, cells.mcounteren, 7);
  setCell(cpu, cells.menvcfg, 1n << 63n);
  setLow(cpu, cells.mstatus, getLow(cpu, cells.mstatus) | status.fs);
  cpu.modeChanged();
}

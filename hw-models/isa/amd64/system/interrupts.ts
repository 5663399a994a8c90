/** External interrupts, single steps, HLT, and the one instruction for which STI and MOV SS hold them off (SDM volume 3A, 6.8). */
import type { Cpu } from "../../cpu.ts";
import * as x86 from "../state.ts";
import { deliver } from "./exceptions.ts";
import { RFLAGS, Vector } from "./registers.ts";
import { getWord, setWord } from "./state-access.ts";

/** Bits of `CpuPlatform.pending`. */
const Pending = { vector: 1, nmi: 2 } as const;

const areEnabled = (cpu: Cpu): boolean => (getWord(cpu, x86.systemFlags) & RFLAGS.IF) !== 0;

/** What could be taken now, but for the shadow: the NMI first (table 6-2). */
function waiting(cpu: Cpu): "nmi" | "vector" | undefined {
  const pending = cpu.platform.pending();
  if (pending & Pending.nmi && !getWord(cpu, x86.nmiBlocked)) return "nmi";
  return pending & Pending.vector && areEnabled(cpu) ? "vector" : undefined;
}

export const wakes = (cpu: Cpu): boolean => !getWord(cpu, x86.isShutDown) && waiting(cpu) !== undefined;

const singleStep = 1 << 14; // DR6.BS

/** TF: a trap after the instruction that begins with it set, whatever that does to it (volume 3B, 18.3.1.4). */
function step(cpu: Cpu): boolean {
  const { state, instructions } = cpu;
  const began = state.getFloat64(x86.stepping.offset, true);
  if (began >= 0 && instructions > began) {
    const status = x86.debugRegisters[6]!;
    setWord(cpu, status, getWord(cpu, status) | singleStep);
    deliver(cpu, Vector.debug, 0, "external", cpu.instructionPc);
    return true;
  }
  if ((getWord(cpu, x86.systemFlags) & RFLAGS.TF) === 0) return false;
  if (began < 0) state.setFloat64(x86.stepping.offset, instructions, true);
  cpu.lookAgain();
  return false;
}

export function takeInterrupt(cpu: Cpu): boolean {
  if (step(cpu)) return true;
  const which = waiting(cpu);
  if (which === undefined) return false;
  if (cpu.state.getFloat64(x86.shadow.offset, true) === cpu.instructions) {
    cpu.lookAgain();
    return false;
  }
  const vector = which === "nmi" ? Vector.nmi : cpu.platform.interruptVector();
  cpu.platform.acknowledge(vector);
  if (which === "nmi") setWord(cpu, x86.nmiBlocked, 1);
  deliver(cpu, vector, 0, "external", cpu.instructionPc);
  return true;
}

/** Interrupts stay off until one more instruction is done. */
export function holdInterrupts(cpu: Cpu): void {
  cpu.state.setFloat64(x86.shadow.offset, cpu.instructions + 1, true);
  cpu.modeChanged();
}

/** STI, where CPL <= IOPL allows it. */
export function enableInterrupts(cpu: Cpu): void {
  const flags = getWord(cpu, x86.systemFlags);
  if (getWord(cpu, x86.cpl) > (flags & RFLAGS.IOPL) >> 12) cpu.trap(Vector.generalProtection);
  setWord(cpu, x86.systemFlags, flags | RFLAGS.IF);
  if (flags & RFLAGS.IF) return;
  holdInterrupts(cpu);
}

/** INT n, INT3 and INTO: the gate must allow it (volume 2, INT n). */
export const softwareInterrupt = (cpu: Cpu, vector: number): void => {
  deliver(cpu, vector, 0, "software", cpu.state.getBigUint64(x86.rip.offset, true));
  cpu.modeChanged();
};
/** INT1: a trap of the debugger's, without a check of the gate. */
export const debugInterrupt = (cpu: Cpu): void => {
  deliver(cpu, Vector.debug, 0, "external", cpu.state.getBigUint64(x86.rip.offset, true));
  cpu.modeChanged();
};

/** SYSCALL and SYSRET: into the kernel and back without tables (Intel SDM volume 2, SYSCALL, SYSRET). */
import type { Cpu } from "../../cpu.ts";
import * as x86 from "../state.ts";
import { setLongSegment } from "./mode.ts";
import { shutDown } from "./refusal.ts";
import { EFER, RFLAGS, Vector } from "./registers.ts";
import {
  copy,
  getFlags,
  getHigh,
  getWord,
  isCanonical,
  setFlags,
  setHalves,
  setWord,
} from "./state-access.ts";

/** Present, code or data, 4 GiB: rights and limit that both instructions give to the segments. */
const codeRights = 0xa09b;
const dataRights = 0xc093;
const limit = -1;
const ring3 = 0x60;

function setFlat(cpu: Cpu, codeSelector: number, stackSelector: number, cpl: 0 | 3): void {
  const ring = cpl === 3 ? ring3 : 0;
  setLongSegment(cpu, x86.CS, codeSelector, limit, codeRights | ring);
  setLongSegment(cpu, x86.SS, stackSelector, limit, dataRights | ring);
  setWord(cpu, x86.cpl, cpl);
}

export function systemCall(cpu: Cpu): void {
  if (!(getWord(cpu, x86.efer) & EFER.SCE)) cpu.trap(Vector.invalidOpcode);
  if (getWord(cpu, x86.cpl) === 3) cpu.platform.onCall?.(cpu);
  const flags = getFlags(cpu);
  copy(cpu, x86.rcx, x86.rip);
  setHalves(cpu, x86.r11, 0, flags);
  copy(cpu, x86.rip, x86.lstar);
  setFlags(cpu, flags & ~getWord(cpu, x86.syscallMask));
  // Whether a trap follows is for the new flags to say.
  cpu.state.setFloat64(x86.stepping.offset, -1, true);
  const selector = cpu.state.getUint16(x86.star.offset + 4, true) & 0xfffc;
  setFlat(cpu, selector, (selector + 8) & 0xffff, 0);
  cpu.modeChanged();
}

export function systemReturn(cpu: Cpu, isWide: boolean): void {
  if (!(getWord(cpu, x86.efer) & EFER.SCE)) cpu.trap(Vector.invalidOpcode);
  if (!isWide) {
    shutDown(cpu, "SYSRET to 32-bit code: this machine runs 64-bit programs only");
    return;
  }
  // On Intel's CPUs this fault comes before the change of privilege.
  if (!isCanonical(getHigh(cpu, x86.rcx))) cpu.trap(Vector.generalProtection);
  const base = cpu.state.getUint16(x86.star.offset + 6, true);
  setFlags(cpu, getWord(cpu, x86.r11));
  // A program that is stepped through sees its SYSCALL as one step: the trap follows this instruction already.
  const isStepped = (getWord(cpu, x86.systemFlags) & RFLAGS.TF) !== 0;
  cpu.state.setFloat64(x86.stepping.offset, isStepped ? cpu.instructions : -1, true);
  copy(cpu, x86.rip, x86.rcx);
  setFlat(cpu, ((base + 16) & 0xffff) | 3, ((base + 8) & 0xffff) | 3, 3);
  cpu.modeChanged();
  cpu.platform.onReturn?.(cpu);
}

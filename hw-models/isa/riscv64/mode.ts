/**
 * Decoding modes: what the decoder and the translation rules must know of the state, in one small number. Privilege,
 * whether supervisor code may touch user pages (SUM), and whether the floating-point unit is on (FS).
 */
import type { Cpu } from "../cpu.ts";
import { getLow, machine, mstatus, privilege, status, supervisor, user } from "./state.ts";

const supervisorWithUserPages = 2;
const floatingOff = 4;
export const modes = 8;

export function decodeMode(cpu: Cpu): number {
  const low = getLow(cpu, mstatus);
  const level = getLow(cpu, privilege);
  const sum = level === supervisor && (low & status.sum) !== 0;
  return (sum ? supervisorWithUserPages : level) | ((low & status.fs) === 0 ? floatingOff : 0);
}

/** The privilege of a decoding mode. */
export const privilegeOf = (mode: number): number => {
  const level = mode & 3;
  return level === supervisorWithUserPages ? supervisor : level;
};
export const mayTouchUserPages = (mode: number): boolean => (mode & 3) === supervisorWithUserPages;
export const hasFloating = (mode: number): boolean => (mode & floatingOff) === 0;
export const isUser = (mode: number): boolean => privilegeOf(mode) === user;
/** The mode with everything allowed, for tools that only want to read code. */
export const anything = machine;

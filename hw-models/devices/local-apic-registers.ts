/**
 * The local APIC's registers: where they are, in memory and as model-specific registers, and which of them can be read
 * and written there. Intel SDM volume 3A (order 253668-080), tables 10-1 and 10-6.
 */
import { emptyVectors } from "./vector-set.ts";

/** Offsets in memory; x2APIC's registers are at 0x800 + offset / 16. */
export const Register = {
  id: 0x20,
  version: 0x30,
  taskPriority: 0x80,
  arbitrationPriority: 0x90,
  processorPriority: 0xa0,
  endOfInterrupt: 0xb0,
  logicalDestination: 0xd0,
  destinationFormat: 0xe0,
  spurious: 0xf0,
  inService: 0x100,
  triggerMode: 0x180,
  requests: 0x200,
  errorStatus: 0x280,
  commandLow: 0x300,
  commandHigh: 0x310,
  lvtTimer: 0x320,
  lvtError: 0x370,
  initialCount: 0x380,
  currentCount: 0x390,
  divide: 0x3e0,
  selfInterrupt: 0x3f0,
} as const;

/** IA32_APIC_BASE and IA32_TSC_DEADLINE. */
export const msr = { base: 0x1b, deadline: 0x6e0 } as const;

const x2apicFirst = 0x800;
const x2apicCount = 0x40;

/** The register that an x2APIC's model-specific register is, by its offset in memory. */
export function offsetOfMsr(index: number): number | undefined {
  const register = index - x2apicFirst;
  return register >= 0 && register < x2apicCount ? register << 4 : undefined;
}

/** Arbitration, end of interrupt, remote read and the destination's format: not to be read in x2APIC mode. */
const notInX2apic: ReadonlySet<number> = new Set([
  Register.arbitrationPriority,
  Register.endOfInterrupt,
  0xc0,
  Register.destinationFormat,
]);
export const isReadableMsr = (offset: number): boolean =>
  offset === Register.id ||
  offset === Register.version ||
  (offset >= Register.taskPriority && offset <= Register.errorStatus && !notInX2apic.has(offset)) ||
  (offset >= Register.commandLow && offset <= Register.currentCount && offset !== Register.commandHigh) ||
  offset === Register.divide;

export const isWritableMsr = (offset: number): boolean =>
  isReadableMsr(offset) &&
  offset > Register.version &&
  offset !== Register.processorPriority &&
  offset !== Register.logicalDestination &&
  offset !== Register.currentCount &&
  !(offset >= Register.inService && offset < Register.errorStatus);

/** IA32_APIC_BASE: where the registers are (fixed here), and the mode: off, in memory, x2APIC. */
export const basePlace = 0xfee00000;
export const Base = { bootCpu: 1 << 8, x2apic: 1 << 10, enable: 1 << 11 } as const;
export const modeBits = Base.x2apic | Base.enable;

/**
 * The mode that a word written to IA32_APIC_BASE chooses, or undefined if the CPU refuses it: another place, a reserved
 * bit, or a way that does not exist ("off" to x2APIC, x2APIC to memory; sections 10.12.1 and 10.12.5).
 */
export function modeWritten(value: bigint, base: number): number | undefined {
  const next = Number(value & BigInt(modeBits));
  const now = base & modeBits;
  const moved = (value & ~0xfffn) !== BigInt(basePlace) || (value & 0x2ffn) !== 0n;
  if (moved || next === Base.x2apic) return undefined;
  if (next === modeBits && now === 0) return undefined;
  if (next === Base.enable && now === modeBits) return undefined;
  return next;
}

/** The bit of a local vector that keeps its interrupt away. */
export const masked = 0x10000;

/** What the registers hold after a reset (section 10.4.7.1). */
export const powerOn = (id: number) => ({
  base: basePlace | Base.enable | (id === 0 ? Base.bootCpu : 0),
  taskPriority: 0,
  logicalDestination: 0,
  destinationFormat: 0xffffffff,
  spurious: 0xff,
  inService: emptyVectors(),
  triggerMode: emptyVectors(),
  requests: emptyVectors(),
  errors: 0,
  errorStatus: 0,
  commandLow: 0,
  commandHigh: 0,
  /** Timer, thermal, performance, LINT0, LINT1, error. */
  vectors: new Uint32Array(6).fill(masked),
});

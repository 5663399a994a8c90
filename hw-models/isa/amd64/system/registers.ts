/**
 * Bits of control registers, of RFLAGS and of page-fault codes, and the exceptions' numbers, by the names that the
 * Intel SDM gives them (volume 3A, sections 2.3, 2.5, 4.7 and 6.3.1; volume 4 for the MSRs).
 */

export const CR0 = { PE: 1, MP: 2, EM: 4, TS: 8, ET: 0x10, NE: 0x20, WP: 1 << 16, AM: 1 << 18 } as const;
/** Bit 31 as the sign of a 32-bit number. */
export const CR0_PG = 1 << 31;
export const CR4 = {
  TSD: 1 << 2,
  PAE: 1 << 5,
  PGE: 1 << 7,
  PCE: 1 << 8,
  OSFXSR: 1 << 9,
  OSXMMEXCPT: 1 << 10,
  UMIP: 1 << 11,
  FSGSBASE: 1 << 16,
  OSXSAVE: 1 << 18,
  SMEP: 1 << 20,
  SMAP: 1 << 21,
} as const;
export const EFER = { SCE: 1, LME: 1 << 8, LMA: 1 << 10, NXE: 1 << 11 } as const;

export const RFLAGS = {
  fixed: 2,
  TF: 1 << 8,
  IF: 1 << 9,
  DF: 1 << 10,
  IOPL: 3 << 12,
  NT: 1 << 14,
  RF: 1 << 16,
  VM: 1 << 17,
  AC: 1 << 18,
  ID: 1 << 21,
} as const;

/** Exceptions and the NMI. */
export const Vector = {
  divideError: 0,
  debug: 1,
  nmi: 2,
  breakpoint: 3,
  overflow: 4,
  invalidOpcode: 6,
  deviceNotAvailable: 7,
  doubleFault: 8,
  invalidTss: 10,
  segmentNotPresent: 11,
  stackFault: 12,
  generalProtection: 13,
  pageFault: 14,
  simdFloatingPoint: 19,
} as const;

/** Page-fault error code; also how `paging.ts` is asked. */
export const PageFault = { present: 1, write: 2, user: 4, reserved: 8, fetch: 16 } as const;

/** Bits of a segment's rights: bits 40 to 55 of its descriptor (SDM volume 3A, 3.4.5). */
export const Rights = {
  type: 15,
  accessed: 1,
  /** Readable code, writable data. */
  readWrite: 2,
  /** Conforming code, expand-down data. */
  conforming: 4,
  code: 8,
  notSystem: 16,
  present: 0x80,
  long: 1 << 13,
  /** D/B: 32 bits. */
  big: 1 << 14,
  granular: 1 << 15,
} as const;
export const privilegeOf = (rights: number): number => (rights >> 5) & 3;

/** Model-specific registers that the CPU itself has. */
export const Msr = {
  timeStampCounter: 0x10,
  microcode: 0x8b,
  machineCheckCapability: 0x179,
  machineCheckStatus: 0x17a,
  miscellaneous: 0x1a0,
  pat: 0x277,
  efer: 0xc0000080,
  star: 0xc0000081,
  lstar: 0xc0000082,
  cstar: 0xc0000083,
  syscallMask: 0xc0000084,
  fsBase: 0xc0000100,
  gsBase: 0xc0000101,
  kernelGsBase: 0xc0000102,
  tscAux: 0xc0000103,
} as const;

/** Bits of a physical address: CPUID 80000008h says so, and page tables are checked by it. */
export const PHYSICAL_BITS = 40;
/** Bits of a linear address. */
export const LINEAR_BITS = 48;

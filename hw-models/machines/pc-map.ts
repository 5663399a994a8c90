/**
 * Where everything is on the amd64 machine: QEMU 7.2's "microvm" (include/hw/i386/microvm.h) with ioapic2=off and two
 * serial ports, plus the ways off of other PCs.
 */
export const map = {
  localApic: 0xfee00000,
  ioApic: 0xfec00000,
  sleep: 0xfea00200,
  virtio: 0xfeb00000,
  virtioStep: 0x200,
} as const;

export const port = {
  pic: 0x20,
  pit: 0x40,
  port61: 0x61,
  keyboard: 0x64,
  cmos: 0x70,
  secondPic: 0xa0,
  debugExit: 0xf4,
  com2: 0x2f8,
  com1: 0x3f8,
  fwCfg: 0x510,
  resetControl: 0xcf9,
} as const;

/** I/O APIC inputs. */
export const input = { com2: 3, com1: 4, timer: 2, firstVirtio: 16 } as const;
export const inputs = 24;
export const virtioCount = 8;
/** Of the time-stamp counter and of the undivided APIC timer. */
export const ticksPerSecond = 1_000_000_000;

/** Memory below 1 MiB, as the firmware leaves it. */
export const low = {
  /** The BIOS data area's word that holds the segment of the extended one. */
  ebdaPointer: 0x40e,
  setupData: 0x8000,
  zeroPage: 0x10000,
  commandLine: 0x11000,
  ebda: 0x9fc00,
  video: 0xa0000,
  acpi: 0xe0000,
  end: 0x100000,
} as const;
/** Devices are above this: no memory there. */
export const memoryMost = 0xc0000000;

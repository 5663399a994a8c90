/**
 * Where everything is on the riscv64 machine: QEMU 7.2's "virt" (hw/riscv/virt.c, virt_memmap and the interrupt numbers
 * of include/hw/riscv/virt.h), without its flash, PCI and firmware configuration.
 */
export const map = {
  finisher: 0x100000,
  rtc: 0x101000,
  clint: 0x2000000,
  plic: 0xc000000,
  uart: 0x10000000,
  virtio: 0x10001000,
  virtioStep: 0x1000,
  ram: 0x80000000,
  /** Where `-kernel` puts an Image: behind OpenSBI, at the next 2 MiB. */
  kernel: 0x80200000,
} as const;

export const virtioCount = 8;
export const interruptSources = 96;
export const interrupt = { firstVirtio: 1, uart: 10, rtc: 11 } as const;
export const ticksPerSecond = 10_000_000;
/** Of the UART: 230400 times 16. */
export const uartClockHz = 3_686_400;

/**
 * What one architecture has alone, as data: `laws/mirror.ts` demands of everything else below shim-templates/arch/ that
 * the other architecture has a file of the same name. An entry that is no longer needed is a problem, too.
 */
import type { Arch } from "../runtime-abi/arch.ts";

/** Architecture -> path below its folder -> why the other one has no such file. */
export const aloneIn: Record<Arch, Record<string, string>> = {
  amd64: {
    "arch-prctl.c": "a call of amd64 only: riscv64 keeps the thread pointer in a general register",
    "image/setup.S": "the boot protocol of x86 enters in real mode",
    "platform/acpi.c": "riscv64 machines are described by a device tree",
    "platform/apic.h": "interrupts of riscv64 come from the PLIC and the firmware",
    "platform/boot-params.h": "the zero page is the x86 boot protocol's; riscv64 gets a device tree",
    "platform/cmos-clock.c": "the PC's battery-backed clock",
    "platform/cpu-features.c": "riscv64 has no CPUID: the device tree lists extensions",
    "platform/cpu-features.h": "riscv64 has no CPUID: the device tree lists extensions",
    "platform/fw-cfg.c": "asks QEMU, through ports of the PC, how much it has loaded",
    "platform/io-apic.c": "interrupts of riscv64 come from the PLIC",
    "platform/kvm-clock.c": "the time CSR of riscv64 has a known frequency under any hypervisor",
    "platform/lapic.c": "interrupts between harts and timers are the firmware's on riscv64",
    "platform/mp-table.c": "riscv64 machines are described by a device tree",
    "platform/pci.c": "virtio devices of riscv64 machines are memory-mapped",
    "platform/pci.h": "virtio devices of riscv64 machines are memory-mapped",
    "platform/reference-clock.c": "the device tree tells the frequency that amd64 has to measure",
    "platform/trampoline.S": "other x86 CPUs start in real mode",
    "platform/virtio-pci.c": "virtio devices of riscv64 machines are memory-mapped",
  },
  riscv64: {
    "flush-icache.c": "a call of riscv64 only: x86 keeps instruction caches coherent by itself",
    "hwprobe.c": "a call of riscv64 only: CPUID needs no kernel",
    "platform/device-tree.c": "amd64 machines are described by the zero page and ACPI",
    "platform/device-tree.h": "amd64 machines are described by the zero page and ACPI",
    "platform/flat-tree.c": "the device tree's format",
    "platform/flat-tree.h": "the device tree's format",
    "platform/plic.c": "interrupts of amd64 come from APICs",
    "platform/plic.h": "interrupts of amd64 come from APICs",
    "platform/refuse.h": "amd64 has no firmware below the kernel once it runs",
    "platform/sbi.c": "amd64 has no firmware below the kernel once it runs",
    "platform/sbi.h": "amd64 has no firmware below the kernel once it runs",
    "platform/tree-property.c": "the device tree's format",
    "vdso/calls.S": "calls of riscv64 only",
    "vdso/sigreturn.S": "amd64 programs bring their own way back from a handler (SA_RESTORER)",
  },
};

/** Shared file -> why it may name an architecture. */
export const mayNameArchitecture: Record<string, string> = {
  "mem/test-arch/arch/pte.h": "the test of page tables on the build machine takes one real format",
};

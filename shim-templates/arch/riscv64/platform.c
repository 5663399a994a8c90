/* arch_init_platform(): switching on what the machine has and the kernel uses. */
#include "arch.h"
#include "boot.h"
#include "clock-source.h"
#include "cpu.h"
#include "insn.h"
#include "log.h"
#include "machine.h"
#include "platform/plic.h"
#include "platform/sbi.h"
#include "serial.h"
#include "virtio-platform.h"

static void check_boot_hart(void) {
    const struct hart *hart = hart_with_id(cpus[0]->hw_id);
    if (!hart) refuse_to_boot("The device tree does not list hart %u, which is running this.", cpus[0]->hw_id);
    const char *lacking = lacking_extension(hart);
    if (lacking)
        refuse_to_boot("This hart has no %c extension, which Go programs need: its ISA string is \"%s\".",
                       *lacking - 'a' + 'A', hart->isa ? hart->isa : "");
}

void arch_init_platform(struct boot_info *boot) {
    sbi_init();
    serial_init();
    check_boot_hart();
    clock_source_init();
    virtio_find_devices();
    if (!serial_interrupts_on() || !plic_route(machine.uart.interrupt, cpus[0]->hw_id))
        log_printf("no interrupt for the serial port: standard input stays silent");
}

/* Reads the entropy source of Zkr (RISC-V cryptography extensions 1.0.1, 4.1): 16 bits, or none at the
 * moment. The firmware must have allowed it to us (mseccfg.SSEED) and cannot be asked, so the trap that
 * happens if it has not comes straight back here. No SRET ends that trap, so what SRET would do is done
 * here: else the way to the program would lead to the kernel's own privilege (entry.S). */
static bool read_seed(u16 *bits) {
    enum { SEED = 0x015, STATE = 3 << 30, STATE_READY = 2 << 30 };
    u64 value = 0, vector;
    __asm__ volatile("la %1, 1f\n\t"
                     "csrrw %1, stvec, %1\n\t"
                     "csrrw %0, %2, zero\n\t"
                     ".balign 4\n"
                     "1: csrw stvec, %1"
                     : "+r"(value), "=&r"(vector) : "i"(SEED) : "memory");
    csr_clear(sstatus, SSTATUS_SPP);
    csr_set(sstatus, SSTATUS_SPIE);
    *bits = (u16)value;
    return ((u32)value & (u32)STATE) == (u32)STATE_READY;
}

bool arch_hardware_random(u64 *out) {
    const struct hart *hart = hart_with_id(this_cpu()->hw_id);
    if (!hart || !hart_has(hart, "zkr")) return false;
    u32 pieces = 0;
    *out = 0;
    // it may have to gather, or to test itself
    for (u32 i = 0; i < 1000 && pieces < 4; i++) {
        u16 bits;
        if (!read_seed(&bits)) continue;
        *out = *out << 16 | bits;
        pieces++;
    }
    return pieces == 4;
}

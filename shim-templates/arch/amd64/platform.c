/* arch_init_platform(): finding out what the machine has, and switching on what the kernel uses. */
#include "arch.h"
#include "boot.h"
#include "clock-source.h"
#include "cpu-bits.h"
#include "cpu.h"
#include "insn.h"
#include "log.h"
#include "machine.h"
#include "platform/apic.h"
#include "platform/cpu-features.h"
#include "serial.h"
#include "virtio-platform.h"

#define COM1_INTERRUPT 4

/* The two 8259s: a loader that entered in 32-bit or 64-bit mode may have left them on. */
static void mask_old_controllers(void) {
    outb(0x21, 0xff);
    outb(0xa1, 0xff);
}

void arch_init_platform(struct boot_info *boot) {
    bool listed = machine_read(boot->platform);
    lapic_init();
    lapic_init_cpu();
    cpus[0]->hw_id = lapic_id();
    if (!listed) machine_add_cpu(cpus[0]->hw_id);
    clock_source_init();
    lapic_init_cpu(); // now that the timer's mode is known

    // the route first: a byte that waits already makes an edge as soon as the port may interrupt
    mask_old_controllers();
    io_apics_mask();
    struct isa_interrupt *com1 = &machine.isa[COM1_INTERRUPT];
    bool routed = io_apic_route(com1->input, VECTOR_SERIAL, cpus[0]->hw_id, com1->level,
                                com1->active_low);
    if (serial_interrupts_on() && !routed)
        log_printf("no interrupt for the serial port: standard input stays silent");

    virtio_find_entropy(boot->command_line);
}

bool arch_hardware_random(u64 *out) {
    // RDSEED may run dry under load, RDRAND practically never: Intel advises to try ten times
    for (u32 i = 0; i < 10; i++) {
        bool ok = false;
        if (cpu_features.rdseed)
            __asm__ volatile("rdseed %0; setc %b1" : "=r"(*out), "+q"(ok) : : "cc");
        if (!ok && cpu_features.rdrand)
            __asm__ volatile("rdrand %0; setc %b1" : "=r"(*out), "+q"(ok) : : "cc");
        if (ok) return true;
    }
    return false;
}

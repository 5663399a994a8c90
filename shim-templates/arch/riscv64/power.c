/* The end: the machine goes off, with the program's exit status where something carries it.
 *
 * QEMU's test finisher (hw/misc/sifive_test.c) makes QEMU exit with the status. Without it the firmware
 * switches off, which tells no more than that it is over. */
#include "arch.h"
#include "clock-source.h"
#include "insn.h"
#include "machine.h"
#include "physmap.h"
#include "platform/sbi.h"
#include "serial.h"

#define FINISHER_PASS 0x5555
#define FINISHER_FAIL 0x3333 /* the exit status stands in the upper half */

NORETURN void arch_halt(void) {
    csr_write(sie, 0);
    for (;;) __asm__ volatile("wfi");
}

NORETURN void arch_power_off(int status) {
    // mapping a device may fail and end here again
    static bool again;
    pa_t finisher = again ? 0 : machine.finisher;
    again = true;
    serial_drain();
    if (finisher) {
        u32 how = (u8)status ? (u32)(u8)status << 16 | FINISHER_FAIL : FINISHER_PASS;
        mmio_write32(map_device(finisher, 4), how);
        delay_us(1000000); // QEMU takes a moment, and the firmware would use the same device without a status
    }
    sbi_shutdown(status != 0);
    arch_halt();
}

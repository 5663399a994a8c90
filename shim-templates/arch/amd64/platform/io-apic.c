/* I/O APICs: interrupt lines of devices -> vectors of CPUs (Intel 82093AA datasheet).
 * An input stays masked until a driver routes it. */
#include "../insn.h"
#include "../machine.h"
#include "physmap.h"
#include "apic.h"

#define SELECT 0x00 /* which register is in the window */
#define WINDOW 0x10
#define VERSION 1
#define REDIRECTION(i) (0x10 + 2 * (i))
#define ACTIVE_LOW (1 << 13)
#define LEVEL (1 << 15)
#define MASKED (1 << 16)

static u32 io_apic_read(u8 *apic, u32 index) {
    mmio_write32(apic + SELECT, index);
    return mmio_read32(apic + WINDOW);
}

static void io_apic_write(u8 *apic, u32 index, u32 v) {
    mmio_write32(apic + SELECT, index);
    mmio_write32(apic + WINDOW, v);
}

static u32 inputs(u8 *apic) { return (io_apic_read(apic, VERSION) >> 16 & 0xff) + 1; }

void io_apics_mask(void) {
    for (u32 i = 0; i < machine.io_apic_count; i++) {
        u8 *registers = map_device(machine.io_apics[i].registers, 0x20);
        for (u32 input = inputs(registers); input-- > 0;)
            io_apic_write(registers, REDIRECTION(input), MASKED);
    }
}

bool io_apic_route(u32 input, u8 vector, u32 apic_id, bool level, bool active_low) {
    for (u32 i = 0; i < machine.io_apic_count; i++) {
        struct io_apic *a = &machine.io_apics[i];
        u8 *registers = map_device(a->registers, 0x20);
        if (input < a->first_input || input - a->first_input >= inputs(registers)) continue;
        u32 entry = REDIRECTION(input - a->first_input);
        io_apic_write(registers, entry + 1, apic_id << 24);
        io_apic_write(registers, entry, vector | (level ? LEVEL : 0) | (active_low ? ACTIVE_LOW : 0));
        return true;
    }
    return false;
}

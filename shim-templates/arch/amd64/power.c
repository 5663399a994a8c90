/* The end: the machine goes off, with the program's exit status where something carries it.
 *
 * QEMU's isa-debug-exit device makes QEMU exit with (status << 1) | 1. Without it ACPI switches
 * off, and QEMU exits with 0; without ACPI a reset is the only way out (QEMU's -no-reboot makes
 * an exit of it). */
#include "arch.h"
#include "clock-source.h"
#include "insn.h"
#include "machine.h"
#include "physmap.h"
#include "platform/apic.h"
#include "serial.h"

#define DEBUG_EXIT_PORT 0xf4
#define SCI_ENABLED 1            /* in PM1 control: ACPI mode is on */
#define SLEEP_ENABLE (1 << 13)
#define SLEEP_TYPE(t) ((t) << 10)
#define SLEEP_REGISTER_ENABLE (1 << 5)
#define SLEEP_REGISTER_TYPE(t) ((t) << 2)
#define KEYBOARD_COMMAND 0x64
#define KEYBOARD_RESET 0xfe
#define RESET_CONTROL 0xcf9

NORETURN void arch_halt(void) {
    for (;;) __asm__ volatile("cli; hlt");
}

static void acpi_power_off(void) {
    struct acpi_sleep *s = &machine.sleep;
    if (!s->known) return;
    u8 value = SLEEP_REGISTER_TYPE(s->type_a) | SLEEP_REGISTER_ENABLE;
    if (s->sleep_register && s->sleep_register_is_port) outb((u16)s->sleep_register, value);
    else if (s->sleep_register) *(volatile u8 *)map_device(s->sleep_register, 1) = value;
    if (!s->control_a) return;

    // hand the power registers over to the operating system first, where the firmware has not
    if (s->smi_port && s->smi_enable && !(inw(s->control_a) & SCI_ENABLED)) {
        outb(s->smi_port, s->smi_enable);
        for (u32 i = 0; i < 100000 && !(inw(s->control_a) & SCI_ENABLED); i++) continue;
    }
    outw(s->control_a, SLEEP_TYPE(s->type_a) | SLEEP_ENABLE);
    if (s->control_b) outw(s->control_b, SLEEP_TYPE(s->type_b) | SLEEP_ENABLE);
}

static void reset(void) {
    outb(KEYBOARD_COMMAND, KEYBOARD_RESET);
    outb(RESET_CONTROL, 6);
    // a fault with no interrupt table at all
    struct PACKED {
        u16 limit;
        u64 base;
    } none = {0, 0};
    __asm__ volatile("lidt %0; int3" : : "m"(none));
}

NORETURN void arch_power_off(int status) {
    serial_drain();
    // the device reads as 0, a bus without it as ones
    if (inb(DEBUG_EXIT_PORT) == 0) outb(DEBUG_EXIT_PORT, (u8)status);
    acpi_power_off();
    if (tsc_frequency) delay_us(100000); // real machines take a moment
    reset();
    arch_halt();
}

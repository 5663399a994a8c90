/* Counters of known frequency, to measure the others with: ACPI's timer, HPET, or the PC's old
 * timer.
 *
 * The ACPI timer comes first: one port read, no set-up. A counter that stands still is not
 * there. */
#include "../clock-source.h"
#include "../early.h"
#include "../insn.h"
#include "../machine.h"
#include "physmap.h"
#include "cpu.h"

#define PM_TIMER_FREQUENCY 3579545 /* ACPI 6.4, 4.8.3.3 */
#define PIT_FREQUENCY 1193182
#define FEMTOSECONDS 1000000000000000ull

static u32 read_pm_timer(void) { return inl(machine.pm_timer_port); }

/* HPET (Intel IA-PC HPET 1.0a, section 2.3). */
enum hpet { HPET_PERIOD = 4, HPET_CONFIG = 0x10, HPET_COUNTER = 0xf0 };
static u8 *hpet;
static u32 read_hpet(void) { return mmio_read32(hpet + HPET_COUNTER); }

/* Channel 2 of the 8254: the only one whose gate software holds (port 0x61). It counts down. */
#define PIT_CHANNEL_2 0x42
#define PIT_COMMAND 0x43
#define PIT_GATE 0x61
static u32 read_pit(void) {
    outb(PIT_COMMAND, 0x80); // latch channel 2
    u32 low = inb(PIT_CHANNEL_2);
    return 0xffff - (low | (u32)inb(PIT_CHANNEL_2) << 8);
}

static bool counts(struct reference_clock *c) {
    u32 first = c->read() & c->mask;
    for (u32 i = 0; i < 10000; i++)
        if ((c->read() & c->mask) != first) return true;
    return false;
}

bool reference_clock_find(struct reference_clock *out) {
    if (machine.pm_timer_port) {
        *out = (struct reference_clock){read_pm_timer, machine.pm_timer_mask, PM_TIMER_FREQUENCY};
        if (counts(out)) return true;
    }
    if (machine.hpet) {
        hpet = map_device(machine.hpet, 0x400);
        u32 period = mmio_read32(hpet + HPET_PERIOD);
        mmio_write32(hpet + HPET_CONFIG, mmio_read32(hpet + HPET_CONFIG) | 1);
        if (period) {
            *out = (struct reference_clock){read_hpet, 0xffffffff, FEMTOSECONDS / period};
            if (counts(out)) return true;
        }
    }
    outb(PIT_GATE, (inb(PIT_GATE) & ~2) | 1); // gate on, speaker off
    outb(PIT_COMMAND, 0xb0);                  // channel 2, both bytes, mode 0: counts on past zero
    outb(PIT_CHANNEL_2, 0xff);
    outb(PIT_CHANNEL_2, 0xff);
    *out = (struct reference_clock){read_pit, 0xffff, PIT_FREQUENCY};
    return counts(out);
}

/* Time on amd64: the time-stamp counter is the clock, the local APIC's timer the alarm.
 * clock-source.c finds their frequencies, alarm.c sets the alarm. */
#pragma once
#include "types.h"

extern u64 tsc_frequency;            /* ticks per second */
extern u64 lapic_timer_frequency;    /* counts per second, when there is no deadline mode */
extern bool timer_is_deadline;       /* the timer compares with the time-stamp counter itself */

void clock_source_init(void);
void delay_us(u64 us);               /* spins */

/* platform/kvm-clock.c: 0 when this is not KVM */
u64 kvm_clock_tsc_frequency(void);
i64 kvm_clock_wall(void);
/* platform/cmos-clock.c: ns since 1970, whole seconds; 0 when there is no such clock */
i64 cmos_clock_read(void);

/* platform/reference-clock.c: a counter of known frequency */
struct reference_clock {
    u32 (*read)(void);
    u32 mask;
    u64 frequency;
};
bool reference_clock_find(struct reference_clock *out);
